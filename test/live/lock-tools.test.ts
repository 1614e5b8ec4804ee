import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPoetryLock } from '../../src/change/lock-tools/poetry-lock.ts';
import type { LockedVersion } from '../../src/change/lock-tools/locked-version.ts';
import { relock } from '../../src/change/lock-tools/relock.ts';
import type { Relocked, RelockRequest, RelockSettings } from '../../src/change/lock-tools/relock-request.ts';
import { readUvLock } from '../../src/change/lock-tools/uv-lock.ts';
import type { PackageName } from '../../src/domain/package-name.ts';
import type { Target } from '../../src/domain/target.ts';
import { thisMachine } from '../../src/io/machine.ts';
import { closeWorld, openWorld } from '../../src/io/real-world.ts';
import { pipFacts } from '../../src/read/ecosystems/pypi/default-index.ts';
import { pypi } from '../../src/read/ecosystems/pypi/pypi.ts';
import { ENVIRONMENT, missing, tool, toolFolder } from './installed-tools.ts';
import type { Tool } from './installed-tools.ts';
import { PATIENCE_MS } from './live.ts';

/*
 * Real locks, rewritten by real uv, Poetry and pipenv, which then have to accept what came out. The index is the machine's.
 */

const FOLDER = mkdtempSync(join(tmpdir(), 'fettle-lock-tools-'));
const world = await openWorld({
  cacheDir: join(FOLDER, 'cache'),
  environment: ENVIRONMENT,
  onWarning: (message) => console.warn(message),
});
const INDEX = missing === null ? (await pipFacts(world))!.indexUrl : '';
const SETTINGS: RelockSettings = {
  ...{ indexUrl: null, offline: false, allowBuild: false },
  toolsFolder: join(FOLDER, 'cache', 'tools'),
  machine: thisMachine(),
};
const TARGET: Target = { ...thisMachine(), runtime: { implementation: 'cpython', version: '3.11' } };

afterAll(async () => {
  await closeWorld(world);
  rmSync(FOLDER, { recursive: true });
});

/** Files in a new folder, after a tool has locked them. */
function project(files: Readonly<Record<string, string>>, ...lock: readonly [Tool, ...string[]]): string {
  const folder = mkdtempSync(join(FOLDER, 'project-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  tool(folder, ...lock);
  return folder;
}

interface Case {
  readonly folder: string;
  readonly lock: string;
  readonly tool: string;
  /** Texts after the edits; everything else is as in the folder. */
  readonly edited: Readonly<Record<string, string>>;
  readonly before: readonly LockedVersion[];
  /** Name to version; null: nothing asks for it any more. */
  readonly plan: Readonly<Record<string, string | null>>;
  readonly settings?: Partial<RelockSettings>;
  readonly publishedOf?: RelockRequest['publishedOf'];
  /** A tool's folder that comes first on the PATH. */
  readonly first?: Tool;
}

function rewrite({ folder, lock, tool: name, edited, before, plan, ...more }: Case): Promise<Relocked> {
  const files = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(toml|lock)$|Pipfile$/.test(path))
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const),
  );
  for (const [path, text] of Object.entries(edited)) files.set(path, text);
  const old = new Map(before.map((one) => [one.name as string, one.version]));
  const version = (text: string) => pypi.parseVersion(text) as LockedVersion['version'];
  const moves = Object.entries(plan).map(([moved, to]) => ({
    ...{ name: moved as PackageName, from: old.get(moved) ?? null, to: to === null ? null : version(to) },
  }));
  const set = new Map([...old, ...moves.map(({ name: moved, to }) => [moved, to] as const)]);
  const packages = [...set].flatMap(([moved, to]) =>
    to === null ? [] : [{ name: moved as PackageName, version: to, extras: [], requiredBy: [] }],
  );
  const request = {
    ...{ root: folder, lock, tool: name, files, sets: [{ target: TARGET, packages }], moves },
    ...{ publishedOf: more.publishedOf ?? (() => null), rules: pypi },
  };
  const path = [
    ...(more.first === undefined ? [] : [join(toolFolder(more.first), 'bin')]),
    ENVIRONMENT['PATH'],
  ];
  const environment = { ...ENVIRONMENT, PATH: path.join(delimiter) };
  return relock(request, { ...SETTINGS, ...more.settings }, { ...world, environment });
}

function textOf(result: Relocked): string {
  if (result.kind === 'refused') throw new Error(result.why);
  return result.text;
}

