import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pypiRules } from '../../ecosystems/pypi/rules.ts';
import type { ManifestContent } from '../manifest-reader.ts';
import { RepositoryTree } from '../repository-tree.ts';
import { SourceText } from '../source-text.ts';
import { readPipfile } from './read-pipfile.ts';

function read(text: string, paths: readonly string[] = []): ManifestContent {
  const source = new SourceText({ path: 'app/Pipfile', text, digest: '' });
  return readPipfile(source, {
    rules: pypiRules,
    environment: { USER: 'me', TOKEN: 's3' },
    tree: new RepositoryTree(['app/Pipfile', ...paths]),
    open: () => Promise.resolve(null),
    peek: () => Promise.resolve(null),
  });
}

const problems = (content: ManifestContent): readonly string[] =>
  content.unreadable.map(({ at, message }) => `${at.span.line}:${at.span.column} ${message}`);

const REALISTIC = `[[source]]
url = "https://index.example/simple"
verify_ssl = true
name = "main"

[[source]]
url = "https://\${USER}:$TOKEN@private.example/simple/$UNSET"
name = "private"

[packages]
requests = "*"
Flask = {version = ">=2.0,<3", extras = ["async"]} # web
"zope.interface" = '==5.0'
tomli = {version = "~=2.0", markers = "python_version < '3.11'", sys_platform = "== 'linux'"}
plain = {extras = ["x"], index = "private"}
ours = {git = "https://code.example/ours.git", ref = "v1"}
lib = {path = "./lib", editable = true}
gone = {path = "./gone"}

[packages.boto3]
version = "==1.2"

[dev-packages]
pytest = ""

[docs]
sphinx = ">=4"

[pipenv]
allow_prereleases = true

[requires]
python_version = "3.10"
python_full_version = "3.10.4"

[scripts]
start = "python app.py"
`;

describe('Pipfile', () => {
  const content = read(REALISTIC, ['app/lib/setup.py']);

  it('tells all that it asks for', () => {
    expect(problems(content)).toEqual([]);
    const told = content.requirements.map(({ group, groupName, dependency }) => [
      dependency.name,
      dependency.extras.join(),
      dependency.specifier.text,
      dependency.condition?.text ?? '',
      group,
      groupName,
    ]);
    expect(told).toEqual([
      ['requests', '', '*', '', 'production', undefined],
      ['flask', 'async', '>=2.0,<3', '', 'production', undefined],
      ['zope-interface', '', '==5.0', '', 'production', undefined],
      [
        'tomli',
        '',
        '~=2.0',
        `(python_version < '3.11') and sys_platform == 'linux'`,
        'production',
        undefined,
      ],
      ['plain', 'x', '', '', 'production', undefined],
      ['ours', '', '', '', 'production', undefined],
      ['gone', '', '', '', 'production', undefined],
      ['boto3', '', '==1.2', '', 'production', undefined],
      ['pytest', '', '', '', 'development', 'dev-packages'],
      ['sphinx', '', '>=4', '', 'development', 'docs'],
    ]);
    expect(content.requirements.every((one) => one.dependency.specifier.notation === 'pipfile')).toBe(true);
    expect(content.includes).toMatchObject([{ path: 'app/lib/setup.py', role: 'requirement' }]);
  });

  it('knows where each version stands, and what cannot be edited', () => {
    const at = (name: string) => content.requirements.find((one) => one.dependency.name === name)!;
    const text = (name: string): string => {
      const { start, end } = at(name).specifierSpan;
      return REALISTIC.slice(start, end);
    };
    expect(['requests', 'flask', 'zope-interface', 'tomli', 'boto3', 'pytest'].map(text)).toEqual([
      ...['*', '>=2.0,<3', '==5.0', '~=2.0', '==1.2', ''],
    ]);
    const { start, end } = at('flask').span;
    expect(REALISTIC.slice(start, end)).toBe('Flask = {version = ">=2.0,<3", extras = ["async"]}');
    expect(at('flask').id).toBe('app/Pipfile:12');
    expect(at('plain').notEditable).toContain('no version');
    expect(at('ours')).toMatchObject({
      dependency: { url: 'git+https://code.example/ours.git@v1' },
      notEditable: 'it is a direct reference, which has no version to move',
    });
  });

  it('tells its indexes and its Python', () => {
    expect(content.indexOptions).toMatchObject({
      indexUrl: 'https://index.example/simple',
      extraIndexUrls: ['https://me:s3@private.example/simple/$UNSET'],
      pre: true,
    });
    expect(content.targetHint?.runtime).toEqual({
      value: { implementation: 'cpython', version: '3.10.4' },
      from: 'app/Pipfile:34',
    });
  });

  it.each<[string, string, string]>([
    ['what is no TOML', '[packages]\na = ?\n', '2:5 not valid TOML'],
    ['a merge conflict', '[packages]\n<<<<<<< HEAD\na = "*"\n', '2:1 a merge conflict'],
    ['no table', 'packages = "a"\n', '1:12 a table of packages is expected'],
    ['no version', '[packages]\na = 1\n', '2:5 this is no version'],
    ['what no tool reads', '[packages]\na = ">=!"\n', '2:5 '],
    ['a name that is none', '[packages]\n"-" = "*"\n', '2:1 this is no requirement'],
    ['too deep', `x = ${'['.repeat(20_000)}`, '1:'],
    ['wrong extras', '[packages]\na = {extras = [1]}\n', '2:1 its extras'],
    ['no Python', '[requires]\npython_version = "x"\n', '2:18 this names no Python version'],
  ])('says %s', (_, text, want) => {
    expect(problems(read(text))[0]?.startsWith(want)).toBe(true);
  });

  it.each(['', '\uFEFF[packages]\n__proto__ = "*"\nconstructor = "*"', '[packages]\na."version" = "*"'])(
    'takes %j as it is',
    (text) => {
      expect(problems(read(text)).filter((one) => !one.includes('expected a name'))).toHaveLength(
        text.includes('__proto__') ? 1 : 0,
      );
    },
  );

  it('does not edit a version that is written with escapes', () => {
    const [a] = read('[packages]\na = "\\u003e=1"\n').requirements;
    expect(a).toMatchObject({ dependency: { specifier: { text: '>=1' } } });
    expect(a!.notEditable).toContain('escapes');
  });

  it('keeps every other byte where a version is replaced', () => {
    const entry = fc.constantFrom('"*"', "'>=1'", '{ version = "~=1.0", extras = ["x"] }', '""');
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', '\uFEFF'),
        (entries, lineEnd, mark) => {
          const lines = ['# é 😀', '[packages]', ...entries.map((one, n) => `p${n} = ${one} # ${n}`), ''];
          const text = mark + lines.join(lineEnd);
          const before = read(text);
          expect(before.requirements).toHaveLength(entries.length);
          for (const [n, { specifierSpan }] of before.requirements.entries()) {
            const after = read(`${text.slice(0, specifierSpan.start)}==9.9${text.slice(specifierSpan.end)}`);
            expect(after.requirements.map((one) => one.dependency.specifier.text)).toEqual(
              before.requirements.map((one, at) => (at === n ? '==9.9' : one.dependency.specifier.text)),
            );
          }
        },
      ),
    );
  });
});
