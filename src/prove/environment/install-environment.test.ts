import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PypiServer } from '../../../test/contract/ecosystem-pypi-server.ts';
import { makeWheel, projectsOf, serveWheels } from '../../../test/support/wheels.ts';
import type { Wheel } from '../../../test/support/wheels.ts';
import { installEnvironment } from './install-environment.ts';
import type { AskedPackage, Installed, InstallOutcome } from './install-request.ts';
import { installRequest, installWorld, UV } from './install-world.test-double.ts';

const leaf = makeWheel({
  name: 'leaf-lib',
  version: '1.0',
  files: { 'leaf/__init__.py': 'X = 1\n' },
  topLevel: ['leaf'],
});
const tree = makeWheel({
  name: 'tree',
  version: '2.0',
  requires: ['leaf-lib>=1'],
  files: { 'tree.py': 'import leaf\n' },
});
const greedy = makeWheel({
  name: 'greedy',
  version: '1.0',
  requires: ['leaf-lib>=9', 'absent'],
  files: { 'greedy.py': '' },
});
const future = makeWheel({
  name: 'future',
  version: '1.0',
  requiresPython: '>=3.99',
  files: { 'future.py': '' },
});
const windows = {
  ...makeWheel({ name: 'windows', version: '1.0', files: { 'w.py': '' } }),
  filename: 'windows-1.0-cp38-cp38-win_amd64.whl',
};
const liar = {
  ...makeWheel({ name: 'liar', version: '1.0', files: { 'liar.py': '' } }),
  filename: 'honest-1.0-py3-none-any.whl',
  name: 'honest',
};
const eager = makeWheel({
  name: 'eager',
  version: '1.0',
  files: {
    'eager.pth': `import os; open(os.environ.get("HOME", "/tmp") + "/was-run", "w").close()\n`,
    'eager.py': '',
  },
});

const asked = (wheel: Wheel, more: Partial<AskedPackage> = {}): AskedPackage => ({
  name: wheel.name,
  version: wheel.version,
  hashes: [`sha256:${wheel.sha256}`],
  ...more,
});
const SET = [asked(leaf), asked(tree)];

function installed(outcome: InstallOutcome): Installed {
  if (outcome.kind === 'failed') throw new Error(`${outcome.why}\n${outcome.check?.output ?? ''}`);
  return outcome;
}

let server: PypiServer;
beforeAll(async () => {
  server = await serveWheels([]);
  const sdist = { filename: 'source-1.0.tar.gz' };
  server.replace([
    ...projectsOf([leaf, tree, greedy, future, windows, liar, eager]),
    { name: 'source', files: [sdist] },
  ]);
});
afterAll(() => server.close());