/** Versions in a lock by name. */
function versions(locked: readonly LockedVersion[] | null): Readonly<Record<string, string>> {
  return Object.fromEntries(locked!.map(({ name, version }) => [name, version.text]));
}

const about = missing === null ? '' : ` (skipped: ${missing})`;

describe.skipIf(missing !== null)(`uv.lock by uv${about}`, { timeout: PATIENCE_MS }, () => {
  const manifest = (flask: string, more = '') =>
    `[project]\nname = "service"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = ["flask==${flask}", "requests<2.30"${more}]\n`;
  const locked = () => {
    const folder = project({ 'pyproject.toml': manifest('2.0.1') }, 'uv', 'lock', '--no-build');
    const before = readUvLock(readFileSync(join(folder, 'uv.lock'), 'utf8'), { rules: pypi })!;
    return { folder, lock: 'uv.lock', tool: 'uv', before };
  };

  it('has the plan and what it does not move, and uv accepts it', async () => {
    const was = locked();
    const edited = { 'pyproject.toml': manifest('2.2.5') };
    const plan = { flask: '2.2.5', werkzeug: '2.2.3', urllib3: '1.26.18' };
    const text = textOf(await rewrite({ ...was, edited, plan }));
    expect(versions(readUvLock(text, { rules: pypi }))).toEqual({ ...versions(was.before), ...plan });
    expect(readFileSync(join(was.folder, 'pyproject.toml'), 'utf8')).toBe(manifest('2.0.1'));
    writeFileSync(join(was.folder, 'pyproject.toml'), edited['pyproject.toml']);
    writeFileSync(join(was.folder, 'uv.lock'), text);
    tool(was.folder, 'uv', 'lock', '--check', '--no-build');
  });

  it('is that of a workspace whose members tell their version only when they are built', async () => {
    const member = (name: string, requires: string, version: string) =>
      `[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "${name}"\n${version}\nrequires-python = ">=3.10"\ndependencies = ["flask==${requires}"]\n[tool.setuptools.dynamic]\nversion = {attr = "${name}.__version__"}\n`;
    const root =
      '[project]\nname = "root"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["one"]\n[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.uv.sources]\none = { workspace = true }\n';
    const files = {
      ...{ 'pyproject.toml': root, 'packages/one/one/__init__.py': '__version__ = "3.1"\n' },
      'packages/one/pyproject.toml': member('one', '2.0.1', 'dynamic = ["version"]'),
    };
    const folder = project(files, 'uv', 'lock');
    const before = readUvLock(readFileSync(join(folder, 'uv.lock'), 'utf8'), { rules: pypi })!;
    const edited = { 'packages/one/pyproject.toml': member('one', '2.2.5', 'dynamic = ["version"]') };
    const was = { folder, lock: 'uv.lock', tool: 'uv', before };
    const text = textOf(await rewrite({ ...was, edited, plan: { flask: '2.2.5', werkzeug: '2.2.3' } }));
    writeFileSync(join(folder, 'packages/one/pyproject.toml'), edited['packages/one/pyproject.toml']);
    writeFileSync(join(folder, 'uv.lock'), text);
    tool(folder, 'uv', 'lock', '--check');
    // uv itself would run the backend of such a project in spite of --no-build.
    const builds = {
      'packages/one/pyproject.toml': member('one', '2.2.5', 'version = "1"').replace(
        'dependencies =',
        'dynamic = ["dependencies"]\nx =',
      ),
    };
    expect(await rewrite({ ...was, edited: builds, plan: { flask: '2.2.5' } })).toMatchObject({
      why: expect.stringContaining('would have to build a package') as string,
    });
  });

  it('is refused where the plan does not fit the manifest, in the words of uv', async () => {
    const plan = { flask: '2.2.5', werkzeug: '1.0.1' };
    const result = await rewrite({ ...locked(), edited: { 'pyproject.toml': manifest('2.2.5') }, plan });
    expect(result).toMatchObject({
      kind: 'refused',
      why: expect.stringMatching(/No solution found.*werkzeug/) as string,
    });
  });

  it('is refused where a package would have to be built, and made under --allow-build', async () => {
    const was = locked();
    const edited = { 'pyproject.toml': manifest('2.0.1', ', "future==0.18.2"') };
    const plan = { future: '0.18.2' };
    expect(await rewrite({ ...was, edited, plan })).toMatchObject({ kind: 'refused' });
    const built = await rewrite({ ...was, edited, plan, settings: { allowBuild: true } });
    expect(versions(readUvLock(textOf(built), { rules: pypi }))['future']).toBe('0.18.2');
  });

  it('is written by a uv from the index where none is installed', async () => {
    const was = locked();
    const bare = { ...world, environment: { ...ENVIRONMENT, PATH: process.env['PATH'] } };
    const edited = { 'pyproject.toml': manifest('2.2.5') };
    const files = new Map([
      ['pyproject.toml', edited['pyproject.toml']],
      ['uv.lock', readFileSync(join(was.folder, 'uv.lock'), 'utf8')],
    ]);
    const version = pypi.parseVersion('2.2.5') as LockedVersion['version'];
    const flask = { name: 'flask' as PackageName, version, extras: [], requiredBy: [] };
    const request = {
      ...{
        root: was.folder,
        lock: 'uv.lock',
        tool: 'uv',
        files,
        sets: [{ target: TARGET, packages: [flask] }],
      },
      ...{ moves: [{ name: flask.name, from: null, to: version }], publishedOf: () => null, rules: pypi },
    };
    const text = textOf(await relock(request, SETTINGS, bare));
    expect(versions(readUvLock(text, { rules: pypi }))['flask']).toBe('2.2.5');
    expect(textOf(await relock(request, { ...SETTINGS, offline: true }, bare))).toBe(text);
  });
});

