import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Requirement } from '../../../domain/requirement.ts';
import { pypiRules } from '../../ecosystems/pypi/rules.ts';
import type { ManifestContent, ReadingContext } from '../manifest-reader.ts';
import { RepositoryTree } from '../repository-tree.ts';
import { SourceText } from '../source-text.ts';
import { readPyproject } from './read-pyproject.ts';

type Tree = Readonly<Record<string, string>>;

/** Reads one file of a tree; `pyproject.toml` unless another is named. */
function read(text: string, others: Tree = {}, path = 'pyproject.toml'): Promise<ManifestContent> {
  const texts = new Map(Object.entries({ ...others, [path]: text }));
  const context: ReadingContext = {
    rules: pypiRules,
    environment: {},
    tree: new RepositoryTree([...texts.keys()]),
    open: () => Promise.resolve(null),
    peek: (file) => Promise.resolve(texts.get(file) ?? null),
  };
  return readPyproject(new SourceText({ path, text, digest: '' }), context);
}

const problems = ({ unreadable }: ManifestContent): readonly string[] =>
  unreadable.map(({ at, message }) => `${at.span.line}:${at.span.column} ${message}`);

/** "name|what stands in its specifier's span|group groupName|role" of each requirement; "!" before what cannot be edited. */
const lines = (text: string, requirements: readonly Requirement[]): readonly string[] =>
  requirements.map(({ dependency, specifierSpan, group, groupName, role, notEditable }) =>
    [
      (notEditable === null ? '' : '!') + dependency.name,
      text.slice(specifierSpan.start, specifierSpan.end),
      group.slice(0, 4) + (groupName === undefined ? '' : ` ${groupName}`),
      ...(role === 'requirement' ? [] : [role]),
    ].join('|'),
  );

const includes = ({ includes: all }: ManifestContent): readonly string[] =>
  all.map(({ path, group }) => (group === undefined ? path : `${path} (${group})`));

const SERVICE = `[build-system]
requires = ["hatchling>=1.20", 'hatch-vcs']
build-backend = "hatchling.build"

[project]
name = "Shop.API"
requires-python = ">=3.11,<3.13"
dependencies = [
  "fastapi[standard] >=0.110, <0.120",  # the web
  'uvicorn==0.29.0',
  "psycopg (>=3.1) ; sys_platform == 'linux'",
  "httpx",
  "lib @ https://files.example/lib-1.0-py3-none-any.whl",
]

[project.optional-dependencies]
redis = ["redis~=5.0"]
dev = ["shop-api[redis]", "pytest>=8"]

[dependency-groups]
lint = ["ruff==0.4.0"]
all = [{include-group = "lint"}, "mypy>1"]
`;

