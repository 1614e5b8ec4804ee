import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missing, PATIENCE_MS, title } from './live.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** One of each: a conflict, a wheel that is not there, hashes, a lock, and an advisory without a fix. */
const HANDFUL = [
  'coupled-requests-urllib3',
  'no-wheel-numpy-312',
  'hashes-by-hand',
  'uv-lock-only',
  'nothing-safe-diskcache',
];

interface Case {
  readonly name: string;
  readonly problems: readonly string[];
  readonly runs: Readonly<Record<string, { readonly verdict: string }>>;
}

describe.skipIf(missing !== null)(title('cases of the repair corpus'), { timeout: PATIENCE_MS }, () => {
  it('are repaired where they can be, and told apart where not', () => {
    const words = [
      '--part',
      'repair',
      '--tool',
      'fettle',
      '--json',
      ...HANDFUL.flatMap((name) => ['--case', name]),
    ];
    const output = execFileSync(process.execPath, ['bench/run.mjs', ...words], {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 64 << 20,
    });
    const { cases } = (JSON.parse(output) as { repair: { cases: readonly Case[] } }).repair;
    expect(cases.flatMap(({ problems }) => problems)).toEqual([]);
    const verdicts = Object.fromEntries(cases.map(({ name, runs }) => [name, runs['fettle']!.verdict]));
    const expected = HANDFUL.map((name) => [name, name.startsWith('nothing') ? 'right' : 'repaired']);
    expect(verdicts).toEqual(Object.fromEntries(expected));
  });
});