describe.skipIf(missing !== null)(`poetry.lock by Poetry${about}`, { timeout: PATIENCE_MS }, () => {
  const manifest = (flask: string, more = '') =>
    `[tool.poetry]\nname = "service"\nversion = "1.0"\ndescription = ""\nauthors = []\npackage-mode = false\n\n[[tool.poetry.source]]\nname = "index"\nurl = "${INDEX}"\npriority = "primary"\n\n[tool.poetry.dependencies]\npython = ">=3.10,<4.0"\nflask = "${flask}"\nrequests = "<2.30"\n${more}`;
  const locked = (poetry: Tool = 'poetry') => {
    const folder = project({ 'pyproject.toml': manifest('2.0.1') }, poetry, 'lock', '--no-interaction');
    const before = readPoetryLock(readFileSync(join(folder, 'poetry.lock'), 'utf8'), { rules: pypi })!;
    return { folder, lock: 'poetry.lock', tool: 'poetry', before };
  };

  it.each(['poetry', 'poetry1'] as const)(
    'has the plan with what is new, and %s accepts it',
    async (poetry) => {
      const was = { ...locked(poetry), first: poetry };
      const edited = { 'pyproject.toml': manifest('2.2.5', 'h11 = "*"\n') };
      const plan = { flask: '2.2.5', werkzeug: '2.2.3', urllib3: '1.26.18', h11: '0.14.0' };
      const text = textOf(await rewrite({ ...was, edited, plan }));
      expect(versions(readPoetryLock(text, { rules: pypi }))).toEqual({ ...versions(was.before), ...plan });
      writeFileSync(join(was.folder, 'pyproject.toml'), edited['pyproject.toml']);
      writeFileSync(join(was.folder, 'poetry.lock'), text);
      tool(was.folder, poetry, 'check', '--lock');
    },
  );

  it('is refused where the plan does not fit', async () => {
    const result = await rewrite({
      ...locked(),
      ...{ edited: { 'pyproject.toml': manifest('2.2.5') }, plan: { flask: '2.2.5', werkzeug: '1.0.1' } },
    });
    expect(result).toMatchObject({
      kind: 'refused',
      why: expect.stringMatching(/^Poetry would lock werkzeug/) as string,
    });
  });

  it('is refused where a package would have to be built, and made under --allow-build', async () => {
    const was = locked();
    const edited = { 'pyproject.toml': manifest('2.0.1', 'future = "0.18.2"\n') };
    const plan = { future: '0.18.2' };
    expect(await rewrite({ ...was, edited, plan })).toMatchObject({
      ...{ kind: 'refused', why: expect.stringContaining('would have to build a package') as string },
    });
    const built = await rewrite({ ...was, edited, plan, settings: { allowBuild: true } });
    expect(versions(readPoetryLock(textOf(built), { rules: pypi }))['future']).toBe('0.18.2');
  });
});

