import { describe, expect, it } from 'vitest';
import { readTree } from '../../../../test/projects/reading-world.ts';
import type { Tree } from '../../../../test/projects/reading-world.ts';
import type { ReadOptions } from '../read-options.ts';

const WORKFLOW = '.github/workflows/checks.yml';
const LIST: Tree = { 'requirements.txt': 'a==1\n' };
const INSTALL = '      - run: python -m pip install -r requirements.txt\n';
const ASSUMED = ['3.12 assumed'];

/** Each target's Python of a service, and where it was read. */
async function pythons(
  tree: Tree,
  name = '.',
  options: Partial<ReadOptions> = {},
): Promise<readonly string[]> {
  const { services } = await readTree({ ...LIST, ...tree }, options);
  const targets = services.find((service) => service.name === name)!.targets;
  return targets.map(({ runtime, readFrom }) => `${runtime.version} ${readFrom[0]}`);
}

/** A workflow of one job: what stands beside its steps, its steps, and what stands before the jobs. */
function workflow(steps: string, beside = '', before = ''): Tree {
  const job = `  checks:\n    runs-on: ubuntu-latest\n${beside}    steps:\n${steps}`;
  return { [WORKFLOW]: `on: push\n${before}jobs:\n${job}` };
}

function setUp(version: string, action = 'actions/setup-python@v5'): string {
  return `      - uses: ${action}\n        with:\n          python-version: ${version}\n`;
}

function matrix(text: string): string {
  return `    strategy:\n      matrix:\n${text}`;
}

const ASKED = setUp('${{ matrix.python-version }}');