describe('a service by PEP 621, 735 and 518', () => {
  it('has every requirement with its spans, group and name of the group', async () => {
    const content = await read(SERVICE);
    expect(problems(content)).toEqual([]);
    expect(lines(SERVICE, content.requirements)).toEqual([
      'fastapi|>=0.110, <0.120|prod',
      'uvicorn|==0.29.0|prod',
      'psycopg|>=3.1|prod',
      'httpx||prod',
      '!lib||prod',
      'redis|~=5.0|prod redis',
      'pytest|>=8|deve dev',
      'ruff|==0.4.0|deve lint',
      'mypy|>1|deve all',
    ]);
    const spans = content.requirements.map(({ span }) => SERVICE.slice(span.start, span.end));
    expect(spans[0]).toBe('fastapi[standard] >=0.110, <0.120');
    expect(spans[2]).toBe("psycopg (>=3.1) ; sys_platform == 'linux'");
    expect(content.requirements.map(({ id }) => id).slice(0, 6)).toEqual([
      ...['pyproject.toml:9', 'pyproject.toml:10', 'pyproject.toml:11', 'pyproject.toml:12'],
      ...['pyproject.toml:13', 'pyproject.toml:17'],
    ]);
    expect(content.requirements[2]!.dependency.condition?.text).toBe("sys_platform == 'linux'");
    expect(content.requirements[4]!.dependency.url).toBe('https://files.example/lib-1.0-py3-none-any.whl');
  });

  it('has what only its build needs apart, its name, and its runtime', async () => {
    const content = await read(SERVICE);
    expect(lines(SERVICE, content.buildRequirements!)).toEqual(['hatchling|>=1.20|prod', 'hatch-vcs||prod']);
    expect(content.buildRequirements!.map(({ id }) => id)).toEqual([
      'pyproject.toml:2#1',
      'pyproject.toml:2#2',
    ]);
    expect(content.projectName).toBe('shop-api');
    expect(content.targetHint?.runtime?.value.version).toBe('3.12');
    expect(content.generatedBy).toBeNull();
  });

  it('says a group that is not there', async () => {
    const text = '[dependency-groups]\na = [\n{include-group = "b"}]';
    expect(problems(await read(text))).toEqual(['3:18 there is no dependency group "b"']);
  });

  it('says a circle of groups once, at the include that closes it', async () => {
    const text =
      '[dependency-groups]\na = ["x", {include-group = "B_c"}]\nb-c = [{include-group = "a"}]\nd = [{include-group = "a"}]';
    const content = await read(text);
    expect(problems(content)).toEqual(['3:25 this group includes itself: a -> b-c -> a']);
    expect(lines(text, content.requirements)).toEqual(['x||deve a']);
  });

  it('cannot be edited where a string is written with escapes, but is read', async () => {
    const text =
      '[project]\ndependencies = ["a\\u003e=1", """b>=2""", """\nc>=3""", """\\\n  d>=4""", \'\'\'e>=5\'\'\', "f>=6; python_version < \\"3.9\\""]';
    const content = await read(text);
    expect(content.requirements.map((one) => one.dependency.name + one.dependency.specifier.text)).toEqual([
      ...['a>=1', 'b>=2', 'c>=3', 'd>=4', 'e>=5', 'f>=6'],
    ]);
    expect(content.requirements.map(({ notEditable }) => notEditable)).toEqual([
      'it is written with escapes',
      null,
      null,
      'it is written with escapes',
      null,
      'it is written with escapes',
    ]);
    expect(
      lines(
        text,
        content.requirements.filter((one) => one.notEditable === null),
      ),
    ).toEqual(['b|>=2|prod', 'c|>=3|prod', 'e|>=5|prod']);
  });
});

const POETRY = `[tool.poetry]
name = "shop"

[tool.poetry.dependencies]
python = "^3.11"
requests = "^2.28"
"Flask" = {version = "~2.3", extras = ["async"], python = "<3.13"}
uvloop = {version = "0.19.0", markers = "implementation_name == 'cpython'", platform = "linux"}
numpy = [
  {version = "^1.26", python = "<3.12"},
  {version = "^2.0", python = "^3.12"},
]
internal = {git = "https://git.example/internal.git", tag = "v1"}
shared = {path = "../shared", develop = true}
wheel-only = {path = "vendor/wheel_only-1.0-py3-none-any.whl"}
redis = {version = ">=4,<6 || ^6.1", optional = true}
any = "*"
loose = {extras = ["x"], source = "private"}
httpx.version = "0.27.*"

[tool.poetry.dependencies.boto3]
version = "^1.34"
extras = ["crt"]

[tool.poetry.extras]
cache = ["redis"]

[tool.poetry.dev-dependencies]
black = "24.3.0"

[tool.poetry.group.test.dependencies]
pytest = "^8.0"

[tool.poetry.group.worker.dependencies]
celery = "^5.3"

[[tool.poetry.source]]
name = "extra"
url = "https://extra.example/simple"
priority = "supplemental"

[[tool.poetry.source]]
name = "private"
url = "https://index.example/simple"

[[tool.poetry.source]]
name = "torch"
url = "https://torch.example/simple"
priority = "explicit"
`;

