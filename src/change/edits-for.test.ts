import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, LockedSet } from '../domain/plan.ts';
import type { Project } from '../domain/project.ts';
import { pypiRules } from '../read/ecosystems/pypi/rules.ts';
import { applyEditsToFiles } from './apply-edits.ts';
import { editsFor } from './edits-for.ts';
import {
  addition,
  changeTo,
  lineOf,
  lockOf,
  projectFromTexts,
  TARGET_311,
} from './testing/project-from-texts.ts';

const digest = (letter: string): string => letter.repeat(64);
const hashesOf = (): Promise<readonly string[]> =>
  Promise.resolve([`sha256:${digest('d')}`, `sha256:${digest('c')}`]);

async function written(project: Project, changes: readonly Change[], locks: readonly LockedSet[] = []) {
  const { edits, refused } = await editsFor(project, changes, pypiRules, { hashesOf, locks });
  const after = new Map([...project.files].map(([path, file]) => [path, file.text]));
  for (const file of applyEditsToFiles(project.files, edits)) after.set(file.path, file.after);
  return { edits, after, refused: refused.map(({ change, why }) => `${change.name}: ${why}`) };
}

/** One package moved (or taken out) in one requirements file. */
async function moved(text: string, name: string, version: string | null): Promise<string> {
  const project = await projectFromTexts({ 'requirements.txt': text });
  const { after, refused } = await written(project, [changeTo(lineOf(project, name), version)]);
  expect(refused).toEqual([]);
  return after.get('requirements.txt')!;
}

describe('a moved requirement', () => {
  it.each([
    ['a pin', 'a==1.0\n', 'a==2.0\n'],
    ['spaces around the operator', 'a == 1.0\n', 'a == 2.0\n'],
    ['extras', 'a[x,y]==1.0\n', 'a[x,y]==2.0\n'],
    ['a marker', 'a==1.0 ; python_version < "3.12"\n', 'a==2.0 ; python_version < "3.12"\n'],
    ['a marker without spaces', "a==1.0;python_version<'3.12'\n", "a==2.0;python_version<'3.12'\n"],
    ['a comment', 'a==1.0     # pinned for B==1.0\n', 'a==2.0     # pinned for B==1.0\n'],
    ['parentheses', 'a (==1.0)\n', 'a (==2.0)\n'],
    ['~=', 'a~=1.0\n', 'a~=2.0\n'],
    ['a range', 'a>=1.0,<2\n', 'a>=1.0,<3\n'],
    ['a range with spaces', 'a >=1.0, <2  # why\n', 'a >=1.0, <3  # why\n'],
    ['three equal signs', 'a===1.0\n', 'a===2.0\n'],
    ['a prefix', 'a==1.*\n', 'a==2.*\n'],
    ['Windows line ends', 'x==1\r\na==1.0\r\ny==1\r\n', 'x==1\r\na==2.0\r\ny==1\r\n'],
    ['a byte order mark', '\uFEFFa==1.0\n', '\uFEFFa==2.0\n'],
    ['a coding line', '# -*- coding: utf-8 -*-\na==1.0  # é\n', '# -*- coding: utf-8 -*-\na==2.0  # é\n'],
    ['no final newline', 'x==1\na==1.0', 'x==1\na==2.0'],
    [
      'a continued line',
      'a==1.0 \\\n  ; python_version < "3.12"\n',
      'a==2.0 \\\n  ; python_version < "3.12"\n',
    ],
    [
      'a specifier over two lines, which becomes one',
      'a[x] >=1.0.0,\\\n    <1.6 # why\nz==1\n',
      'a[x] >=1.0.0, <2.1 # why\nz==1\n',
    ],
    [
      'a specifier over three lines with Windows line ends, before a marker on a line of its own',
      'a >=1.0, \\\r\n  !=1.5,\\\r\n  <2 \\\r\n  ; python_version < "3.12"\r\n',
      'a >=1.0, !=1.5, <3 \\\r\n  ; python_version < "3.12"\r\n',
    ],
    ['a version torn in two', 'a==1.\\\n0\n', 'a==2.0\n'],
    ['a specifier below its name', 'a \\\n  ==1.0\n', 'a \\\n  ==2.0\n'],
    ['blank lines and tabs', '\n\n\ta==1.0\t\n\n', '\n\n\ta==2.0\t\n\n'],
    ['a name in mixed case', 'A==1.0\n', 'A==2.0\n'],
    ['an old Mac line end', 'x==1\ra==1.0\ry==1\r', 'x==1\ra==2.0\ry==1\r'],
  ])('keeps everything but the specifier: %s', async (_, before, after) => {
    expect(await moved(before, 'a', '2.0')).toBe(after);
  });

  it('gets a specifier where it had none', async () => {
    const project = await projectFromTexts({ 'requirements.txt': 'a[x] ; python_version < "3.12" # c\n' });
    const change = { ...changeTo(lineOf(project, 'a'), '2.0') };
    const to = { specifier: '>=2.0', version: change.to!.version };
    const { after } = await written(project, [{ ...change, to }]);
    expect(after.get('requirements.txt')).toBe('a[x]>=2.0 ; python_version < "3.12" # c\n');
  });
});