describe('the Pythons of a workflow, where nothing else tells one', () => {
  it('are those that it sets up before it installs the list, each with its line', async () => {
    const axis = matrix('        python-version:\n          - "3.11"\n          - "3.13"\n');
    expect(await pythons(workflow(ASKED + INSTALL, axis))).toEqual([
      `3.11 ${WORKFLOW}:8`,
      `3.13 ${WORKFLOW}:9`,
    ]);
  });

  it('tell the Python alone: the platform stays as it is assumed', async () => {
    const { services } = await readTree({
      ...LIST,
      ...workflow(setUp('"3.11"') + INSTALL, '    # runs-on: windows-latest\n'),
    });
    expect(services[0]!.targets).toMatchObject([
      { os: 'linux', readFrom: [`${WORKFLOW}:9`, 'assumed: linux, x86_64, glibc 2.36'] },
    ]);
  });

  it.each<[string, string, readonly string[]]>([
    ['a text', '"3.11"', ['3.11']],
    ['a number', '3.11', ['3.11']],
    ['a number that YAML shortens', '3.10', ['3.10']],
    ['a patch', '3.11.9', ['3.11.9']],
    ['all patches of a series', '3.11.x', ['3.11']],
    ['an anchor', '&v "3.11"', ['3.11']],
    [
      'several lines',
      '|\n            3.10\n            3.x\n            pypy-3.10\n            3.11\n',
      ['3.10', '3.11'],
    ],
    ['a variable', '${{ env.PYTHON }}', ['3.13']],
    ['a variable of the job, before that of the workflow', '${{ env.BOTH }}', ['3.10']],
  ])('are read as people write them: %s', async (_, written, versions) => {
    const text = workflow(
      setUp(written) + INSTALL,
      '    env:\n      BOTH: 3.10\n',
      'env:\n  PYTHON: 3.13\n  BOTH: 3.9\n',
    );
    expect((await pythons(text)).map((one) => one.split(' ')[0])).toEqual(versions);
  });

  it.each([
    '"3.x"',
    '3',
    '">=3.9 <3.12"',
    'pypy-3.10',
    'pypy3.10',
    '3.14-dev',
    '3.15.0-alpha',
    '"3.14.0rc1"',
    '3.13t',
    '"3.15"',
    '"3.99"',
    '${{ inputs.python }}',
    '${{ matrix.python }}',
    '[3.11]',
    '!x "3.11"',
  ])('are nothing that is no series of CPython, or not known: %s', async (written) => {
    expect(await pythons(workflow(setUp(written) + INSTALL))).toEqual(ASSUMED);
  });

  it.each<[string, string, readonly string[]]>([
    ['a list', '        py: [3.9, 3.10]\n', ['3.9', '3.10']],
    [
      'of other things too',
      '        os: [ubuntu-latest, windows-latest]\n        py: ["3.9", "3.11"]\n',
      ['3.9', '3.11'],
    ],
    ['what is known of it', '        py: ["3.9", pypy-3.10, 3.x]\n', ['3.9']],
    [
      'what it includes',
      '        include:\n          - {py: "3.9", env: a}\n          - {py: 3.10, env: b}\n',
      ['3.9', '3.10'],
    ],
    [
      'what it includes beside',
      '        py: ["3.9"]\n        include:\n          - py: "3.13"\n',
      ['3.9', '3.13'],
    ],
    [
      'what it leaves out',
      '        py: [3.9, 3.10, 3.11]\n        exclude:\n          - py: 3.10\n',
      ['3.9', '3.11'],
    ],
    [
      'what it leaves out of one system',
      '        os: [a, b]\n        py: [3.9, 3.10]\n        exclude: [{os: a, py: 3.9}]\n',
      ['3.10', '3.9'],
    ],
    ['computed', '        py: ${{ fromJSON(needs.x.outputs.pythons) }}\n', []],
  ])('are those of a matrix: %s', async (_, axes, versions) => {
    const text = workflow(setUp('${{ matrix.py }}') + INSTALL, matrix(axes));
    const found = (await pythons(text)).map((one) => one.replace(/ \.github.*:\d+$/, ''));
    expect(found).toEqual(versions.length === 0 ? ASSUMED : versions);
  });

  it.each<[string, string]>([
    ['of an older version', setUp('3.11', 'actions/setup-python@v1.2.3')],
    ['in other letters', setUp('3.11', 'Actions/Setup-Python@a26af69be951a213d495a4c3e4e4022e16d87065')],
    ["of uv's", setUp('"3.11"', 'astral-sh/setup-uv@v6')],
    ["of the repository's own", setUp('3.11', './.github/actions/setup-python')],
    ["of uv's after another", setUp('3.11') + '      - uses: astral-sh/setup-uv@v6\n'],
    ['the last of two', setUp('3.9') + setUp('3.11')],
  ])('are set up by actions: %s', async (_, steps) => {
    expect(await pythons(workflow(steps + INSTALL))).toEqual([expect.stringMatching(/^3\.11 \.github/)]);
  });

  it.each<[string, string]>([
    ['after it', INSTALL + setUp('3.11')],
    ['without a version', setUp('3.11') + '      - uses: actions/setup-python@v5\n' + INSTALL],
    [
      'that a file names',
      '      - uses: actions/setup-python@v5\n        with: {python-version-file: .tool-versions}\n' +
        INSTALL,
    ],
    ['by another action', setUp('3.11', 'actions/setup-node@v4') + INSTALL],
    ['in a step that never runs', setUp('3.11').replace('      - ', '      - if: false\n        ') + INSTALL],
    [
      'for an install that never runs',
      setUp('3.11') + INSTALL.replace('run:', 'if: ${{ false }}\n        run:'),
    ],
  ])('are not those that are set up %s', async (_, steps) => {
    expect(await pythons(workflow(steps))).toEqual(ASSUMED);
  });

  it.each<[string, string, readonly string[]]>([
    ['with the repository of another one', 'repository: acme/other', ASSUMED],
    ['beside it', 'repository: acme/other, path: other', [`3.11 ${WORKFLOW}:10`]],
    ['by an expression', 'repository: "${{ github.repository }}"', [`3.11 ${WORKFLOW}:10`]],
  ])('are those of the repository itself, not of one that is checked out %s', async (_, inputs, want) => {
    const checkout = `      - uses: actions/checkout@v5\n        with: {${inputs}}\n`;
    expect(await pythons(workflow(checkout + setUp('3.11') + INSTALL))).toEqual(want);
  });

  it.each<[string, readonly string[]]>([
    ['python3.9 -m venv .venv', ['3.9']],
    ['virtualenv --python=python3.9 .venv', ['3.9']],
    ['uv venv -p 3.9', ['3.9']],
    ['python -m venv .venv', ['3.11']],
    ['uv venv --python $PYTHON', []],
  ])('are those of the environment that is made for it: %s', async (make, versions) => {
    const apart = workflow(`${setUp('3.11')}      - run: ${make}\n${INSTALL}`);
    const together = workflow(
      `${setUp('3.11')}      - run: ${make} && .venv/bin/pip install -r requirements.txt\n`,
    );
    const gitlab = {
      '.gitlab-ci.yml': `test:\n  image: python:3.11\n  script:\n    - ${make}\n    - pip install -r requirements.txt\n`,
    };
    for (const tree of [apart, together, gitlab]) {
      const found = (await pythons(tree)).map((one) => one.replace(/ \.git.*/, ''));
      expect(found).toEqual(versions.length === 0 ? ASSUMED : versions);
    }
  });

  it('are all that conditions may set up', async () => {
    const other = setUp('3.13').replace('      - ', "      - if: matrix.os == 'x'\n        ");
    expect(await pythons(workflow(setUp('3.11') + other + INSTALL))).toEqual([
      `3.11 ${WORKFLOW}:8`,
      `3.13 ${WORKFLOW}:12`,
    ]);
  });

  it.each<[string, string, readonly string[]]>([
    ['by name', '    container: python:3.11-slim\n', [`3.11 ${WORKFLOW}:5`]],
    [
      'in a table',
      '    container:\n      image: registry.example/library/python:3.11.9-bookworm\n',
      [`3.11.9 ${WORKFLOW}:6`],
    ],
    [
      'of a matrix',
      `${matrix('        tag: [3.9-slim, 3.11]\n')}    container: python:\${{ matrix.tag }}\n`,
      [`3.9 ${WORKFLOW}:8`, `3.11 ${WORKFLOW}:8`],
    ],
    ['of the newest Python', '    container: python:3-slim\n', ASSUMED],
    ['of what is to come', '    container: python:3.15-rc-slim\n', ASSUMED],
    ['of what was to come', '    container: python:3.14-rc-slim\n', ASSUMED],
    ['of another', '    container: node:22\n', ASSUMED],
  ])('are those of the container of a job: %s', async (_, container, want) => {
    expect(await pythons(workflow(INSTALL, container))).toEqual(want);
  });

  it('are one of each series, so that no file makes targets without end', async () => {
    const patches = Array.from({ length: 200 }, (_, n) => `3.11.${n}`).join(', ');
    const text = workflow(setUp('${{ matrix.py }}') + INSTALL, matrix(`        py: [${patches}, 3.13]\n`));
    expect(await pythons(text)).toEqual([`3.11.0 ${WORKFLOW}:7`, `3.13 ${WORKFLOW}:7`]);
  });

  it('are those of all jobs and workflows together, each where it is said first', async () => {
    const job = (name: string, version: string): string =>
      `  ${name}:\n    steps:\n${setUp(version)}${INSTALL}`;
    const tree = {
      '.github/workflows/a.yml': `jobs:\n${job('x', '3.11')}${job('y', '3.13')}`,
      '.github/workflows/b.yaml': `jobs:\n${job('x', '3.9')}${job('y', '3.11')}`,
      '.github/workflows/off.yml': `jobs:\n${job('x', '3.8').replace('    steps', '    if: false\n    steps')}`,
      '.github/workflows/old/c.yml': `jobs:\n${job('x', '3.8')}`,
    };
    expect(await pythons(tree)).toEqual([
      '3.11 .github/workflows/a.yml:6',
      '3.13 .github/workflows/a.yml:12',
      '3.9 .github/workflows/b.yaml:6',
    ]);
  });
});

