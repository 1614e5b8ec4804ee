import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coreMetadata, servePypi } from '../contract/ecosystem-pypi-server.ts';
import type { ServedFile } from '../contract/ecosystem-pypi-server.ts';
import { osvRecord } from '../support/loopback-service.ts';
import { startCommand } from '../support/run-command.ts';
import { makeWheel, served } from '../support/wheels.ts';
import type { WheelSpec } from '../support/wheels.ts';
import { craftedZip } from './crafted-zip.ts';
import type { CraftedEntry } from './crafted-zip.ts';
import { filesBelow } from './hostile-bench.ts';

/*
 * Wheels that lie to `fettle verify`, with the real installer and the real sandbox. That code which hangs, forks without end or eats
 * memory is ended is tried where the sandbox is (hostile-code.test.ts): a fork bomb is not started here a second time.
 */

const KEPT = join(import.meta.dirname, '..', '..', '.cache', 'tools', 'bin');
const PATH = [process.env['PATH'], KEPT].join(delimiter);
const has = (program: string): boolean =>
  spawnSync(program, ['--version'], { env: { ...process.env, PATH } }).status === 0;
const missing = ['uv', 'bwrap'].find((program) => !has(program)) ?? null;
const python = /3\.\d+/.exec(spawnSync('python3', ['--version']).stdout.toString())?.[0] ?? '3.11';

/** A whole wheel of one module, with these files besides. */
const made = (files: WheelSpec['files'], more: Partial<WheelSpec> = {}): ServedFile =>
  served(
    makeWheel({ ...{ name: 'evil', version: '1.0' }, files: { 'evil.py': 'X = 1\n', ...files }, ...more }),
  );
const INFO = 'evil-1.0.dist-info';
const WHEEL = 'Wheel-Version: 1.0\nGenerator: none\nRoot-Is-Purelib: true\nTag: py3-none-any\n';
const OTHERS = ['METADATA', 'WHEEL', 'RECORD'].map((name) => `${INFO}/${name},,\n`).join('');

/** A wheel by hand, whose RECORD says what it is told to. */
const crafted = (record: string, more: readonly CraftedEntry[] = []): ServedFile => ({
  ...{ filename: 'evil-1.0-py3-none-any.whl', metadata: coreMetadata('evil', '1.0'), announce: true },
  body: craftedZip([
    { name: 'evil.py', content: 'X = 1\n' },
    ...more,
    { name: `${INFO}/METADATA`, content: coreMetadata('evil', '1.0') },
    { name: `${INFO}/WHEEL`, content: WHEEL },
    { name: `${INFO}/RECORD`, content: record },
  ]),
});

let folder: string;
/** What none of them may write. */
let marker: string;
let network: Server;
let calls = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-lying-'));
  marker = join(folder, 'marker');
  mkdirSync(join(folder, 'advisories'));
  writeFileSync(join(folder, 'advisories', 'OSV-1.json'), osvRecord('OSV-1', 'other', null));
  network = createServer(() => calls++);
  await new Promise<void>((resolve) => network.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  network.close();
  rmSync(folder, { recursive: true, force: true });
});

const WRITES = (): string => `open(${JSON.stringify(marker)}, "w").write("x")`;
const CLIMBS = '../'.repeat(12);
/** Where code runs that writes to home and calls the network, whatever it is told of that. */
const REACHES = (): string =>
  [
    'import os, socket',
    ...[JSON.stringify(marker), 'os.path.expanduser("~/written")'].map(
      (path) => `try: open(${path}, "w")\nexcept OSError: pass`,
    ),
    `try: socket.create_connection(("127.0.0.1", ${(network.address() as AddressInfo).port}), 2)\nexcept OSError: pass`,
    'print("\\x1b[2J{}")',
  ].join('\n');

let cases = 0;
async function verified(file: ServedFile): Promise<{ readonly code: number | null; readonly said: string }> {
  const home = join(folder, `home-${++cases}`);
  const root = join(home, 'service');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'requirements.txt'), 'evil==1.0\n');
  writeFileSync(join(root, 'service.py'), 'import evil\n');
  const index = await servePypi([{ name: 'evil', files: [file] }]);
  const before = await filesBelow(home);
  const flags = ['--index-url', index.indexUrl, '--advisories', join(folder, 'advisories')];
  const words = ['verify', ...flags, '--python', python, '--cache-dir', join(folder, `cache-${cases}`)];
  const { code, stdout, stderr } = await startCommand(words, root, { PATH, HOME: home }).result;
  await index.close();
  // uv has its own cache there.
  const after = [...(await filesBelow(home))].filter(([path]) => !path.startsWith('.cache/uv/'));
  expect(new Map(after)).toEqual(before);
  expect([existsSync(marker), calls]).toEqual([false, 0]);
  expect(stdout).not.toContain('\u001b');
  return { code, said: `${stdout}${stderr}`.replaceAll(/\s+/g, ' ') };
}

describe.skipIf(missing !== null)(
  `fettle verify of a wheel${missing === null ? '' : ` (skipped: ${missing} is not here)`}`,
  { timeout: 240_000 },
  () => {
    const NOT_INSTALLED = /not proven: install could not be tried/;
    it.each<[string, () => ServedFile, code: number, said: RegExp]>([
      [
        'whose requirements are others than the index says',
        () => ({ ...made({}, { requires: ['absent'] }), metadata: coreMetadata('evil', '1.0') }),
        1,
        /fails: consistent: .*`evil` requires `absent`/,
      ],
      [
        'that holds another version',
        () => ({ ...made({}), body: makeWheel({ name: 'evil', version: '2.0', files: {} }).bytes }),
        3,
        NOT_INSTALLED,
      ],
      ['whose RECORD is none', () => crafted('"\0"",,,,\n'), 3, NOT_INSTALLED],
      [
        'whose RECORD points outside',
        () => crafted(`evil.py,,\n${CLIMBS}${marker},,\n${OTHERS}`),
        0,
        /imports 2 of 2/,
      ],
      [
        'with entries that climb, and a link',
        () =>
          crafted(`evil.py,,\n${OTHERS}`, [
            { name: `${CLIMBS}${marker}`, content: 'x' },
            { name: `evil-1.0.data/data/${CLIMBS}${marker}`, content: 'x' },
            { name: 'evil_link', content: marker, mode: 0o120777 },
          ]),
        0,
        /imports 2 of 2/,
      ],
      [
        'that writes over the interpreter',
        () => made({ 'evil-1.0.data/data/bin/python': `#!/bin/sh\ntouch ${marker}\necho "{}"\n` }),
        3,
        NOT_INSTALLED,
      ],
      [
        'whose code is run at every start of Python, in the place of modules that Python has, and at its import',
        () =>
          made({
            'evil.py': REACHES(),
            'evil.pth': `import os; ${WRITES()}\n`,
            'sitecustomize.py': WRITES(),
            'json/__init__.py': WRITES(),
          }),
        0,
        /imports \d of \d/,
      ],
    ])('%s', async (_, file, code, said) => {
      const result = await verified(file());
      expect(result.said).toMatch(said);
      expect(result.code).toBe(code);
    });
  },
);