describe('hashes', () => {
  const [a, b] = [digest('a'), digest('b')];
  const [c, d] = [digest('c'), digest('d')];
  it.each([
    [
      'one a line',
      `a==1.0 \\\n    --hash=sha256:${a} \\\n    --hash=sha256:${b}\n    # two\nz==1 --hash=sha256:${a}\n`,
      `a==2.0 \\\n    --hash=sha256:${c} \\\n    --hash=sha256:${d}\n    # two\nz==1 --hash=sha256:${a}\n`,
    ],
    [
      'one alone on its line becomes two lines',
      `a==1.0 ; python_version < "3.12" \\\r\n  --hash=sha256:${a}\r\n`,
      `a==2.0 ; python_version < "3.12" \\\r\n  --hash=sha256:${c} \\\r\n  --hash=sha256:${d}\r\n`,
    ],
    [
      'all on the line of the pin',
      `a==1.0 --hash=sha256:${a} --hash=sha256:${b}  # two\n`,
      `a==2.0 --hash=sha256:${c} --hash=sha256:${d}  # two\n`,
    ],
    [
      'the first on the line of the pin',
      `a==1.0 --hash=sha256:${a} \\\n\t--hash=sha256:${b}`,
      `a==2.0 --hash=sha256:${c} \\\n\t--hash=sha256:${d}`,
    ],
    [
      'the other way of writing options',
      `a==1.0 --hash sha256:${a}\n`,
      `a==2.0 --hash sha256:${c} --hash sha256:${d}\n`,
    ],
  ])('are those of the new version, in the layout of the old: %s', async (_, before, after) => {
    expect(await moved(before, 'a', '2.0')).toBe(after);
  });

  it('are asked of the index, and a pin without any is not moved', async () => {
    const project = await projectFromTexts({ 'requirements.txt': `a==1.0 --hash=sha256:${a}\n` });
    const none = { hashesOf: () => Promise.resolve([]), locks: [] };
    const { edits, refused } = await editsFor(
      project,
      [changeTo(lineOf(project, 'a'), '2.0')],
      pypiRules,
      none,
    );
    expect(edits).toEqual([]);
    expect(refused[0]!.why).toBe('the index gives no hashes of a 2.0');
  });

  it('stand on a line for every package that the plan brings in, for pip takes none unlisted', async () => {
    const text = `a==1.0 \\\n  --hash=sha256:${a}\n`;
    const project = await projectFromTexts({ 'requirements.txt': text });
    const lock = lockOf(TARGET_311, 'a 2.0', 'new 3.1 <- a', 'deep 0.5 <- new');
    const { after, refused } = await written(project, [changeTo(lineOf(project, 'a'), '2.0')], [lock]);
    expect(refused).toEqual([]);
    const hashed = (pin: string): string => `${pin} \\\n  --hash=sha256:${c} \\\n  --hash=sha256:${d}\n`;
    expect(after.get('requirements.txt')).toBe(hashed('a==2.0') + hashed('deep==0.5') + hashed('new==3.1'));
  });

  it('stand in the compiled file, and not in its source, which has none', async () => {
    const header =
      '#\n# This file is autogenerated by pip-compile\n#\n#    pip-compile --generate-hashes requirements.in\n#\n';
    const project = await projectFromTexts({
      'requirements.in': 'a==1.0\n',
      'requirements.txt': `${header}a==1.0 --hash=sha256:${a}\n    # via -r requirements.in\n`,
    });
    const lock = lockOf(TARGET_311, 'a 2.0', 'new 3.1 <- a');
    const both = project.services
      .flatMap(({ manifests }) => manifests)
      .flatMap(({ requirements }) => requirements);
    expect(both).toHaveLength(2);
    const { after, refused } = await written(
      project,
      both.map((one) => changeTo(one, '2.0')),
      [lock],
    );
    expect(refused).toEqual([]);
    expect(after.get('requirements.in')).toBe('a==2.0\n');
    expect(after.get('requirements.txt')).toContain(`\nnew==3.1 --hash=sha256:${c} --hash=sha256:${d}\n`);
  });

  describe('stand in each file that an installer takes by itself', () => {
    const hash = ` --hash=sha256:${a}\n`;
    const listed = `new==3.1 --hash=sha256:${c} --hash=sha256:${d}\n`;

    it.each<[string, Record<string, string>, readonly string[], readonly string[]]>([
      [
        'both bring it in',
        { 'requirements.txt': `a==1.0${hash}`, 'requirements-test.txt': `b==1.0${hash}` },
        ['a 2.0', 'b 2.0', 'new 3.1 <- a b'],
        ['requirements-test.txt', 'requirements.txt'],
      ],
      [
        'one brings it in',
        { 'requirements.txt': `a==1.0${hash}`, 'requirements-test.txt': `b==1.0${hash}` },
        ['a 2.0', 'b 2.0', 'new 3.1 <- b'],
        ['requirements-test.txt'],
      ],
      [
        'one holds the other',
        {
          'requirements.txt': `a==1.0${hash}`,
          'requirements-test.txt': `-r requirements.txt\nb==1.0${hash}`,
        },
        ['a 2.0', 'b 2.0', 'new 3.1 <- a b'],
        ['requirements.txt'],
      ],
      [
        'one is a layer upon the other: what its lines need is listed there',
        {
          'requirements.txt': `a==1.0${hash}x==1${hash}`,
          'requirements-test.txt': `b==1.0${hash}y==1${hash}`,
        },
        ['a 2.0', 'b 2.0', 'x 1 <- y', 'y 1', 'new 3.1 <- a b'],
        ['requirements.txt'],
      ],
      [
        'each lists all that it needs',
        {
          'requirements.txt': `a==1.0${hash}x==1${hash}`,
          'requirements-test.txt': `b==1.0${hash}y==1${hash}x==1${hash}`,
        },
        ['a 2.0', 'b 2.0', 'x 1 <- y', 'y 1', 'deep 3.1 <- a b', 'new 3.1 <- deep'],
        ['requirements-test.txt', 'requirements.txt'],
      ],
    ])('%s', async (_, texts, packages, files) => {
      const project = await projectFromTexts(texts);
      expect(project.services).toHaveLength(1);
      const changes = ['a', 'b'].map((name) => changeTo(lineOf(project, name), '2.0'));
      const { after, refused } = await written(project, changes, [lockOf(TARGET_311, ...packages)]);
      expect(refused).toEqual([]);
      expect([...after.keys()].filter((path) => after.get(path)!.includes(listed)).sort()).toEqual(files);
    });

    it.each<[string, Record<string, string>, readonly string[], readonly string[]]>([
      [
        'which needs by now what another lists',
        { 'requirements.txt': `a==1.0${hash}${listed}`, 'requirements-test.txt': `b==1.0${hash}` },
        ['a 2.0', 'b 2.0', 'new 3.1 <- b'],
        ['requirements-test.txt', 'requirements.txt'],
      ],
      [
        'and not in one that holds what lists it',
        {
          'requirements.txt': `a==1.0${hash}${listed}`,
          'requirements-test.txt': `-r requirements.txt\nb==1.0${hash}`,
        },
        ['a 2.0', 'b 2.0', 'new 3.1 <- b'],
        ['requirements.txt'],
      ],
      [
        'and not in one that is a layer upon it',
        {
          'requirements.txt': `a==1.0${hash}x==1${hash}${listed}`,
          'requirements-test.txt': `b==1.0${hash}y==1${hash}`,
        },
        ['a 2.0', 'b 2.0', 'x 1 <- y', 'y 1', 'new 3.1 <- b'],
        ['requirements.txt'],
      ],
      [
        'and not in one that does not need it',
        { 'requirements.txt': `a==1.0${hash}${listed}`, 'requirements-test.txt': `b==1.0${hash}` },
        ['a 2.0', 'b 2.0', 'new 3.1 <- a'],
        ['requirements.txt'],
      ],
    ])('%s', async (_, texts, packages, files) => {
      const project = await projectFromTexts(texts);
      const changes = ['a', 'b'].map((name) => changeTo(lineOf(project, name), '2.0'));
      const { after, refused } = await written(project, changes, [lockOf(TARGET_311, ...packages)]);
      expect(refused).toEqual([]);
      for (const path of Object.keys(texts))
        expect([path, after.get(path)!.split(listed).length - 1]).toEqual([
          path,
          files.includes(path) ? 1 : 0,
        ]);
    });

    it('a line that the plan itself adds, too', async () => {
      const texts = { 'requirements.txt': `a==1.0${hash}`, 'requirements-test.txt': `b==1.0${hash}` };
      const project = await projectFromTexts(texts);
      const changes = [
        ...['a', 'b'].map((name) => changeTo(lineOf(project, name), '2.0')),
        addition('new', '<4', '3.1'),
      ];
      const { after } = await written(project, changes, [
        lockOf(TARGET_311, 'a 2.0', 'b 2.0', 'new 3.1 <- a b'),
      ]);
      for (const file of ['requirements.txt', 'requirements-test.txt'])
        expect(after.get(file)!.split('new==').length).toBe(2);
    });
  });

  it('stand under a condition where only some targets have the package', async () => {
    const project = await projectFromTexts({ 'requirements.txt': `a==1.0 --hash=sha256:${a}\n` });
    const older = { ...TARGET_311, runtime: { implementation: 'cpython', version: '3.10' } };
    const locks = [lockOf(TARGET_311, 'a 2.0'), lockOf(older, 'a 2.0', 'tomli 2.0 <- a')];
    const { after } = await written(project, [changeTo(lineOf(project, 'a'), '2.0')], locks);
    expect(after.get('requirements.txt')).toMatch(
      /^tomli==2\.0 ; python_(full_)?version [^\n]*--hash=sha256:c+ --hash=sha256:d+$/m,
    );
  });

  it('let nothing move where a new package cannot be listed', async () => {
    const project = await projectFromTexts({ 'requirements.txt': `a==1.0 --hash=sha256:${a}\n` });
    const lock = lockOf(TARGET_311, 'a 2.0', 'new 3.1 <- a');
    const only = {
      hashesOf: (name: string) => Promise.resolve(name === 'a' ? [`sha256:${c}`] : []),
      locks: [lock],
    };
    const { edits, refused } = await editsFor(
      project,
      [changeTo(lineOf(project, 'a'), '2.0')],
      pypiRules,
      only,
    );
    expect(edits).toEqual([]);
    expect(refused[0]!.why).toBe(
      'new would have to be listed with its hashes: the index gives no hashes of new 3.1',
    );
  });
});