describe('a service of Poetry', () => {
  const path = 'api/pyproject.toml';
  const shared = { 'shared/pyproject.toml': '[project]\nname = "shared"\n' };

  it('has every form of a dependency, with the spans of its constraint', async () => {
    const content = await read(POETRY, shared, path);
    expect(problems(content)).toEqual([]);
    expect(lines(POETRY, content.requirements)).toEqual([
      'requests|^2.28|prod',
      'flask|~2.3|prod',
      'uvloop|0.19.0|prod',
      'numpy|^1.26|prod',
      'numpy|^2.0|prod',
      '!internal||prod',
      '!wheel-only||prod',
      'redis|>=4,<6 || ^6.1|prod cache',
      'any|*|prod',
      '!loose||prod',
      'httpx|0.27.*|prod',
      'boto3|^1.34|prod',
      'black|24.3.0|deve dev',
      'pytest|^8.0|deve test',
      'celery|^5.3|prod worker',
    ]);
    expect(includes(content)).toEqual(['shared/pyproject.toml']);
    expect(content.targetHint?.runtime?.value.version).toBe('3.12');
    expect(content.projectName).toBe('shop');
  });

  it('has whole entries as spans, extras, and specifiers in its notation', async () => {
    const { requirements } = await read(POETRY, shared, path);
    const by = (name: string): Requirement => requirements.find((one) => one.dependency.name === name)!;
    const span = (name: string): string => POETRY.slice(by(name).span.start, by(name).span.end);
    expect(span('requests')).toBe('requests = "^2.28"');
    expect(span('numpy')).toBe('{version = "^1.26", python = "<3.12"}');
    expect(span('boto3')).toBe('[tool.poetry.dependencies.boto3]\nversion = "^1.34"\nextras = ["crt"]');
    expect(by('boto3').dependency.extras).toEqual(['crt']);
    expect(by('flask').dependency.writtenName).toBe('Flask');
    expect(by('redis').dependency.specifier.notation).toBe('poetry');
    expect(by('loose').notEditable).toBe('its table has no version');
    expect(by('internal').dependency.url).toBe('https://git.example/internal.git');
    expect(by('internal').notEditable).toBe(
      'the table (line 13) takes it from a git repository, which has no version to move',
    );
  });

  it('has python, platform and markers as one condition', async () => {
    const { requirements } = await read(POETRY, shared, path);
    expect(requirements.flatMap(({ dependency }) => dependency.condition?.text ?? [])).toEqual([
      'python_version < "3.13"',
      `(implementation_name == 'cpython') and (sys_platform == "linux")`,
      'python_version < "3.12"',
      'python_version >= "3.12" and python_version < "4.0"',
    ]);
  });

  it.each([
    ['^3.8.1', 'python_full_version >= "3.8.1" and python_version < "4.0"'],
    ['~3.8', 'python_version >= "3.8" and python_version < "3.9"'],
    ['3.8', 'python_version == "3.8"'],
    ['3.8.*', 'python_version == "3.8.*"'],
    ['<=3.8', 'python_full_version <= "3.8"'],
    ['!=3.9.7,>3.7', 'python_full_version != "3.9.7" and python_full_version > "3.7"'],
    ['~2.7 || >=3.6', '(python_version >= "2.7" and python_version < "2.8") or (python_version >= "3.6")'],
    ['*', undefined],
  ])('restricts to Python %s by %s', async (python, marker) => {
    const { requirements } = await read(
      `[tool.poetry.dependencies]\na = {version = "*", python = "${python}"}`,
    );
    expect(requirements[0]!.dependency.condition?.text).toBe(marker);
  });

  it('asks its own indexes: the primary one instead of the public one, explicit ones for nothing else', async () => {
    const { indexOptions } = await read(POETRY, shared, path);
    expect(indexOptions.indexUrl).toBe('https://index.example/simple');
    expect(indexOptions.extraIndexUrls).toEqual(['https://extra.example/simple']);
    const withPublic = await read(
      '[[tool.poetry.source]]\nname = "PyPI"\n[[tool.poetry.source]]\nname = "a"\nurl = "https://index.example/"\n',
    );
    expect(withPublic.indexOptions).toMatchObject({
      indexUrl: null,
      extraIndexUrls: ['https://index.example/'],
    });
    const old =
      '[[tool.poetry.source]]\nurl = "https://a.example/"\nsecondary = true\n[[tool.poetry.source]]\nurl = "https://b.example/"\ndefault = true\n';
    expect((await read(old)).indexOptions).toMatchObject({
      indexUrl: 'https://b.example/',
      extraIndexUrls: ['https://a.example/'],
    });
  });

  it('of version 2 counts no package twice: what only says more is no line, a version is one', async () => {
    const text = `[project]
dependencies = ["requests>=2", "flask (>=2)", "internal", "shared"]
[tool.poetry.dependencies]
requests = {source = "private"}
flask = {version = "^2.3", allow-prereleases = true}
internal = {git = "https://git.example/x.git"}
shared = {path = "shared"}
forgotten = "^1"
`;
    const content = await read(text, shared);
    expect(lines(text, content.requirements)).toEqual([
      'requests|>=2|prod',
      'flask|>=2|prod',
      '!internal||prod',
      'flask|^2.3|prod',
    ]);
    expect(content.requirements[2]!.notEditable).toBe(
      '[tool.poetry.dependencies] (line 6) takes it from a git repository, which has no version to move',
    );
    expect(includes(content)).toEqual(['shared/pyproject.toml']);
    expect(problems(content)).toEqual([
      '8:1 Poetry leaves forgotten out: the standard table lists the dependencies, and not this one',
    ]);
  });

  it('of version 2 with dynamic dependencies has them in its own table', async () => {
    const text =
      '[project]\nname = "x"\ndynamic = ["dependencies"]\n[tool.poetry.dependencies]\nrequests = "^2.28"\n';
    const content = await read(text);
    expect(lines(text, content.requirements)).toEqual(['requests|^2.28|prod']);
    expect(problems(content)).toEqual([]);
  });

  it.each([
    ['a = 1.5', '2:5 a version constraint or a table is expected here'],
    ['a = ""', '2:5 a version constraint is expected here, this is empty'],
    ['a = "latest"', '2:6 expected a version constraint such as ^1.2, found "latest"'],
    ['a = {version = 1}', '2:16 a version constraint is expected here, as a string'],
    ['a = {version = "^1", markers = "python"}', '2:32 expected'],
    ['a = {version = "^1", python = "new"}', '2:31 expected'],
    ['a = {version = "^1", platform = "a b"}', '2:33 this names no platform'],
    ['"a b" = "1"', '2:1 expected a name'],
    ['a = ["^1", 2]', '2:12 a version constraint or a table is expected here'],
  ])('says %s', async (entry, want) => {
    const told = problems(await read(`[tool.poetry.dependencies]\n${entry}\n`));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(want);
  });
});

