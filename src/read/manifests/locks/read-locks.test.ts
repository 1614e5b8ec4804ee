import { describe, expect, it } from 'vitest';
import type { LockFile } from '../../../domain/lock-file.ts';
import type { Target } from '../../../domain/target.ts';
import { pypiRules } from '../../ecosystems/pypi/rules.ts';
import type { ReadingContext } from '../manifest-reader.ts';
import { SourceText } from '../source-text.ts';
import { lockAsRequirements } from './lock-as-requirements.ts';
import { lockKind, readLock } from './lock-readers.ts';
import { lockedOn } from './locked-on.ts';

const LINUX: Target = {
  runtime: { implementation: 'cpython', version: '3.12' },
  os: 'linux',
  architecture: 'x86_64',
  libc: { name: 'glibc', version: '2.36' },
  readFrom: [],
};
const ALPINE: Target = { ...LINUX, libc: { name: 'musl', version: '1.2' } };

function sourceOf(path: string, text: string): SourceText {
  return new SourceText({ path, text, digest: '' });
}

/** Reads a lock by its path; `beside` are the other files of its folder. */
function read(path: string, text: string, beside: Readonly<Record<string, string>> = {}): Promise<LockFile> {
  const textOf = (name: string): string | null => beside[name] ?? null;
  const context = {
    rules: pypiRules,
    environment: {},
    open: (name: string) => Promise.resolve(textOf(name) === null ? null : sourceOf(name, textOf(name)!)),
    peek: (name: string) => Promise.resolve(textOf(name)),
  } as unknown as ReadingContext;
  return readLock(lockKind(path)!, sourceOf(path, text), context);
}

/** "line:column message" of each. */
function problems(lock: LockFile): readonly string[] {
  return lock.unreadable.map(({ message, at }) => `${at.span.line}:${at.span.column} ${message}`);
}

function pins(lock: LockFile): readonly string[] {
  return lock.entries.map(({ name, version }) => `${name} ${version?.text ?? '-'}`);
}

function installed(lock: LockFile, development = true, extras?: 'all' | 'none'): readonly string[] {
  return lockedOn(lock, LINUX, pypiRules, { development, ...(extras && { extras }) }).map(
    ({ entry, group }) =>
      `${entry.name} ${entry.version?.text ?? '-'}${group === 'development' ? ' dev' : ''}`,
  );
}

const entry = (name: string, version: string, more = ''): string =>
  `\n[[package]]\nname = "${name}"\nversion = "${version}"\n${more}`;
const poetryEntry = (name: string, version: string, more = ''): string =>
  entry(name, version, `optional = false\npython-versions = ">=3.8"\n${more}`);

describe('lockKind', () => {
  it('knows locks by their names', () => {
    expect(
      [
        'uv.lock',
        'a/poetry.lock',
        'Pipfile.lock',
        'pylock.toml',
        'pylock.dev.toml',
        'pylock.a.b.toml',
        'pdm.lock',
      ].map(lockKind),
    ).toEqual(['uv', 'poetry', 'pipenv', 'pylock', 'pylock', null, null]);
  });
});

describe('a format that is not known', () => {
  it.each([
    [
      'uv.lock',
      'version = 2\n' + entry('a', '1'),
      '1:11 this lock is of version 2, newer than the known format (1)',
    ],
    [
      'poetry.lock',
      poetryEntry('a', '1') + '\n[metadata]\nlock-version = "3.0"\n',
      '9:16 this lock is of version 3.0, newer than the known format (2.x)',
    ],
    [
      'pylock.toml',
      'lock-version = "2.0"\n[[packages]]\nname = "a"\nversion = "1"\n',
      '1:16 this lock is of version 2.0, newer than the known format (1.x)',
    ],
    [
      'Pipfile.lock',
      '{"_meta": {"pipfile-spec": 7}, "default": {"a": {"version": "==1"}}}',
      '1:28 this lock is of version 7, newer than the known format (6)',
    ],
  ])('of %s is said, and nothing is taken from it', async (path, text, problem) => {
    const lock = await read(path, text);
    expect(lock.entries).toEqual([]);
    expect(problems(lock)).toEqual([problem]);
  });

  it('is read where only what is compatible is newer', async () => {
    expect(pins(await read('uv.lock', 'version = 1\nrevision = 99\n' + entry('a', '1')))).toEqual(['a 1']);
    const pylock = 'lock-version = "1.7"\n[[packages]]\nname = "a"\nversion = "1"\n';
    expect(pins(await read('pylock.toml', pylock))).toEqual(['a 1']);
  });
});