describe('a removed requirement', () => {
  it.each([
    ['its line', 'x==1\na==1.0  # gone\ny==1\n', 'x==1\ny==1\n'],
    [
      'with all that continues it',
      `x==1\na==1.0 \\\n  --hash=sha256:${digest('a')}\n    # via\n    #   x\n# kept\ny==1\nz==1\n`,
      'x==1\n# kept\ny==1\nz==1\n',
    ],
    ['the last line, without a final newline', 'x==1\r\na==1.0', 'x==1'],
    ['the only line', '\uFEFFa==1.0\n', '\uFEFF'],
    ['between old Mac line ends', 'x==1\ra==1.0\ry==1\r', 'x==1\ry==1\r'],
  ])('goes whole: %s', async (_, before, after) => {
    expect(await moved(before, 'a', null)).toBe(after);
  });
});

describe('an added line', () => {
  const locks = [lockOf(TARGET_311, 'a 1.0', 'b 1.0', 'mid 1.0 <- b', 'deep 1.0 <- mid')];
  it.each([
    ['at the end', 'b==1.0\n', 'b==1.0\ndeep>=1.2\n'],
    ['in the line ends of the file', 'b==1.0\r\n', 'b==1.0\r\ndeep>=1.2\r\n'],
    ['without a final newline where there was none', 'b==1.0', 'b==1.0\ndeep>=1.2'],
    ['not swallowed by a last backslash', 'b==1.0 \\\n', 'b==1.0 \\\n\ndeep>=1.2\n'],
  ])('stands in the file that brings the package in: %s', async (_, before, after) => {
    const project = await projectFromTexts({
      'requirements-dev.txt': 'a==1.0\n',
      'requirements.txt': before,
    });
    const result = await written(project, [addition('deep', '>=1.2', '1.2')], locks);
    expect(result.after.get('requirements.txt')).toBe(after);
    expect(result.after.get('requirements-dev.txt')).toBe('a==1.0\n');
  });

  it('stands in the constraints file that the project has', async () => {
    const texts = { 'requirements.txt': '-c constraints.txt\nb==1.0\n', 'constraints.txt': 'mid==1.0\n' };
    const { after } = await written(await projectFromTexts(texts), [addition('deep', '>=1.2', '1.2')], locks);
    expect(after.get('constraints.txt')).toBe('mid==1.0\ndeep>=1.2\n');
    expect(after.get('requirements.txt')).toBe(texts['requirements.txt']);
  });

  it('comes in the order of the changes where several are added', async () => {
    const project = await projectFromTexts({ 'requirements.txt': 'b==1.0' });
    const both = [addition('deep', '>=1.2', '1.2'), addition('mid', '>=1.1', '1.1')];
    expect((await written(project, both, locks)).after.get('requirements.txt')).toBe(
      'b==1.0\ndeep>=1.2\nmid>=1.1',
    );
  });

  it('is refused where no requirements file brings the package in', async () => {
    const project = await projectFromTexts({ Dockerfile: 'FROM python:3.11-slim\nRUN pip install b==1.0\n' });
    const { refused } = await written(project, [addition('deep', '>=1.2', '1.2')], locks);
    expect(refused).toEqual(['deep: no requirements file brings it in']);
  });
});