describe('uv', () => {
  const ROOT = `[project]
name = "root"
dependencies = ["core", "torch>=2", "tool>=1", "archive", "local", "gone", "lib[x]>=1"]

[tool.uv]
dev-dependencies = ["pytest>=8"]
constraint-dependencies = ["urllib3<3"]
override-dependencies = ["idna==3.7"]
build-constraint-dependencies = ["setuptools<70"]

[tool.uv.sources]
core = { workspace = true }
torch = { index = "pytorch" }
Tool = { git = "https://git.example/tool.git", tag = "v1" }
archive = { path = "vendor/archive-1.0.tar.gz" }
local = [{ path = "libs/local", marker = "sys_platform == 'linux'" }, { index = "x" }]
gone = { workspace = true }

[tool.uv.workspace]
members = ["packages/*", "tools/cli"]
exclude = ["packages/old"]
`;
  const TREE = {
    'packages/core/pyproject.toml': '[project]\nname = "core"\n',
    'packages/old/pyproject.toml': '[project]\nname = "old"\n',
    'packages/notes.txt': '',
    'libs/local/setup.py': '',
    'vendor/archive-1.0.tar.gz': '',
  };

  it('has its lists, and sources take a requirement from elsewhere', async () => {
    const content = await read(ROOT, TREE);
    expect(lines(ROOT, content.requirements)).toEqual([
      'torch|>=2|prod',
      '!tool|>=1|prod',
      '!archive||prod',
      'lib|>=1|prod',
      'pytest|>=8|deve dev',
      'urllib3|<3|prod|constraint',
      'idna|==3.7|prod|override',
    ]);
    const tool = content.requirements[1]!;
    expect(tool.dependency.url).toBe('https://git.example/tool.git');
    expect(tool.notEditable).toBe(
      '[tool.uv.sources] (line 14) takes it from a git repository, which has no version to move',
    );
    expect(includes(content)).toEqual(['packages/core/pyproject.toml', 'libs/local/setup.py']);
  });

  it('says members that are missing, where they are named', async () => {
    expect(problems(await read(ROOT, TREE))).toEqual([
      '17:8 no member of the workspace is named gone, so what it asks for is unknown',
      '20:26 workspace member missing: there is no tools/cli/pyproject.toml',
    ]);
  });

  it('a member finds its siblings by name, keeps the sources of the root, and does not include it', async () => {
    const text =
      '[project]\nname = "api"\ndependencies = ["core", "root", "tool", "api[x]"]\n[tool.uv]\nconstraint-dependencies = ["a<1"]\n[tool.uv.sources]\nroot = {workspace = true}\n';
    const content = await read(text, { ...TREE, 'pyproject.toml': ROOT }, 'packages/api/pyproject.toml');
    expect(problems(content)).toEqual([]);
    expect(includes(content)).toEqual(['packages/core/pyproject.toml']);
    expect(lines(text, content.requirements)).toEqual(['!tool||prod']);
    expect(content.requirements[0]!.notEditable).toContain('(pyproject.toml line 14)');
  });

  it.each([
    ['packages/*', ['packages/a/pyproject.toml']],
    ['packages/**', ['packages/a/pyproject.toml', 'packages/b/deep/pyproject.toml']],
    ['*/a', ['packages/a/pyproject.toml']],
    ['packages/?', ['packages/a/pyproject.toml']],
    ['./packages/a/', ['packages/a/pyproject.toml']],
    ['packages/aa*', []],
  ])('reads the members %s', async (pattern, want) => {
    const text = `[tool.uv.workspace]\nmembers = ["${pattern}"]\n`;
    const tree = { 'packages/a/pyproject.toml': '', 'packages/b/deep/pyproject.toml': '' };
    expect(includes(await read(text, tree))).toEqual(want);
  });
});