describe.skipIf(missing !== null)(`pylock.toml by fettle${about}`, { timeout: PATIENCE_MS }, () => {
  it('is a lock that uv installs from', async () => {
    const manifest =
      '[project]\nname = "service"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["flask==2.0.1"]\n';
    const folder = project({ 'pyproject.toml': manifest }, 'uv', 'lock', '--no-build');
    tool(
      folder,
      'uv',
      'export',
      '--format',
      'pylock.toml',
      '--no-emit-project',
      '--output-file',
      'pylock.toml',
    );
    const before = readUvLock(readFileSync(join(folder, 'uv.lock'), 'utf8'), { rules: pypi })!.filter(
      ({ name }) => name !== 'service' && name !== 'colorama',
    );
    const plan = { flask: '2.2.5', werkzeug: '2.2.3', h11: '0.14.0' };
    const settings = { root: folder, indexUrl: null, options: [], offline: false, asOf: null };
    const index = await pypi.openIndex(world, { ...settings, allowBuild: false, bundle: null });
    const pages = new Map(
      await Promise.all(
        Object.keys(plan).map(async (name) => [name, (await index.package(name as PackageName))!] as const),
      ),
    );
    const was = { folder, lock: 'pylock.toml', tool: 'pylock', before, edited: {}, plan };
    const text = textOf(await rewrite({ ...was, publishedOf: (name) => pages.get(name)! }));
    writeFileSync(join(folder, 'pylock.toml'), text);
    tool(folder, 'uv', 'venv', '--quiet', '--python', '3.11', 'environment');
    tool(
      folder,
      'uv',
      'pip',
      'sync',
      '--quiet',
      '--python',
      'environment',
      '--preview',
      '--only-binary',
      ':all:',
      'pylock.toml',
    );
    const installed = tool(folder, 'uv', 'pip', 'freeze', '--python', 'environment').trim().split('\n');
    expect(installed).toEqual(expect.arrayContaining(['flask==2.2.5', 'werkzeug==2.2.3', 'h11==0.14.0']));
  });
});

describe.skipIf(missing !== null)(`Pipfile.lock by pipenv${about}`, { timeout: PATIENCE_MS }, () => {
  const manifest = (flask: string) =>
    `[[source]]\nurl = "${INDEX}"\nverify_ssl = true\nname = "index"\n\n[packages]\nflask = "==${flask}"\nrequests = "<2.30"\ncolorama = {version = "==0.4.6", markers = "sys_platform == 'win32'"}\n\n[dev-packages]\npytest = "<8"\n\n[requires]\npython_version = "3.11"\n`;
  type PipfileLock = Readonly<
    Record<
      'default' | 'develop',
      Readonly<Record<string, { version: string; index?: string; markers?: string }>>
    >
  >;

  it('has the plan, nothing else is changed, and pipenv accepts it', async () => {
    const folder = project({ Pipfile: manifest('2.0.1') }, 'pipenv', 'lock');
    const old = readFileSync(join(folder, 'Pipfile.lock'), 'utf8');
    const parsed = JSON.parse(old) as PipfileLock;
    const before = Object.entries({ ...parsed.develop, ...parsed.default }).map(([name, { version }]) => ({
      ...{
        name: name as PackageName,
        version: pypi.parseVersion(version.slice(2)) as LockedVersion['version'],
      },
      ...{ markers: [], source: '' },
    }));
    const plan = { flask: '2.2.5', werkzeug: '2.2.3', urllib3: '1.26.18' };
    const edited = { Pipfile: manifest('2.2.5') };
    const text = textOf(
      await rewrite({ folder, lock: 'Pipfile.lock', tool: 'pipenv', before, edited, plan }),
    );
    const lock = JSON.parse(text) as PipfileLock;
    for (const [name, version] of Object.entries(plan))
      expect(lock.default[name]!.version).toBe(`==${version}`);
    expect(lock.default['werkzeug']!.index).toBeUndefined();
    expect(lock.default['flask']!.index).toBe(parsed.default['flask']!.index);
    const unmoved = ({ default: packages }: PipfileLock) =>
      Object.entries(packages).filter(([name]) => !(name in plan));
    expect(unmoved(lock)).toEqual(unmoved(parsed));
    expect(lock.develop).toEqual(parsed.develop);
    writeFileSync(join(folder, 'Pipfile'), edited.Pipfile);
    writeFileSync(join(folder, 'Pipfile.lock'), text);
    tool(folder, 'pipenv', 'verify');
  });
});