describe('words of a command', () => {
  const dockerfile = 'FROM python:3.11-slim\nRUN pip install a==1.0 "b>=1.0,<2" \\\n    c==1.0 && true\n';
  it('move alone, several on one line', async () => {
    const project = await projectFromTexts({ Dockerfile: dockerfile });
    const changes = ['a', 'b', 'c'].map((name) => changeTo(lineOf(project, name), '2.0'));
    const { after } = await written(project, changes);
    expect(after.get('Dockerfile')).toBe(
      'FROM python:3.11-slim\nRUN pip install a==2.0 "b>=1.0,<3" \\\n    c==2.0 && true\n',
    );
  });

  it.each([
    ['a', 'FROM python:3.11-slim\nRUN pip install "b>=1.0,<2" \\\n    c==1.0 && true\n'],
    ['b', 'FROM python:3.11-slim\nRUN pip install a==1.0 \\\n    c==1.0 && true\n'],
    ['c', 'FROM python:3.11-slim\nRUN pip install a==1.0 "b>=1.0,<2" && true\n'],
  ])('are taken out with what joins them: %s', async (name, expected) => {
    const project = await projectFromTexts({ Dockerfile: dockerfile });
    const { after } = await written(project, [changeTo(lineOf(project, name), null)]);
    expect(after.get('Dockerfile')).toBe(expected);
  });

  it('are not taken out where the command would install nothing', async () => {
    const project = await projectFromTexts({ Dockerfile: 'FROM python:3.11-slim\nRUN pip install a==1.0\n' });
    const { refused } = await written(project, [changeTo(lineOf(project, 'a'), null)]);
    expect(refused).toEqual(['a: it is the only package of its command']);
  });

  it.each([
    ['RUN pip install a==1.0 && true', 'RUN pip install "a>=2.0" && true'],
    ['RUN pip install --upgrade a', 'RUN pip install --upgrade "a>=2.0"'],
    ['RUN pip install a[x]==1.0; true', 'RUN pip install "a[x]>=2.0"; true'],
    [
      "RUN echo 'it is' \\\n  && pip install a==1.0\\\n b",
      'RUN echo \'it is\' \\\n  && pip install "a>=2.0"\\\n b',
    ],
    ['RUN ["pip", "install", "a==1.0"]', 'RUN ["pip", "install", "a>=2.0"]'],
  ])('are put in quotes where the shell would take a range for a redirection: %s', async (before, after) => {
    expect(await ranged(before)).toEqual({ refused: [], text: after });
  });

  it.each(['RUN bash -c "pip install a==1.0 b"', 'RUN ["sh", "-c", "pip install a==1.0 b"]'])(
    'are not where quotes are open: %s',
    async (command) => {
      const { refused, text } = await ranged(command);
      expect(refused[0]).toContain('put the requirement in quotes');
      expect(text).toBe(command);
    },
  );

  async function ranged(command: string): Promise<{ refused: readonly string[]; text: string }> {
    const head = 'FROM python:3.11-slim\n';
    const project = await projectFromTexts({ Dockerfile: `${head}RUN pip install z\n${command}\n` });
    const change = changeTo(lineOf(project, 'a'), '2.0');
    const { refused, after } = await written(project, [
      { ...change, to: { ...change.to!, specifier: '>=2.0' } },
    ]);
    return { refused, text: after.get('Dockerfile')!.slice(`${head}RUN pip install z\n`.length, -1) };
  }
});