describe('dependencies that are not in the file', () => {
  const dynamic = (rest: string): string =>
    `[project]\nname = "x"\ndynamic = ["version", "dependencies"]\n${rest}`;

  it('are in the files that setuptools is told of', async () => {
    const text = `[project]
dynamic = ["dependencies", "optional-dependencies"]
[tool.setuptools.dynamic]
dependencies = {file = ["requirements.in", "missing.txt"]}
optional-dependencies.test = {file = "test.txt"}
`;
    const content = await read(text, { 'requirements.in': '', 'test.txt': '' });
    expect(includes(content)).toEqual(['requirements.in', 'test.txt (development)']);
    expect(problems(content)).toEqual(['4:44 there is no file missing.txt']);
    const [first] = content.includes;
    expect(text.slice(first!.start, first!.end)).toBe('"requirements.in"');
  });

  it('are in setup.cfg and setup.py where these are there', async () => {
    const content = await read(dynamic(''), { 'setup.py': '', 'setup.cfg': '' });
    expect(includes(content)).toEqual(['setup.cfg', 'setup.py']);
    expect(problems(content)).toEqual([]);
  });

  it.each([
    ['nothing tells them', '', {}],
    [
      'another backend computes them',
      '[build-system]\nbuild-backend = "hatchling.build"\n',
      { 'setup.py': '' },
    ],
  ])('are unknown where %s', async (_, rest, tree) => {
    expect(problems(await read(dynamic(rest), tree))).toEqual([
      '3:23 the dependencies are computed when the project is built, and unknown',
    ]);
  });
});

describe('tables of other tools', () => {
  it('are read for PDM, Hatch, Rye and Flit', async () => {
    const text = `[tool.pdm.dev-dependencies]
test = ["pytest>=8"]
[tool.hatch.envs.docs]
dependencies = ["mkdocs>=1.5"]
[tool.rye]
dev-dependencies = ["black>=24"]
[tool.flit.metadata]
requires = ["requests>=2"]
[tool.flit.metadata.requires-extra]
test = ["tox>=4"]
`;
    const content = await read(text);
    expect(lines(text, content.requirements)).toEqual([
      'pytest|>=8|deve test',
      'mkdocs|>=1.5|deve docs',
      'black|>=24|deve dev',
      'requests|>=2|prod',
      'tox|>=4|deve test',
    ]);
    expect(problems(content)).toEqual([]);
  });

  it.each([
    [
      '[tool.pixi.dependencies]\nnumpy = ">=1.26,<2"\npython = "3.11.*"',
      '1:12 [tool.pixi] is a table of a tool that is not known',
    ],
    ['[tool.bundler]\nrequires = ["a>=1", "b==2"]', '2:12 [tool.bundler]'],
  ])('are said where they look like dependencies: %s', async (text, want) => {
    const told = problems(await read(text));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(want);
  });

  it.each([
    '[tool.deptry]\nrequires = ["a>=1"]',
    '[tool.semantic_release]\nbuild_command = "pip install build>=1"',
    '[tool.thing]\ndependencies = ["docs", "tests"]',
    '[tool.thing]\nrequires = "a>=1"',
    '[tool.thing]\ndependencies = []',
    '[tool.thing.dependencies]\nleft = "some words"',
    '[tool.ruff]\nline-length = 100',
  ])('mean something else: %s', async (text) => {
    expect(problems(await read(text))).toEqual([]);
  });
});

