import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LockFile } from '../../src/domain/lock-file.ts';
import { readLock } from '../../src/read/manifests/locks/lock-readers.ts';
import { scanToml } from '../../src/read/manifests/placed/scan-toml.ts';
import { lockContext, sourceOf } from './lock-context.ts';

const TESTS = join(import.meta.dirname, '..');
const LOCKS = [
  'locks/uv/uv.lock',
  'locks/uv-workspace/uv.lock',
  'projects/fix/uv-lock/tree/uv.lock',
  'projects/fix/uv-workspace/tree/uv.lock',
];
/** Valid, and in no lock that uv writes: the whole file is then read before its first package is. */
const UNLIKE_UV = '\n[tail]\nfloat = 1.5\n';

function textOf(lock: string): string {
  return readFileSync(join(TESTS, lock), 'utf8');
}

/** All that is read of a lock but its text. */
async function read(text: string): Promise<LockFile> {
  const lock = await readLock(
    'uv',
    sourceOf('uv.lock', text),
    lockContext(() => '[project]\nname = "app"\nversion = "1"\n'),
  );
  return {
    ...lock,
    unreadable: lock.unreadable.map((one) => ({ ...one, at: { ...one.at, sourceLine: '' } })),
  };
}

describe('a uv.lock', () => {
  it.each(LOCKS)('is read package by package as it is read whole: %s', async (lock) => {
    const text = textOf(lock);
    expect(scanToml(text)).not.toBeNull();
    const packages = await read(text);
    expect(packages.entries.length).toBeGreaterThan(1);
    expect(packages).toEqual(await read(text + UNLIKE_UV));
  });

  it('is read so whatever has become of its lines', async () => {
    const lines = LOCKS.slice(2).map((lock) => textOf(lock).split('\n'));
    const changes = fc.array(
      fc.record({
        line: fc.nat(2000),
        to: fc.constantFrom(
          ...[
            '',
            '[[package]]',
            '[package.metadata]',
            '[manifest]',
            'name = 1',
            'name = "b c"',
            'version = "x"',
          ],
          ...[
            'version = 2',
            'source = { virtual = "." }',
            'package = []',
            '[[package.more]]',
            'dependencies = [1]',
          ],
          ...['requires-dist = [{ name = "" }]', 'source = "here"', 'requires-python = ">=3.8"'],
        ),
      }),
      { minLength: 1, maxLength: 3 },
    );
    let regular = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...lines), changes, async (written, changed) => {
        const now = [...written];
        for (const { line, to } of changed) now[line % now.length] = to;
        const text = now.join('\n');
        if (scanToml(text) === null) return;
        regular++;
        expect(await read(text)).toEqual(await read(text + UNLIKE_UV));
      }),
      { numRuns: 600 },
    );
    expect(regular).toBeGreaterThan(50);
  });

  it('that is of no known form in its last line is not read twice', async () => {
    const text = `${textOf(LOCKS[0]!)}\n[[package]]\nname = "last one"\nversion = 1.5\n`;
    const { entries, unreadable } = await read(text);
    expect(new Set(entries).size).toBe(new Set(entries.map(({ span }) => span.start)).size);
    expect(unreadable).toHaveLength(1);
  });
});