describe('all or none', () => {
  it('moves one pin in every file of the service', async () => {
    const project = await projectFromTexts({
      'requirements.txt': 'a==1.0\n',
      'requirements-dev.txt': 'a==1.0  # same\na==1.0; sys_platform == "win32"\n',
      Dockerfile: 'FROM python:3.11-slim\nCOPY . .\nRUN pip install -r requirements.txt a==1.0\n',
    });
    const { after } = await written(project, [changeTo(lineOf(project, 'a'), '2.0')]);
    expect(Object.fromEntries(after)).toEqual({
      'requirements.txt': 'a==2.0\n',
      'requirements-dev.txt': 'a==2.0  # same\na==1.0; sys_platform == "win32"\n',
      Dockerfile: 'FROM python:3.11-slim\nCOPY . .\nRUN pip install -r requirements.txt a==2.0\n',
    });
  });

  it('moves nothing of a package where one of its lines cannot be edited, and everything else', async () => {
    const project = await projectFromTexts(
      {
        'requirements.txt': '-r pinned.txt\na==1.0\nb==1.0\n',
        'pinned.txt': 'a==${A}\n',
      },
      { A: '1.0' },
    );
    const changes = [
      lineOf(project, 'a', 'requirements.txt'),
      lineOf(project, 'b'),
      lineOf(project, 'a', 'pinned.txt'),
    ].map((line) => changeTo(line, '2.0'));
    const { after, refused } = await written(project, changes);
    expect(after.get('requirements.txt')).toBe('-r pinned.txt\na==1.0\nb==2.0\n');
    expect(refused).toEqual([
      'a: pinned.txt:1 has to move with it: it stands behind the variable A',
      'a: it stands behind the variable A',
    ]);
  });

  it('refuses direct references', async () => {
    const project = await projectFromTexts({ 'requirements.txt': 'a @ https://files.example/a-1.0.zip\n' });
    const change = { ...changeTo(lineOf(project, 'a'), null), to: addition('a', '==2.0', '2.0').to };
    expect((await written(project, [change])).refused[0]).toContain('direct reference');
  });

  it('refuses a file that writing again would not give back', async () => {
    const project = await projectFromTexts({
      'requirements.txt': Buffer.from('# coding: big5\na==1.0 # \xa4\xa4\n', 'latin1'),
    });
    const changes = [changeTo(lineOf(project, 'a'), '2.0'), addition('b', '>=1', '1.0')];
    expect((await written(project, changes, [lockOf(TARGET_311, 'a 2.0', 'b 1.0 <- a')])).refused).toEqual([
      expect.stringContaining('a: the file is written in big5') as string,
      expect.stringContaining('b: requirements.txt cannot be edited: the file is written in big5') as string,
    ]);
  });
});

