import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PypiServer } from '../contract/ecosystem-pypi-server.ts';
import { makeWheel, serveWheels } from './wheels.ts';

const run = promisify(execFile);
const UV = resolve('.cache/tools/bin/uv');

const LEAF = {
  name: 'Leaf-Lib',
  version: '1.0',
  files: { 'leaf/__init__.py': 'X = 1\n', 'leaf/data, with comma.txt': 'words' },
  topLevel: ['leaf'],
};
const wheels = [
  makeWheel(LEAF),
  makeWheel({
    name: 'tree',
    version: '2.0',
    requires: ['leaf-lib>=1'],
    files: { 'tree.py': 'import leaf\n' },
  }),
];

describe('the wheels of the tests', () => {
  let server: PypiServer;
  let folder: string;
  beforeAll(async () => {
    server = await serveWheels(wheels);
    folder = await mkdtemp(join(tmpdir(), 'fettle-wheels-'));
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are the same bytes each time', () => {
    expect(makeWheel(LEAF).sha256).toBe(wheels[0]!.sha256);
    expect(wheels[0]!.filename).toBe('leaf_lib-1.0-py3-none-any.whl');
  });

  for (const tool of ['uv', 'pip'] as const)
    it.skipIf(tool === 'uv' && !existsSync(UV))(
      `are installed by ${tool}, hash and all`,
      async () => {
        const target = join(folder, tool);
        const requirements = join(folder, `${tool}.txt`);
        const lines = wheels.map((one) => `${one.name}==${one.version} --hash=sha256:${one.sha256}`);
        await writeFile(requirements, lines.join('\n'));
        const install = tool === 'uv' ? [UV, 'pip', 'install'] : ['python3', '-m', 'pip', 'install'];
        const options = ['--require-hashes', '--index-url', server.indexUrl, '--target', target];
        await run(install[0]!, [...install.slice(1), ...options, '-r', requirements], {
          env: { PATH: process.env['PATH'], HOME: folder, UV_CACHE_DIR: join(folder, 'cache') },
        });
        expect(await readFile(join(target, 'leaf', 'data, with comma.txt'), 'utf8')).toBe('words');
        expect(await readFile(join(target, 'leaf_lib-1.0.dist-info', 'RECORD'), 'utf8')).toContain(
          'leaf/__init__.py,sha256=',
        );
        const { stdout } = await run('python3', [
          '-I',
          '-c',
          `import sys; sys.path.insert(0, ${JSON.stringify(target)}); import tree; print(tree.leaf.X)`,
        ]);
        expect(stdout.trim()).toBe('1');
      },
      60_000,
    );
});