describe('a job counts for the services whose files it installs', () => {
  const run = (script: string, more = ''): string => `      - run: ${script}\n${more}`;

  it.each<[string, string]>([
    ['pip', '"pip install --only-binary=:all: -r requirements.txt"'],
    ['uv', 'uv pip install --system --requirement=./requirements.txt'],
    ['uv sync', 'uv pip sync requirements.txt'],
    ['wheels', 'pip3 wheel -r requirements.txt'],
    ['a constraint beside', 'pip install -c other.txt -r requirements.txt'],
    [
      'several lines',
      '|\n          python -m pip install --upgrade pip\n          if [ -f requirements.txt ]; then pip install -r requirements.txt; fi\n',
    ],
    ['a line that goes on', '|\n          pip install \\\n            -r requirements.txt\n'],
    ['a shell of its own', `bash -c "pip install -r requirements.txt"`],
    ['a variable', 'F=requirements.txt; pip install -r $F'],
    ['the folder of the checkout', 'pip install -r $GITHUB_WORKSPACE/requirements.txt'],
    ['an expression', 'pip install -r ${{ github.workspace }}/requirements.txt'],
    ['a file that includes it', 'pip install -r requirements-dev.txt'],
  ])('by %s', async (_, script) => {
    const tree = {
      'requirements-dev.txt': '-r requirements.txt\nb\n',
      ...workflow(setUp('3.11') + run(script)),
    };
    expect(await pythons(tree)).toEqual([`3.11 ${WORKFLOW}:8`]);
  });

  it.each<[string, string]>([
    ['other files', 'pip install -r other.txt'],
    ['a file for development alone', 'pip install -r requirements-dev.txt'],
    ['packages by name', 'pip install requests'],
    ['nothing', 'pip download -r requirements.txt'],
    ['what is not known', 'pip install -r $FILE'],
    ['a file of another folder', 'cd web && pip install -r requirements.txt'],
    ['a file of a folder that is not known', 'cd "$X" && pip install -r requirements.txt'],
    ['a file outside of the checkout', 'pip install -r /requirements.txt'],
    ['its constraints', 'pip install -c requirements.txt x'],
    ['a file that it constrains', 'pip install -r requirements-lint.txt'],
  ])('and not for others: %s', async (_, script) => {
    const tree = {
      'requirements-dev.txt': 'b\n',
      'requirements-lint.txt': '-c requirements.txt\nb\n',
      'web/requirements.txt': 'c\n',
      ...workflow(setUp('3.11') + run(script)),
    };
    expect(await pythons(tree)).toEqual(ASSUMED);
  });

  it.each([
    'uv sync --directory app',
    'uv export -o exported.txt && pip install x',
    'poetry install --directory "$X"',
    'uv sync --only-group lint',
    'uv sync --only-dev',
    'poetry install --only lint,docs',
    'poetry install --only=lint',
  ])('and not for a project of which it installs nothing, or no more than a group: %s', async (script) => {
    const tree = {
      'app/pyproject.toml': '[project]\nname = "x"\ndependencies = ["a"]\n',
      'root/pyproject.toml': '[project]\nname = "y"\ndependencies = ["a"]\n',
      ...workflow(setUp('3.11') + run(`cd root && ${script}`)),
    };
    expect(await pythons(tree, 'root')).toEqual(ASSUMED);
  });

  const TWO: Tree = {
    'api/requirements.txt': '-r ../common.txt\na==1\n',
    'web/requirements.txt': '-r ../common.txt\nb==1\n',
    'common.txt': 'c==1\n',
  };

  it.each<[string, string, string]>([
    ['of a step', run('pip install -r requirements.txt', '        working-directory: api\n'), ''],
    [
      'of a job',
      run('pip install -r requirements.txt'),
      '    defaults:\n      run:\n        working-directory: ./api\n',
    ],
    [
      'of a matrix',
      run('pip install -r ${{ matrix.folder }}/requirements.txt'),
      matrix('        folder: [api]\n'),
    ],
    ['in the path', run('pip install -r api/requirements.txt'), ''],
    ['by cd', run('cd api; pip install -r requirements.txt'), ''],
    ['by pushd', run('pushd api; pip install -r requirements.txt; popd'), ''],
    ['by cd in parentheses', run('(cd web && make); (cd api && pip install -r requirements.txt)'), ''],
    ['by cd in a shell', run('bash -c "cd web"; cd api; pip install -r requirements.txt'), ''],
  ])('in the folder %s, though another shares lines with it', async (_, step, beside) => {
    const tree = { ...TWO, ...workflow(setUp('3.11') + step, beside) };
    expect((await pythons(tree, 'api'))[0]).toMatch(/^3\.11 \.github/);
    expect(await pythons(tree, 'web')).toEqual(ASSUMED);
    expect(await pythons(tree)).toEqual(ASSUMED);
  });

  it.each(['(cd web && make)', '(cd web; (make; cd ..))', 'pushd web; popd', 'sh -c "cd web; make"'])(
    'in the folder that is left when this is over: %s',
    async (before) => {
      const tree = {
        ...TWO,
        ...LIST,
        ...workflow(setUp('3.11') + run(`${before}; pip install -r requirements.txt`)),
      };
      expect(await pythons(tree)).toEqual([expect.stringMatching(/^3\.11 /)]);
      expect(await pythons(tree, 'web')).toEqual(ASSUMED);
    },
  );

  it('and whose files are named', async () => {
    const tree = workflow(setUp('3.11') + INSTALL);
    expect(await pythons(tree, '.', { paths: ['requirements.txt'] })).toEqual([`3.11 ${WORKFLOW}:8`]);
  });

  it('in the folder of the workflow', async () => {
    const defaults = 'defaults:\n  run:\n    working-directory: web\n';
    const tree = {
      ...TWO,
      ...workflow(setUp('3.11') + run('pip install -r requirements.txt'), '', defaults),
    };
    expect(await pythons(tree, 'web')).toEqual([expect.stringMatching(/^3\.11 /)]);
  });

  it('each with its own Python, where a matrix names both', async () => {
    const axes =
      '        include:\n          - {folder: api, py: 3.11}\n          - {folder: web, py: 3.13}\n';
    const step = run('pip install -r requirements.txt', '        working-directory: ${{ matrix.folder }}\n');
    const tree = { ...TWO, ...workflow(setUp('${{ matrix.py }}') + step, matrix(axes)) };
    expect(await pythons(tree, 'api')).toEqual([`3.11 ${WORKFLOW}:8`]);
    expect(await pythons(tree, 'web')).toEqual([`3.13 ${WORKFLOW}:9`]);
  });

  it.each<[string, Tree, string]>([
    ['a project', { 'app/setup.cfg': '[options]\ninstall_requires =\n  a\n' }, 'pip install -e ./app[dev]'],
    [
      'the project of a folder',
      { 'app/setup.cfg': '[options]\ninstall_requires =\n  a\n' },
      'cd app && pip install .',
    ],
    [
      'a project of uv',
      { 'app/pyproject.toml': '[project]\nname = "x"\ndependencies = ["a"]\n' },
      'cd app && uv sync',
    ],
    [
      'a project of uv in another folder',
      { 'app/pyproject.toml': '[project]\nname = "x"\ndependencies = ["a"]\n' },
      'uv sync --project=app --extra y',
    ],
    [
      'a project of Poetry in another folder',
      { 'app/pyproject.toml': '[project]\nname = "x"\ndependencies = ["a"]\n' },
      'poetry -C app install --only main',
    ],
    ['a Pipfile', { 'app/Pipfile': '[packages]\na = "*"\n' }, 'cd app && pipenv install --dev'],
    [
      'files for development alone',
      { 'app/requirements-dev.txt': 'a\n' },
      'pip install -r app/requirements-dev.txt',
    ],
    [
      'a generated file and its source',
      { 'app/requirements.in': 'a\n', 'app/requirements.txt': 'a==1\n' },
      'pip install -r app/requirements.txt',
    ],
  ])('that are %s', async (_, files, script) => {
    expect(await pythons({ ...files, ...workflow(setUp('3.11') + run(script)) }, 'app')).toEqual([
      `3.11 ${WORKFLOW}:8`,
    ]);
  });

  it.each<[string, string, readonly string[]]>([
    ['by its program', 'python3.9 -m pip install -r requirements.txt', ['3.9']],
    ['by pip', 'sudo pip3.9 install -r requirements.txt', ['3.9']],
    ['by an option', 'pip install --python-version 3.9 -t x -r requirements.txt', ['3.9']],
    ['by an option of uv', 'uv pip install --python=3.9 -r requirements.txt', ['3.9']],
    ['in one letter', 'uv pip install -p 3.9 -r requirements.txt', ['3.9']],
    ['another one', 'uv pip install --python pypy3.10 -r requirements.txt', []],
  ])('on the Python that the command names: %s', async (_, script, versions) => {
    const found = await pythons(workflow(setUp('3.11') + run(script)));
    expect(found).toEqual(versions.length === 0 ? ASSUMED : versions.map((one) => `${one} ${WORKFLOW}:9`));
  });
});