describe('a generated file', () => {
  const header =
    '#\n# This file is autogenerated by pip-compile with Python 3.11\n#    pip-compile requirements.in\n#\n';
  const generated = `${header}a==1.0\n    # via -r requirements.in\nb==1.0\n    # via a\n`;

  it('is as good as written by hand where its source is not there', async () => {
    const project = await projectFromTexts({ 'requirements.txt': generated });
    const changes = [changeTo(lineOf(project, 'a'), '2.0'), addition('n', '>=1.0', '1.0')];
    const { after, refused } = await written(project, changes, [lockOf(TARGET_311, 'a 2.0', 'n 1.0 <- a')]);
    expect(refused).toEqual([]);
    expect(after.get('requirements.txt')).toBe(`${generated.replace('a==1.0', 'a==2.0')}n>=1.0\n`);
  });

  it('is edited alone where its source admits what it then holds', async () => {
    const project = await projectFromTexts({ 'requirements.in': 'a>=1\n', 'requirements.txt': generated });
    const changes = ['a', 'b'].map((name) => changeTo(lineOf(project, name, 'requirements.txt'), '2.0'));
    const { after, refused } = await written(project, changes);
    expect(refused).toEqual([]);
    expect(after.get('requirements.in')).toBe('a>=1\n');
    expect(after.get('requirements.txt')).toBe(generated.replaceAll('==1.0', '==2.0'));
  });

  it('is not edited alone where its source forbids it: the source is named', async () => {
    const project = await projectFromTexts({
      'requirements.txt': generated.replaceAll('requirements.in', 'pyproject.toml'),
      'pyproject.toml': '[project]\nname = "x"\ndependencies = ["a<2"]\n',
    });
    const { edits, refused } = await written(project, [
      changeTo(lineOf(project, 'a', 'requirements.txt'), '2.0'),
    ]);
    expect(edits).toEqual([]);
    expect(refused[0]).toMatch(/requirements\.txt is generated by pip-compile from pyproject\.toml/);
  });

  it('is edited together with its source', async () => {
    const project = await projectFromTexts({ 'requirements.in': 'a==1.0\n', 'requirements.txt': generated });
    const changes = [
      lineOf(project, 'a', 'requirements.in'),
      lineOf(project, 'a', 'requirements.txt'),
      lineOf(project, 'b'),
    ].map((line) => changeTo(line, '2.0'));
    const { after, refused } = await written(project, changes);
    expect(refused).toEqual([]);
    expect(after.get('requirements.in')).toBe('a==2.0\n');
    expect(after.get('requirements.txt')).toBe(generated.replaceAll('==1.0', '==2.0'));
  });

  it('is not edited to what its source forbids', async () => {
    const project = await projectFromTexts({
      'requirements.in': 'a<2\nx==1.0\n',
      'requirements.txt': generated,
    });
    const changes = [
      changeTo(lineOf(project, 'x'), '2.0'),
      changeTo(lineOf(project, 'a', 'requirements.txt'), '2.0'),
    ];
    const { refused } = await written(project, changes);
    expect(refused[0]).toContain('which is not edited with it');
  });

  it('gives new lines to its source', async () => {
    const project = await projectFromTexts({ 'requirements.in': 'a==1.0\n', 'requirements.txt': generated });
    const locks = [lockOf(TARGET_311, 'a 1.0', 'b 1.0 <- a', 'deep 1.0 <- b')];
    const { after } = await written(project, [addition('deep', '>=1.2', '1.2')], locks);
    expect(after.get('requirements.in')).toBe('a==1.0\ndeep>=1.2\n');
  });
});