describe('a lock that is not whole', () => {
  it.each([
    ['uv.lock', '', 'version'],
    ['poetry.lock', '', 'metadata'],
    ['poetry.lock', poetryEntry('a', '1'), 'metadata'],
    ['pylock.toml', '', 'lock-version'],
    ['Pipfile.lock', '{}', '_meta'],
  ])('(%s: %j) is not taken for one without packages', async (path, text, key) => {
    expect(problems(await read(path, text))).toEqual([`1:1 no whole lock: it has no ${key}`]);
  });

  it('with a merge conflict is read but for the entries that it touches', async () => {
    const text =
      'version = 1\n' +
      entry('a', '1') +
      '\n[[package]]\nname = "b"\n<<<<<<< HEAD\nversion = "1"\n=======\nversion = "2"\n>>>>>>> main\n' +
      entry('c', '3', '\n[package.metadata]\nprovides-extras = []\n');
    const lock = await read('uv.lock', text);
    expect(pins(lock)).toEqual(['a 1', 'c 3']);
    expect(problems(lock)).toEqual(['9:1 a merge conflict is left in the file']);
    const { span } = lock.entries[1]!;
    expect(text.slice(span.start, span.end)).toBe('3');
  });

  it('says where it is no TOML, and keys that stand twice', async () => {
    const text = 'version = 1\n' + entry('a', '1', 'version = "2"\n') + entry('b', '1', 'source = {\n');
    const lock = await read('uv.lock', text);
    expect(pins(lock)).toEqual([]);
    expect(lock.unreadable.map(({ message, at }) => `${at.span.line} ${message.split(':')[0]}`)).toEqual([
      '6 not valid TOML',
      expect.stringMatching(/^1\d? not valid TOML|^\d+ not valid TOML/),
    ]);
  });

  it('in JSON is read as far as it goes', async () => {
    const text =
      '{"default": {"a": {"version": "==1.0"}, "b": {"version": "==2"}, "b": {"version": "==3"}, "c": {';
    const lock = await read('Pipfile.lock', text);
    expect(pins(lock)).toEqual(['a 1.0', 'b 3']);
    expect(problems(lock)).toEqual([
      '1:66 "b" stands twice in one object; the last one counts',
      '1:97 not valid JSON: a key in quotes is expected here',
      '1:96 the lock does not say which version of c is installed',
    ]);
    const conflict = await read('Pipfile.lock', '{"default": {\n<<<<<<< HEAD\n"a": {}}}');
    expect(problems(conflict)[0]).toBe('2:1 a merge conflict is left in the file');
  });

  it('says what has not the shape of an entry, and reads the others', async () => {
    const text =
      'version = 1\npackage = [1, {name = "a"}, {name = "-", version = "1"}, {name = "b", version = "x y"}, {name = "c", version = 5}, ' +
      '{name = "d", version = "1", dependencies = "e", wheels = 7}, {name = "e", version = "1", dependencies = [{name = "f", marker = "no"}]}]';
    const lock = await read('uv.lock', text);
    expect(pins(lock)).toEqual(['d 1', 'e 1']);
    expect(problems(lock).map((text) => text.replace(/^\S+ /, ''))).toEqual([
      'a table is expected in package',
      'a has no version',
      expect.stringMatching(/^expected a name/),
      expect.stringMatching(/^expected/),
      'the version is expected to be a text',
      'dependencies is expected to be an array of tables',
      expect.stringMatching(/^this marker was not understood/),
    ]);
  });

  it.each([
    ['uv.lock', 'package = 3'],
    ['uv.lock', 'a = ' + '['.repeat(50_000)],
    ['uv.lock', '[[package]]\nname = { __proto__ = "x" }\n[package.__proto__]\nversion = "1"\n'],
    [
      'poetry.lock',
      '[metadata]\nfiles = 3\nlock-version = []\n[[package]]\nname = "a"\nversion = "1"\ndependencies = 3\n',
    ],
    ['Pipfile.lock', '['.repeat(50_000)],
    ['Pipfile.lock', '{"a":'.repeat(50_000)],
    ['Pipfile.lock', '{"_meta": 3, "default": [], "__proto__": {"x": null}}'],
    [
      'pylock.toml',
      'packages = [{name = "a", version = "1", marker = "\'dev\' in dependency_groups and ("}]',
    ],
  ])('%s that is hostile ends in words', async (path, text) => {
    const lock = await read(path, text);
    expect(Array.isArray(lock.unreadable)).toBe(true);
    expect(() => lockedOn(lock, LINUX, pypiRules, { development: true })).not.toThrow();
  });
});