describe('whoever says the Python of a service has the last word before workflows', () => {
  const SAYS = workflow(setUp('3.9') + INSTALL);

  it.each<[string, Tree, Partial<ReadOptions>, string]>([
    [
      'a Dockerfile',
      { Dockerfile: 'FROM python:3.11-slim\nCOPY . .\nRUN pip install -r requirements.txt\n' },
      {},
      '3.11 Dockerfile',
    ],
    ['.python-version', { '.python-version': '3.11\n' }, {}, '3.11 .python-version:1'],
    ['runtime.txt', { 'runtime.txt': 'python-3.11.4\n' }, {}, '3.11.4 runtime.txt:1'],
    [
      'requires-python',
      { 'pyproject.toml': '[project]\nname = "x"\nrequires-python = ">=3.10"\n' },
      {},
      '3.12 pyproject.toml:3',
    ],
    ['--python', {}, { targets: { python: ['3.13'], platform: [] } }, '3.13 --python'],
  ])('%s', async (_, tree, options, want) => {
    expect(await pythons({ ...tree, ...SAYS }, '.', options)).toEqual([expect.stringContaining(want)]);
  });

  it('but not an image that tells none', async () => {
    const Dockerfile = 'FROM registry.example/base:1\nCOPY . .\nRUN pip install -r requirements.txt\n';
    expect(await pythons({ Dockerfile, ...SAYS })).toEqual([expect.stringMatching(/^3\.9 \.github/)]);
  });

  it('and platforms of flags combine with all of them', async () => {
    const options = { targets: { python: [], platform: ['linux/amd64', 'linux/arm64'] } };
    const text = workflow(ASKED + INSTALL, matrix('        python-version: [3.9, 3.11]\n'));
    const { services } = await readTree({ ...LIST, ...text }, options);
    expect(
      services[0]!.targets.map(({ runtime, architecture }) => `${runtime.version} ${architecture}`),
    ).toEqual(['3.9 x86_64', '3.9 aarch64', '3.11 x86_64', '3.11 aarch64']);
  });
});