for (const tool of ['uv', 'pip'] as const)
  describe.skipIf(tool === 'uv' && UV === null)(`an environment made by ${tool}`, () => {
    let here: Awaited<ReturnType<typeof installWorld>>;
    beforeAll(async () => {
      here = await installWorld({ PIP_RETRIES: '0' }, tool === 'uv');
    });
    afterAll(() => here.close());
    const install = (packages: readonly AskedPackage[], more = {}, url = server.indexUrl) =>
      installEnvironment(installRequest(here.world, url, packages, more), here.world);
    const environments = () => {
      const folder = join(here.folder, 'cache', 'environments');
      return existsSync(folder) ? readdirSync(folder).filter((name) => !/\.(json|lock)$/.test(name)) : [];
    };

    it('holds exactly the set, imports it, and is used again', async () => {
      const first = installed(await install(SET));
      const { environment } = first;
      expect([...environment.distributions.keys()]).toEqual(['leaf-lib', 'tree']);
      expect(environment.distributions.get('leaf-lib' as never)).toMatchObject({
        version: '1.0',
        files: expect.arrayContaining(['leaf/__init__.py', 'leaf_lib-1.0.dist-info/RECORD']) as unknown,
      });
      expect(environment.runtimeVersion).toMatch(/^3\.11\.\d+$/);
      expect(environment.readable).toContain(environment.path);
      expect(first.reused).toBe(false);
      expect(first.consistency).toMatchObject({ verdict: 'consistent', said: [] });
      expect(first.check).toMatchObject({ exitCode: 0, versions: { [tool]: expect.any(String) as string } });
      const out = execFileSync(environment.interpreter, ['-I', '-c', 'import tree; print(tree.leaf.X)']);
      expect(out.toString()).toBe('1\n');
      expect(existsSync(join(environment.sitePackages, '__pycache__', 'tree.cpython-311.pyc'))).toBe(true);
      const before = server.requests.length;
      const second = installed(await install(SET.toReversed()));
      expect([second.reused, second.environment.path]).toEqual([true, environment.path]);
      expect(second.check).toEqual(first.check);
      expect(server.requests).toHaveLength(before);
      expect(environments()).toHaveLength(1);
    });

    it('that is torn is made anew', async () => {
      const { environment } = installed(await install(SET));
      rmSync(join(environment.sitePackages, 'leaf_lib-1.0.dist-info'), { recursive: true });
      const again = installed(await install(SET));
      expect(again.reused).toBe(false);
      expect(again.environment.path).not.toBe(environment.path);
      writeFileSync(join(again.environment.sitePackages, 'tree-2.0.dist-info', 'RECORD'), 'tree.py,,\n');
      expect(installed(await install(SET)).reused).toBe(false);
      // What the torn ones left is taken away by a run that does not live with them; this one does.
      expect(installed(await install(SET)).reused).toBe(true);
    });

    it('tells contradictions of the metadata, though all is installed', async () => {
      const { consistency } = installed(await install([asked(leaf), asked(greedy)]));
      expect(consistency.verdict).toBe('inconsistent');
      expect(consistency.said).toHaveLength(2);
      expect(consistency.said.join()).toContain('absent');
    });

    it('runs nothing of what it installs', async () => {
      const home = here.folder;
      const world = {
        ...here.world,
        environment: {
          ...here.world.environment,
          HOME: home,
          PYENV_ROOT: join(process.env['HOME'] ?? '/', '.pyenv'),
        },
      };
      installed(await installEnvironment(installRequest(world, server.indexUrl, [asked(eager)]), world));
      installed(await installEnvironment(installRequest(world, server.indexUrl, [asked(eager)]), world));
      expect(existsSync(join(home, 'was-run'))).toBe(false);
    });

    it.each([
      [
        'another hash',
        asked(leaf, { hashes: [`sha256:${'0'.repeat(64)}`] }),
        'refuted',
        /leaf-lib 1\.0 that is served has none of the hashes/,
      ],
      ['no such version', asked(leaf, { version: '7.0' }), 'refuted', /no index has leaf-lib 7\.0/],
      ['no such package', asked(leaf, { name: 'nowhere' }), 'refuted', /no index has nowhere/],
      ['an sdist only', asked(leaf, { name: 'source' }), 'unknown', /source 1\.0 has only an sdist/],
      ['another Python', asked(future), 'refuted', /future 1\.0: .*3\.99/],
      ['wheels for another system', asked(windows), 'refuted', /windows 1\.0: wheels for /],
      ['no hash', asked(leaf, { hashes: [] }), 'unknown', /no hash is known/],
      ['a name that breaks out', asked(leaf, { name: 'a\n--index-url=x' }), 'unknown', /is no name/],
    ])('is refused with %s, and nothing is left', async (_, one, verdict, why) => {
      const before = environments();
      const outcome = await install([one]);
      expect(outcome).toMatchObject({ kind: 'failed', verdict, why: expect.stringMatching(why) as string });
      expect(environments()).toEqual(before);
    });

    it('is refuted where a wheel holds another distribution than its name says', async () => {
      const outcome = await install([asked(liar)]);
      expect(outcome).toMatchObject({ kind: 'failed' });
      expect(environments().length).toBeGreaterThan(0);
    });

    it('gives credentials to the index by the environment alone, and shows none', async () => {
      const guarded = await serveWheels([leaf], { credentials: { username: 'user', password: 'hush-hush' } });
      try {
        const bare = `http://127.0.0.1:${guarded.port}/simple/`;
        const refused = await install([asked(leaf)], {}, bare);
        expect(refused).toMatchObject({
          verdict: 'unknown',
          why: expect.stringMatching(/credentials|401/) as string,
        });
        const withThem = bare.replace('//', '//user:hush-hush@');
        const good = await install([asked(leaf)], {}, withThem);
        expect(good.kind).toBe('installed');
        expect(JSON.stringify([refused, good])).not.toContain('hush-hush');
        expect(
          readFileSync(
            join(
              here.folder,
              'cache',
              'environments',
              readdirSync(join(here.folder, 'cache', 'environments')).find((name) => name.endsWith('.json'))!,
            ),
            'utf8',
          ),
        ).not.toContain('hush');
      } finally {
        await guarded.close();
      }
    });

    it('is unknown where the index cannot be reached', async () => {
      const outcome = await install([asked(tree), asked(greedy)], {}, 'http://127.0.0.1:9/simple/');
      expect(outcome).toMatchObject({
        verdict: 'unknown',
        why: expect.stringMatching(/could not be reached|connection refused/) as string,
      });
      expect((outcome as { check: { exitCode: number } }).check.exitCode).not.toBe(0);
    }, 60_000);

    it('is unknown for another machine and for a Python that is not to be had', async () => {
      expect(await install(SET, { target: { architecture: 'riscv64' } })).toMatchObject({
        verdict: 'unknown',
        why: expect.stringMatching(/^the target is linux\/riscv64 \w+; this machine is /) as string,
      });
      expect(await install(SET, { python: '3.11.99', offline: true })).toMatchObject({
        verdict: 'unknown',
        why: expect.stringContaining(
          'Python 3.11.99, which the target asks for, is not on this machine',
        ) as string,
      });
    });

    it('is made by two at once without disturbing each other', async () => {
      const both = await Promise.all([
        install([asked(leaf), asked(eager)]),
        install([asked(leaf), asked(eager)]),
      ]);
      for (const one of both)
        expect(statSync(join(installed(one).environment.sitePackages, 'leaf', '__init__.py')).isFile()).toBe(
          true,
        );
    });
  });