describe('what is wrong', () => {
  it.each([
    [
      'a key twice',
      '[project]\nname = "a"\nname = "b"\n',
      '3:1 not valid TOML: Defining a key multiple times',
    ],
    [
      'a merge conflict',
      '[project]\ndependencies = [\n<<<<<<< HEAD\n"a",\n=======\n"b",\n>>>>>>> x\n]',
      '3:1 a merge conflict is left in the file',
    ],
    ['no TOML', '[project\n', 'not valid TOML: Unterminated'],
    ['a table for a list', '[project.dependencies]\na = "1"', '1:10 a list of requirements is expected here'],
    ['a string for a list', '[project]\ndependencies = "a"', '2:16 a list of requirements is expected here'],
    [
      'an item that is no string',
      '[project]\ndependencies = ["a", 1]',
      '2:22 a requirement is expected here, as a string',
    ],
    [
      'an empty item',
      '[project]\ndependencies = [" "]',
      '2:17 a requirement is expected here, this is empty',
    ],
    ['a requirement that is none', '[project]\ndependencies = ["a=1"]', '2:19 expected'],
    [
      'a list for extras',
      '[project]\noptional-dependencies = ["a"]',
      '2:25 a table of extras is expected here',
    ],
    ['a group as a string', '[dependency-groups]\ndev = "a"', '2:7 a list of requirements is expected here'],
    ['an item of a group', '[dependency-groups]\ndev = [{x = 1}]', '2:8 this item of a group is not known'],
    ['a group twice', '[dependency-groups]\na_b = []\nA-B = []', '3:1 the group A-B is written twice'],
    ['a project that is none', 'project = 1', '1:11 a table is expected here'],
    [
      'a build that is none',
      '[build-system]\nrequires = "a"',
      '2:12 a list of requirements is expected here',
    ],
    ['sources that are none', '[tool.uv]\nsources = 1', '2:11 a table of sources is expected here'],
    [
      'a workspace that is not there',
      '[project]\ndependencies = ["a"]\n[tool.uv.sources]\na = {workspace = true}',
      '4:5 this file is in no workspace',
    ],
  ])('is said: %s', async (_, text, want) => {
    const told = problems(await read(text));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(want);
  });

  it('does not stop the rest from being read', async () => {
    const text = '[project]\ndependencies = ["a>=1", 2, "b=", "c>=3"]';
    expect(lines(text, (await read(text)).requirements)).toEqual(['a|>=1|prod', 'c|>=3|prod']);
  });

  it('is only a key where it looks like an attack', async () => {
    const text =
      '__proto__.x = 1\nconstructor = 2\n[project]\n__proto__ = 1\ndependencies = ["a>=1"]\n[dependency-groups]\n__proto__ = ["b>=1"]\n[tool.poetry.dependencies.toString]\nversion = "1"\n';
    const content = await read(text);
    expect(lines(text, content.requirements)).toEqual(['a|>=1|prod', 'b|>=1|deve __proto__']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each([
    ['arrays in arrays', `[project]\ndependencies = ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['tables in tables', `[project]\ndependencies = ${'{a='.repeat(5_000)}1${'}'.repeat(5_000)}`],
    ['dots', `[project]\n${'a.'.repeat(20_000)}b = 1`],
    ['a long pattern', `[tool.uv.workspace]\nmembers = ["${'*a'.repeat(5_000)}", "${'**/'.repeat(2_000)}"]`],
  ])('ends soon with %s', { timeout: 5_000 }, async (_, text) => {
    await read(text, { 'packages/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/b/c/d/e/pyproject.toml': '' });
  });

  it('says a file that is nested too deeply to be parsed', async () => {
    const text = `a = ${'['.repeat(300_000)}${']'.repeat(300_000)}`;
    expect(problems(await read(text))).toEqual(['1:1 not read: it is nested too deeply']);
  });

  it('has places that count a byte order mark and keep Windows line ends', async () => {
    const text = '\uFEFF[project]\r\ndependencies = [\r\n  "a>=1",\r\n]\r\n';
    const content = await read(text);
    expect(lines(text, content.requirements)).toEqual(['a|>=1|prod']);
    expect(content.requirements[0]!.id).toBe('pyproject.toml:3');
  });
});

describe('every requirement', () => {
  const name = fc.constantFrom('a', 'Foo.bar', 'x_y', 'z9');
  const standard = fc.constantFrom('', '>=1', '==1.0', '~=2.1, !=2.2', '<3');
  const poetry = fc.constantFrom('^1.2', '~1', '*', '1.2.3', '>=1,<2', '^1 || ^2', '1.*');
  const item = fc
    .tuple(name, fc.constantFrom('', '[x, y]'), standard, fc.constantFrom('', " ; python_version > '3'"))
    .chain((parts) =>
      fc.constantFrom('"', "'", '"""').map((quote) => [quote, parts.join(''), quote].join('')),
    )
    .filter((text) => !(text.startsWith("'") && text.slice(1, -1).includes("'")));
  const list = fc
    .array(item, { maxLength: 4 })
    .chain((items) => fc.constantFrom(', ', ',\n  ', ', # why\n').map((comma) => `[${items.join(comma)}\n]`));
  const entry = fc
    .tuple(
      fc.uniqueArray(name, { maxLength: 4 }),
      poetry,
      fc.constantFrom('"C"', "{version = 'C'}", '[{version = "C", python = "^3"}, {version="C"}]'),
    )
    .map(([names, constraint, form]) =>
      names.map((one) => `"${one}" = ${form.replaceAll('C', constraint)}\n`).join(''),
    );
  const file = fc
    .tuple(list, list, list, entry, entry)
    .map(
      ([main, extra, dev, own, group]) =>
        `# top\n[project.optional-dependencies]\nx = ${extra}\n[dependency-groups]\ndev = ${dev}\n[tool.uv]\nconstraint-dependencies = ${main}\n[tool.poetry.dependencies]\n${own}[tool.poetry.group.t.dependencies]\n${group}# end`,
    );

  it('can have another specifier, with every byte around it as it was', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.nat(), async (text, choice) => {
        const { requirements, unreadable } = await read(text);
        expect(unreadable).toEqual([]);
        if (requirements.length === 0) return;
        const n = choice % requirements.length;
        const { specifierSpan, notEditable, dependency } = requirements[n]!;
        expect(notEditable).toBeNull();
        const put = dependency.specifier.notation === 'poetry' ? '^7.1' : '>=7.1,<8';
        const edited = text.slice(0, specifierSpan.start) + put + text.slice(specifierSpan.end);
        const again = (await read(edited)).requirements;
        const want = requirements.map((one) => one.dependency.specifier.text).with(n, put);
        expect(again.map((one) => one.dependency.specifier.text)).toEqual(want);
        expect(again.map((one) => one.id)).toEqual(requirements.map((one) => one.id));
        const before = text.slice(specifierSpan.start, specifierSpan.end);
        expect(before.trim()).toBe(dependency.specifier.text);
      }),
      { numRuns: 200 },
    );
  });
});

describe('groups that exclude each other', () => {
  it('are looked at one at a time, and the others are said', async () => {
    const content = await read(
      '[project]\nname = "s"\nversion = "1"\n[project.optional-dependencies]\ncpu = ["torch==2.6.0"]\ngpu = ["torch==2.5.0"]\n[tool.uv]\nconflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]\n',
    );
    expect(content.requirements.map(({ dependency }) => dependency.text)).toEqual(['torch==2.6.0']);
    expect(problems(content)[0]).toMatch(/^8:\d+ gpu is never installed together with cpu/);
  });

  it('are those of a member too, where the root of its workspace says so, and the one that the root asks for is kept', async () => {
    const root =
      '[project]\nname = "root"\ndependencies = ["sdk[v2]"]\n[tool.uv]\nconflicts = [[{ package = "sdk", extra = "v1" }, { package = "sdk", extra = "v2" }]]\n[tool.uv.workspace]\nmembers = ["sdk"]\n';
    const sdk =
      '[project]\nname = "sdk"\n[project.optional-dependencies]\nv1 = ["pydantic<2"]\nv2 = ["pydantic>=2"]\n';
    const member = await read(sdk, { 'pyproject.toml': root }, 'sdk/pyproject.toml');
    expect(member.requirements.map(({ dependency }) => dependency.text)).toEqual(['pydantic>=2']);
    expect(problems(member)).toEqual([]);
    const content = await read(root, { 'sdk/pyproject.toml': sdk });
    expect(problems(content)).toEqual([
      expect.stringMatching(/^5:\d+ v1 is never installed together with v2/),
    ]);
  });
});