/** The text around what a change may touch. */
function withoutSpecifiers(project: Project): string {
  const { text } = project.files.get('requirements.txt')!;
  const spans = project.services.flatMap((service) => service.manifests.flatMap((one) => one.requirements));
  let kept = '';
  let at = 0;
  for (const { specifierSpan } of spans) {
    kept += `${text.slice(at, specifierSpan.start)}|`;
    at = specifierSpan.end;
  }
  return (kept + text.slice(at)).replaceAll(/([ \t]*--hash=\S+)+/g, '#');
}

/** Requirements files with everything around the specifiers that people write. */
const files = fc
  .record({
    mark: fc.constantFrom('', '\uFEFF'),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    final: fc.boolean(),
    lines: fc.array(
      fc.oneof(
        fc.constantFrom('', '# comment ==1.0', '--pre', '  # a == b', '-e .'),
        fc
          .record({
            name: fc.constantFrom('a', 'B.b', 'c_c'),
            extras: fc.constantFrom('', '[x]', '[x, y]'),
            blank: fc.constantFrom('', ' '),
            specifier: fc.constantFrom(
              '==1.0',
              '== 1.0',
              '~=1.0',
              '>=0.5,<1.5',
              '>=0.5, <=1.0',
              '===1.0',
              '==1.*',
              '>=0.5,\\\n  <1.5',
              '>= \\\n 0.5, \\\n<=1.0',
            ),
            rest: fc.constantFrom(
              '',
              '  # c==1.0',
              ' ; os_name == "nt"',
              ' \\\n  ; os_name == "nt" # x',
              `  --hash=sha256:${digest('a')}`,
            ),
          })
          .map((line) => line.name + line.extras + line.blank + line.specifier + line.rest),
      ),
      { minLength: 1, maxLength: 8 },
    ),
  })
  .map(
    ({ mark, lineEnd, final, lines }) =>
      mark + (lines.join('\n') + (final ? '\n' : '')).replaceAll('\n', lineEnd),
  );

describe('read, write, read again', () => {
  it('leaves every unit outside the listed spans as it was (DESIGN, section 8: "Outside the listed spans bytes are equal")', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.constantFrom('2.0', '1.0.post1', '3.1.4'), async (text, version) => {
        const before = await projectFromTexts({ 'requirements.txt': text });
        const lines = before.services[0]!.manifests[0]!.requirements.filter(
          (line) => line.dependency.url === null,
        );
        const changes = lines.map((line) => changeTo(line, version));
        const { after, refused } = await written(before, changes);
        expect(refused).toEqual([]);
        const now = after.get('requirements.txt')!;
        const again = await projectFromTexts({ 'requirements.txt': now });
        const specifiers = again.services[0]!.manifests[0]!.requirements.filter(
          (line) => line.dependency.url === null,
        ).map((line) => line.dependency.specifier.text);
        expect(withoutSpecifiers(again)).toBe(withoutSpecifiers(before));
        expect(specifiers).toEqual(changes.map((change) => change.to!.specifier));
      }),
      { numRuns: 300 },
    );
  });
});