describe('the Pythons of GitLab, where nothing else tells one', () => {
  const SCRIPT = '  script:\n    - pip install -r requirements.txt\n';

  it.each<[string, string, readonly string[]]>([
    ['a job', `test:\n  image: python:3.11-slim\n${SCRIPT}`, ['3.11 .gitlab-ci.yml:2']],
    ['all jobs', `default:\n  image:\n    name: python:3.11\ntest:\n${SCRIPT}`, ['3.11 .gitlab-ci.yml:3']],
    [
      'all jobs, at the root',
      `image: python:3.11\nbefore_script: [pip install -r requirements.txt]\ntest:\n  script: pytest\n`,
      ['3.11 .gitlab-ci.yml:1'],
    ],
    [
      'a job, before that of all',
      `image: python:3.9\ntest:\n  image: python:3.11\n${SCRIPT}`,
      ['3.11 .gitlab-ci.yml:3'],
    ],
    [
      'a variable',
      `variables: {V: 3.10}\ntest:\n  image: python:$V-slim\n${SCRIPT}`,
      ['3.10 .gitlab-ci.yml:3'],
    ],
    [
      'a matrix',
      `test:\n  image: python:\${V}\n  parallel:\n    matrix:\n      - V: ["3.9", "3.11"]\n        W: x\n      - V: 3.13\n${SCRIPT}`,
      ['3.9 .gitlab-ci.yml:2', '3.11 .gitlab-ci.yml:2', '3.13 .gitlab-ci.yml:2'],
    ],
    [
      'what a job extends',
      `image: python:3.9\n.base:\n  image: python:3.11\n.more: {extends: .base}\ntest:\n  extends: [.more]\n${SCRIPT}`,
      ['3.11 .gitlab-ci.yml:3'],
    ],
    [
      'the last of those that it extends',
      `.a: {image: "python:3.9"}\n.b: {image: "python:3.11"}\ntest:\n  extends: [.a, .b]\n${SCRIPT}`,
      ['3.11 .gitlab-ci.yml:2'],
    ],
    [
      'a job that names the folder of the checkout',
      `test:\n  image: python:3.11\n  script: pip install -r "$CI_PROJECT_DIR/requirements.txt"\n`,
      ['3.11 .gitlab-ci.yml:2'],
    ],
    [
      'jobs together',
      `a:\n  image: python:3.9\n${SCRIPT}b:\n  image: python:3.11\n${SCRIPT}`,
      ['3.9 .gitlab-ci.yml:2', '3.11 .gitlab-ci.yml:6'],
    ],
  ])('are those of the image of %s', async (_, text, want) => {
    expect(await pythons({ '.gitlab-ci.yml': text })).toEqual(want);
  });

  it.each<[string, string]>([
    ['of a job that installs nothing', `image: python:3.11\ntest: {script: pytest}\n`],
    ['of a job that is there to be extended', `.base:\n  image: python:3.11\n${SCRIPT}`],
    ['of what is not in the file', `image: python:3.11\ntest:\n  extends: .elsewhere\n${SCRIPT}`],
    ['of what extends itself', `.a: {extends: .b}\n.b: {extends: .a}\ntest:\n  extends: .a\n${SCRIPT}`],
    ['that only a tool knows', `test:\n  image: !reference [.base, image]\n${SCRIPT}`],
    ['of an image that names none', `test:\n  image: registry.example/base:3.11\n${SCRIPT}`],
  ])('are none: those %s', async (_, text) => {
    expect(await pythons({ '.gitlab-ci.yml': `${text}# python\n` })).toEqual(ASSUMED);
  });
});