describe.skipIf(UV === null)('files of an environment', () => {
  it('are hard links into the cache of uv', async () => {
    const here = await installWorld();
    const { environment } = installed(
      await installEnvironment(installRequest(here.world, server.indexUrl, SET), here.world),
    );
    expect(statSync(join(environment.sitePackages, 'leaf', '__init__.py')).nlink).toBeGreaterThan(1);
    expect(realpathSync(environment.interpreter)).not.toContain(here.folder);
    await here.close();
  });

  it('share what was compiled of them', async () => {
    const here = await installWorld();
    const one = installed(
      await installEnvironment(installRequest(here.world, server.indexUrl, SET), here.world),
    );
    const two = installed(
      await installEnvironment(
        installRequest(here.world, server.indexUrl, [asked(leaf), asked(eager)]),
        here.world,
      ),
    );
    const compiled = ({ environment }: Installed) =>
      statSync(join(environment.sitePackages, 'leaf', '__pycache__', '__init__.cpython-311.pyc')).ino;
    expect(compiled(two)).toBe(compiled(one));
    await here.close();
  });
});

for (const tool of ['uv', 'pip'] as const)
  describe.skipIf(tool === 'uv' && UV === null)(`files of a folder, by ${tool}`, () => {
    it('are taken by their hash without any index', async () => {
      const wheels = mkdtempSync(join(tmpdir(), 'fettle-find-links-'));
      const here = await installWorld({ PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels }, tool === 'uv');
      writeFileSync(join(wheels, leaf.filename), leaf.bytes);
      const request = installRequest(here.world, '', [asked(leaf)]);
      const outcome = await installEnvironment(
        { ...request, index: { ...request.index, indexUrl: null } },
        here.world,
      );
      expect(installed(outcome).environment.distributions.size).toBe(1);
      await here.close();
      rmSync(wheels, { recursive: true });
    });
  });