describe('uv.lock', () => {
  it('keeps forks apart, by the version of the edge and by the part of the lock', async () => {
    const text =
      'version = 1\n' +
      entry(
        'app',
        '0',
        'source = { virtual = "." }\ndependencies = [{ name = "a", version = "1", marker = "python_version < \'3.12\'" }, { name = "a", version = "2", marker = "python_version >= \'3.12\'" }, { name = "b" }]\n',
      ) +
      entry('a', '1') +
      entry('a', '2') +
      entry('b', '1', `resolution-markers = ["python_version < '3.10'", "python_version == '3.11'"]\n`) +
      entry('b', '2', `resolution-markers = ["python_version >= '3.12'"]\n`);
    expect(installed(await read('uv.lock', text))).toEqual(['a 2', 'app -', 'b 2']);
  });

  it('follows the extras that somebody asks for, and groups of roots only', async () => {
    const text =
      'version = 1\n[manifest]\nmembers = ["app"]\n' +
      entry(
        'app',
        '0',
        'source = { editable = "." }\ndependencies = [{ name = "lib", extra = ["x"] }]\n[package.optional-dependencies]\nfast = [{ name = "speed" }]\n[package.dev-dependencies]\ndev = [{ name = "tool" }]\n',
      ) +
      entry(
        'lib',
        '0',
        'source = { directory = "lib" }\n[package.optional-dependencies]\nx = [{ name = "in-x" }]\ny = [{ name = "in-y" }]\n[package.dev-dependencies]\ndev = [{ name = "not-ours" }]\n',
      ) +
      ['in-x', 'in-y', 'speed', 'tool', 'not-ours', 'nobodys'].map((name) => entry(name, '1')).join('');
    const lock = await read('uv.lock', text);
    expect(installed(lock)).toEqual(['app -', 'in-x 1', 'lib -', 'speed 1', 'tool 1 dev']);
    expect(installed(lock, false, 'none')).toEqual(['app -', 'in-x 1', 'lib -']);
    const [, inX] = lockedOn(lock, LINUX, pypiRules, { development: false });
    expect(inX).toMatchObject({ requiredBy: ['lib'] });
  });

  it('counts all of the extras and groups that exclude each other', async () => {
    const text =
      'version = 1\nconflicts = [[{ package = "app", extra = "new" }, { package = "app", extra = "old" }]]\n' +
      entry(
        'a',
        '1',
        `dependencies = [{ name = "i", version = "3.6", marker = "extra == 'extra-3-app-old'" }, { name = "i", version = "3.10", marker = "extra == 'extra-3-app-new' or extra != 'extra-3-app-old'" }, { name = "w", marker = "extra == 'group-3-app-dev'" }]\n`,
      ) +
      entry('app', '1', 'source = { virtual = "." }\ndependencies = [{ name = "a" }]\n') +
      ['3.6', '3.10'].map((version) => entry('i', version)).join('') +
      entry('w', '1');
    const lock = await read('uv.lock', text);
    expect(installed(lock)).toEqual(['a 1', 'app -', 'i 3.6', 'i 3.10', 'w 1']);
    expect(installed(lock, false)).toEqual(['a 1', 'app -', 'i 3.6', 'i 3.10']);
    expect(installed(lock, false, 'none')).toEqual(['a 1', 'app -', 'i 3.10']);
    expect(lockAsRequirements(lock, [LINUX], pypiRules).warnings).toEqual([
      'the lock installs i 3.6 or 3.10 on CPython 3.12, linux/x86_64, glibc 2.36, by the extras and groups that are asked for',
    ]);
  });

  it('reads repositories and archives as references without their credentials', async () => {
    const text =
      'version = 1\n[manifest]\nrequirements = [{ name = "a" }, { name = "b" }, { name = "c" }]\n' +
      entry(
        'a',
        '1',
        'source = { git = "https://me:secret@code.example/a?rev=main#0123abcd0123abcd0123abcd0123abcd0123abcd" }\n',
      ) +
      entry('b', '2', 'source = { url = "https://files.example/b-2.zip?token=1" }\n') +
      entry('c', '3', 'source = { path = "wheels/c-3-py3-none-any.whl" }\n');
    const lock = await read('svc/uv.lock', text);
    expect(lock.entries.map(({ source }) => source)).toEqual(['reference', 'reference', 'reference']);
    const { requirements } = lockAsRequirements(lock, [LINUX], pypiRules);
    expect(requirements.map(({ dependency: { text } }) => text)).toEqual([
      'a @ git+https://code.example/a@0123abcd0123abcd0123abcd0123abcd0123abcd',
      'b @ https://files.example/b-2.zip',
      'c @ svc/wheels/c-3-py3-none-any.whl',
    ]);
  });
});

