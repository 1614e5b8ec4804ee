import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pypiRules } from '../ecosystems/pypi/rules.ts';
import type { ManifestContent, ReadingContext } from './manifest-reader.ts';
import { RepositoryTree } from './repository-tree.ts';
import { readSetupCfg } from './setup-cfg.ts';
import { SourceText } from './source-text.ts';

function read(text: string, paths: readonly string[] = []): Promise<ManifestContent> {
  const source = new SourceText({ path: 'app/setup.cfg', text, digest: '' });
  const context: ReadingContext = {
    rules: pypiRules,
    environment: {},
    tree: new RepositoryTree(['app/setup.cfg', ...paths]),
    open: () => Promise.resolve(null),
    peek: () => Promise.resolve(null),
  };
  return readSetupCfg(source, context);
}

const told = (content: ManifestContent): readonly string[] =>
  content.requirements.map(({ group, groupName, dependency }) =>
    [group, groupName, dependency.text].filter(Boolean).join(' '),
  );
const problems = (content: ManifestContent): readonly string[] =>
  content.unreadable.map(({ at, message }) => `${at.span.line}:${at.span.column} ${message}`);

const REALISTIC = `[metadata]
name = My_Service
version = attr: my.version

[options]
packages = find:
python_requires = >=3.9,<3.13
setup_requires =
    setuptools_scm
install_requires =
    # the web
    flask[async] >=2.0,<3 # until ours is ready
    requests
    ; not a comment of pip, but of configparser
    tomli>=1.1; python_version < "3.11"

    lib @ https://files.example/lib%%20a-1.0.zip
tests_require = pytest; pytest-cov>=2

[options.extras_require]
redis = redis>=4
dev =
    black==23.1.0

[tool:pytest]
addopts = -q
`;

describe('setup.cfg', () => {
  it('tells all that it asks for', async () => {
    const content = await read(REALISTIC);
    expect(problems(content)).toEqual([]);
    expect(told(content)).toEqual([
      'production flask[async] >=2.0,<3',
      'production requests',
      'production tomli>=1.1; python_version < "3.11"',
      'production lib @ https://files.example/lib%20a-1.0.zip',
      'development pytest',
      'development pytest-cov>=2',
      'production redis redis>=4',
      'development dev black==23.1.0',
    ]);
    expect(content.buildRequirements?.map((one) => one.dependency.text)).toEqual(['setuptools_scm']);
    expect(content.projectName).toBe('my-service');
    expect(content.targetHint?.runtime?.value.version).toBe('3.12');
    expect(content.requirements.map((one) => one.id).slice(0, 6)).toEqual([
      ...[12, 13, 15, 17].map((line) => `app/setup.cfg:${line}`),
      'app/setup.cfg:18#1',
      'app/setup.cfg:18#2',
    ]);
    for (const { span, specifierSpan, dependency } of content.requirements) {
      if (dependency.url === null) expect(REALISTIC.slice(span.start, span.end)).toBe(dependency.text);
      expect(REALISTIC.slice(specifierSpan.start, specifierSpan.end)).toBe(dependency.specifier.text);
    }
  });

  it('includes the files that it names', async () => {
    const text =
      '[options]\ninstall_requires = file: requirements.txt, more.txt\n[options.extras_require]\ntest = file: t.txt\n';
    const content = await read(text, ['app/requirements.txt', 'app/t.txt']);
    expect(content.includes).toEqual([
      { path: 'app/requirements.txt', role: 'requirement', start: 35, end: 51 },
      { path: 'app/t.txt', role: 'requirement', group: 'development', start: 100, end: 105 },
    ]);
    expect(problems(content)).toEqual(['2:44 there is no file app/more.txt']);
  });

  it('puts the values of other options in, and does not edit what stands behind them', async () => {
    const content = await read(
      '[DEFAULT]\nv = 1.0\n[options]\ninstall_requires =\n  a==%(v)s\n  b==%(w)s\n  c%\n',
    );
    expect(told(content)).toEqual(['production a==1.0']);
    expect(content.requirements[0]!.notEditable).toBe('it stands behind %(v)s');
    expect(problems(content)).toEqual([
      '6:6 the value of %(w)s is not known: it is not one plain line',
      '7:4 "%" is written as "%%" in this file',
    ]);
  });

  it.each<[string, string, readonly string[]]>([
    [
      'a merge conflict',
      '[options]\ninstall_requires =\n<<<<<<< HEAD\n  a\n=======\n  b\n>>>>>>> x\n',
      ['3:1 a merge conflict is left in the file'],
    ],
    [
      'no section',
      'a = 1\n[options]\ninstall_requires =\n  !!\n',
      ["1:1 Python's configparser refuses the file: this stands before the first section", '4:3 '],
    ],
    [
      'a section twice, and a line without a sign',
      '[options]\nx\n[options]\n',
      [
        `2:1 Python's configparser refuses the file: this is no "name = value"`,
        "3:1 Python's configparser refuses the file: [options] stands here a second time",
      ],
    ],
    ['a marker in a list on one line', '[options]\ninstall_requires = a; python_version<"3"\n', ['2:3']],
  ])('says where it cannot be read: %s', async (_, text, want) => {
    const said = problems(await read(text));
    expect(said).toHaveLength(want.length);
    for (const [n, start] of want.entries()) expect(said[n]!.startsWith(start)).toBe(true);
  });

  it.each(['\uFEFF', '[', '[options', '[options]\n =', '[options]\ninstall_requires:\t\n\n', '\0'])(
    'survives %j',
    async (text) => {
      expect((await read(text)).requirements).toEqual([]);
    },
  );

  it('keeps every other byte where a specifier is replaced', async () => {
    const item = fc.constantFrom('a', 'a>=1', 'a ==1.0 # c', 'a[x] ~=1.1; python_version < "3.9"', 'a (<2)');
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('\n', '\r\n'),
        async (items, lineEnd) => {
          const text = ['[options]', 'install_requires =', ...items.map((one) => `    ${one}`), ''].join(
            lineEnd,
          );
          const before = await read(text);
          expect(before.requirements).toHaveLength(items.length);
          for (const [n, { specifierSpan }] of before.requirements.entries()) {
            const edited = `${text.slice(0, specifierSpan.start)}==9.9${text.slice(specifierSpan.end)}`;
            const after = await read(edited);
            expect(after.requirements[n]!.dependency.specifier.text).toBe('==9.9');
            expect(after.requirements.map((one, at) => (at === n ? '' : one.dependency.text))).toEqual(
              before.requirements.map((one, at) => (at === n ? '' : one.dependency.text)),
            );
          }
        },
      ),
    );
  });
});