describe('--raise-python', () => {
  it('says that files of a CI are not edited, where no other says a Python', async () => {
    const tree = { ...LIST, ...workflow(setUp('3.11') + INSTALL) };
    await expect(readTree(tree, { raisePython: '3.13' })).rejects.toMatchObject({
      code: 'usage',
      message: `--raise-python 3.13 moves nothing: the older ones are those of a CI (${WORKFLOW}:8), whose files are not edited`,
    });
    await expect(readTree(tree, { raisePython: '3.11' })).rejects.toThrow('3.11 is not newer than 3.11');
  });
});

describe('a workflow that cannot be read', () => {
  const GOOD = { '.github/workflows/good.yml': workflow(setUp('3.11') + INSTALL)[WORKFLOW]! };

  it.each<[string, string | Uint8Array]>([
    ['is no YAML', 'jobs: [\nsetup-python install\n'],
    ['is no text', new Uint8Array([0x23, 0xff, 0x0a])],
    [
      'has other shapes',
      'jobs: {a: [1], b: {steps: {x: setup-python}, container: [1], strategy: install}, c: 1}\n',
    ],
    [
      'comes to too much',
      `x: &s\n${INSTALL.replace('  ', '').repeat(500)}jobs:\n${Array.from({ length: 1_000 }, (_, n) => `  j${n}: {container: "python:3.9", steps: *s}\n`).join('')}`,
    ],
  ])('tells nothing, and takes nothing from others: one that %s', async (_, text) => {
    expect(await pythons({ [WORKFLOW]: text, ...GOOD })).toEqual(['3.11 .github/workflows/good.yml:8']);
  });

  const times = (count: number, text: string): string => text.repeat(count);
  const SET_UP = '{uses: setup-python@v1, with: {python-version: "3.9"}}';

  // What is multiplied counts toward what is read of a file: half a megabyte took up to 26 s.
  it.each<[string, string, string]>([
    [
      'conditions',
      WORKFLOW,
      `c: &c "${times(400_000, ' ')}x"\ns: &s {run: pip install -r requirements.txt, if: *c}\njobs: {j: {steps: [${SET_UP}, ${times(20_000, '*s,')}]}}\n`,
    ],
    [
      'set-ups in a matrix',
      WORKFLOW,
      `s: &s ${SET_UP}\njobs:\n  j:\n    strategy: {matrix: {a: [${times(256, '1,')}]}}\n    steps: [${times(120_000, '*s,')}{run: pip install -r requirements.txt}]\n`,
    ],
  ])('tells nothing past a bound: one that multiplies %s', async (_, path, text) => {
    expect(await pythons({ ...LIST, [path]: text })).toEqual(ASSUMED);
  });

  it('looks at no more jobs of a matrix than GitLab starts', async () => {
    const matrix = `x: &i [${times(256, '1,')}]\nv: &v {A: *i}\n`;
    const job = `j: {image: "python:3.9", parallel: {matrix: [${times(20_000, '*v,')}]}, script: pip install -r requirements.txt}\n`;
    expect(await pythons({ ...LIST, '.gitlab-ci.yml': matrix + job })).toEqual(['3.9 .gitlab-ci.yml:3']);
  });
});