describe('poetry.lock', () => {
  const OLD =
    poetryEntry(
      'a',
      '1',
      'category = "main"\n\n[package.dependencies]\nb = {version = ">=1", optional = true}\nc = "^1.0"\n\n[package.extras]\nmore = ["b (>=1)"]\n',
    ) +
    poetryEntry('b', '1', 'category = "main"\n') +
    poetryEntry('c', '1.5', 'category = "main"\n') +
    poetryEntry('c', '2.0', 'category = "main"\n') +
    poetryEntry('d', '1', 'category = "dev"\n') +
    '\n[metadata]\nlock-version = "1.1"\npython-versions = "*"\ncontent-hash = "x"\n\n[metadata.files]\na = [\n    {file = "a.whl", hash = "sha256:aa"},\n]\n';

  it('of Poetry 1.1 is walked from what the pyproject.toml asks for', async () => {
    const pyproject = (a: string): string =>
      `[tool.poetry]\nname = "app"\n[tool.poetry.dependencies]\npython = "^3.8"\na = ${a}\n[tool.poetry.dev-dependencies]\nd = "*"\n`;
    const plain = await read('poetry.lock', OLD, { 'pyproject.toml': pyproject('"*"') });
    expect(installed(plain)).toEqual(['a 1', 'c 1.5', 'd 1 dev']);
    const more = await read('poetry.lock', OLD, {
      'pyproject.toml': pyproject('{version = "*", extras = ["more"]}'),
    });
    expect(installed(more)).toEqual(['a 1', 'b 1', 'c 1.5', 'd 1 dev']);
    const never = await read('poetry.lock', OLD, {
      'pyproject.toml': pyproject('{version = "*", python = "~3.9 || ^2.7"}'),
    });
    expect(installed(never)).toEqual(['d 1 dev']);
    expect(plain.entries[0]!.hashes).toEqual(['sha256:aa']);
  });

  it('without its pyproject.toml counts whole, by category', async () => {
    expect(installed(await read('poetry.lock', OLD), false)).toEqual(['a 1', 'b 1', 'c 1.5', 'c 2.0']);
  });
});

describe('pylock.toml', () => {
  const text =
    'lock-version = "1.0"\nextras = ["fast"]\ndependency-groups = ["main", "dev"]\ndefault-groups = ["main"]\n' +
    [
      ['a', `'main' in dependency_groups`],
      ['b', `'dev' in dependency_groups`],
      ['c', `'fast' in extras`],
      ['d', `python_version < '3.0' and 'main' in dependency_groups`],
      ['e', `'dev' not in dependency_groups`],
    ]
      .map(([name, marker]) => `[[packages]]\nname = "${name}"\nversion = "1"\nmarker = "${marker}"\n`)
      .join('') +
    '[[packages]]\nname = "v"\n[packages.vcs]\ntype = "git"\nurl = "https://code.example/v"\ncommit-id = "abc"\n' +
    '[[packages]]\nname = "w"\nversion = "1"\nwheels = [{ upload-time = 2024-05-05T10:00:00Z, hashes = { sha256 = "AB" } }]\n';

  it('installs its default groups and no extras', async () => {
    const lock = await read('pylock.toml', text);
    expect(problems(lock)).toEqual([]);
    expect(installed(lock, false)).toEqual(['a 1', 'e 1', 'v -', 'w 1']);
    expect(installed(lock)).toEqual(['a 1', 'b 1 dev', 'e 1', 'v -', 'w 1']);
    expect(installed(lock, false, 'all')).toContain('c 1');
    expect(lock.entries.at(-1)!.hashes).toEqual(['sha256:ab']);
    expect(lock.entries.at(-2)!.reference).toBe('git+https://code.example/v@abc');
  });
});

describe('lockAsRequirements', () => {
  it('says where no condition can tell targets apart', async () => {
    const lock = await read(
      'Pipfile.lock',
      '{"default": {"a": {"version": "==1"}}, "develop": {"b": {"version": "==2"}}}',
    );
    const { requirements, warnings } = lockAsRequirements(lock, [LINUX, ALPINE], pypiRules);
    expect(warnings).toEqual([]);
    expect(requirements).toMatchObject([
      { id: 'Pipfile.lock:1#1', group: 'production', dependency: { text: 'a==1', condition: null } },
      { id: 'Pipfile.lock:1#2', group: 'development', dependency: { text: 'b==2' } },
    ]);
    const rules = {
      ...pypiRules,
      applies: ((_, target) => (target === LINUX ? 'yes' : 'no')) as typeof pypiRules.applies,
    };
    expect(lockAsRequirements(lock, [LINUX, ALPINE], rules).warnings[0]).toMatch(
      /^no condition tells .*glibc.* from .*musl.*: a is taken as installed on all of them$/,
    );
  });
});
