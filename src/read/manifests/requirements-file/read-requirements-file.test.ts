import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pypiRules } from '../../ecosystems/pypi/rules.ts';
import type { ReadingContext } from '../manifest-reader.ts';
import { RepositoryTree } from '../repository-tree.ts';
import { SourceText } from '../source-text.ts';
import { readRequirementsFile } from './read-requirements-file.ts';
import type { RequirementsContent } from './read-requirements-file.ts';

const SHA = `sha256:${'0123456789abcdef'.repeat(4)}`;

function read(text: string, environment: ReadingContext['environment'] = {}, paths: readonly string[] = []) {
  const source = new SourceText({ path: 'app/requirements.txt', text, digest: '' });
  const context: ReadingContext = {
    rules: pypiRules,
    environment,
    tree: new RepositoryTree(['app/requirements.txt', ...paths]),
    open: () => Promise.resolve(null),
    peek: () => Promise.resolve(null),
  };
  return readRequirementsFile(source, context);
}

const texts = (content: RequirementsContent): readonly string[] =>
  content.requirements.map((requirement) => requirement.dependency.text);
const problems = (content: RequirementsContent): readonly string[] =>
  content.unreadable.map(({ at, message }) => `${at.span.line}:${at.span.column} ${message}`);

describe('requirements, by the grammar of pip', () => {
  it.each<[string, string, readonly string[]]>([
    ['a pin', 'flask==1.0', ['flask==1.0']],
    ['spaces around', '  flask == 1.0  ', ['flask == 1.0']],
    ['extras and marker', 'a[b,c]>=1 ; python_version < "3.9"', ['a[b,c]>=1 ; python_version < "3.9"']],
    ['parentheses', 'a (>=1,<2)', ['a (>=1,<2)']],
    ['a comment after a space', 'a==1 # why', ['a==1']],
    [
      'a hash sign inside',
      'a @ https://files.example/a.zip#sha1=1',
      ['a @ https://files.example/a.zip#sha1=1'],
    ],
    ['Windows line ends', 'a==1\r\nb==2\r\n', ['a==1', 'b==2']],
    ['old Macintosh line ends', 'a==1\rb==2', ['a==1', 'b==2']],
    ['a form feed ends a line', 'a==1\fb==2', ['a==1', 'b==2']],
    ['a byte order mark', '\uFEFFa==1', ['a==1']],
    ['a continuation', 'a>=1,\\\n<2', ['a>=1,<2']],
    ['a comment ends a continuation', 'a==1 \\\n# note\nb==2', ['a==1', 'b==2']],
    ['a comment line never continues', '# note \\\na==1', ['a==1']],
    ['options after a requirement', 'a==1 --global-option=x --config-settings k=v', ['a==1']],
    ['the last line may continue', 'a==1 \\', ['a==1']],
  ])('reads %s', async (_, text, want) => {
    const content = await read(text);
    expect(texts(content)).toEqual(want);
    expect(problems(content)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['git+https://code.example/x.git@v1#egg=y&subdirectory=z', 'y', 'a VCS URL'],
    ['-e git+ssh://git@code.example/x#egg=y', 'y', 'an editable VCS URL'],
    ['https://files.example/Foo_Bar-1.0-py3-none-any.whl', 'foo-bar', 'a wheel'],
    ['https://files.example/foo-bar-1.0.tar.gz ; python_version > "3"', 'foo-bar', 'an sdist with a marker'],
    ['./vendor/foo-1.0.zip', 'foo', 'a local archive'],
    ['foo @ file:///srv/foo', 'foo', 'a name with its URL'],
  ])('takes the name of %s', async (text, name, _) => {
    const { requirements, unreadable } = await read(text);
    expect(unreadable).toEqual([]);
    expect(requirements.map((requirement) => requirement.dependency.name)).toEqual([name]);
    expect(requirements[0]!.dependency.url).not.toBeNull();
    expect(requirements[0]!.notEditable).toMatch(/direct reference/);
  });

  it('keeps marker and extras of a URL', async () => {
    const [requirement] = (await read('git+https://code.example/x#egg=y[z] ; python_version < "3"'))
      .requirements;
    expect(requirement!.dependency.extras).toEqual(['z']);
    expect(requirement!.dependency.condition?.text).toBe('python_version < "3"');
  });

  it('reads hashes with their places, over continuation lines', async () => {
    const text = `a==1 \\\n    --hash=${SHA} \\\n    --hash ${SHA}\n`;
    const { requirements } = await read(text);
    expect(requirements[0]!.hashes.map(({ text: hash }) => hash)).toEqual([SHA, SHA]);
    expect(requirements[0]!.hashes.map(({ span }) => [span.line, text.slice(span.start, span.end)])).toEqual([
      [2, SHA],
      [3, SHA],
    ]);
    expect(requirements[0]!.notEditable).toBeNull();
  });

  it('gives ids by line, with a number where a line of the editor holds several', async () => {
    const { requirements } = await read('a==1\fb==2\nc==3\n');
    expect(requirements.map(({ id }) => id)).toEqual([
      'app/requirements.txt:1#1',
      'app/requirements.txt:1#2',
      'app/requirements.txt:2',
    ]);
  });
});

describe('index options', () => {
  it('are gathered, a later --index-url wins, and abbreviations count as in optparse', async () => {
    const { indexOptions, unreadable } = await read(
      [
        '-i https://one.example/simple',
        '--index-url=https://two.example/simple --pre',
        '--extra-index-url https://three.example/simple',
        '-f wheels',
        '--find-links https://files.example/',
        '--no-ind',
        '--no-binary=a,b --no-binary :none: --only-binary :all:',
        '--require-hashes',
        '--trusted-host one.example',
        '--use-feature=fast-deps',
        '--prefer-binary',
      ].join('\n'),
      {},
      ['app/wheels/a-1-py3-none-any.whl'],
    );
    expect(unreadable).toEqual([]);
    expect(indexOptions).toEqual({
      indexUrl: 'https://two.example/simple',
      extraIndexUrls: ['https://three.example/simple'],
      findLinks: ['app/wheels', 'https://files.example/'],
      noIndex: true,
      pre: true,
      noBinary: [],
      onlyBinary: [':all:'],
      requireHashes: true,
    });
  });
});

describe('environment variables', () => {
  it('expands upper-case names that are set, and says that what stands behind one is not edited', async () => {
    const content = await read('a==${V}\nb==1 ; sys_platform == "${P}"\n-i https://${USER_1}@x.example/s\n', {
      V: '1.5',
      P: 'linux',
      USER_1: 'u:p',
    });
    expect(texts(content)).toEqual(['a==1.5', 'b==1 ; sys_platform == "linux"']);
    expect(content.requirements.map(({ notEditable }) => notEditable)).toEqual([
      'it stands behind the variable V',
      'it stands behind the variable P',
    ]);
    expect(content.requirements[0]!.span).toMatchObject({ start: 0, end: 7 });
    expect(content.indexOptions.indexUrl).toBe('https://u:p@x.example/s');
  });

  it.each(['a==${lower}', 'a==${UNSET}', 'a==${EMPTY}', 'a==$V'])('leaves %s as pip does', async (text) => {
    expect(problems(await read(text, { EMPTY: '', V: '1', lower: '1' }))).toHaveLength(1);
  });

  it('does not take a name from the prototype of the environment', async () => {
    expect((await read('-i https://x.example/${__PROTO__}')).indexOptions.indexUrl).toContain('__PROTO__');
  });
});

describe('what is not understood', () => {
  it.each<[string, string, string, RegExp | null]>([
    ['one equals sign', 'flask=1.0', '1:6', /write ==/],
    ['a shell command', 'pip install flask', '1:5', /without "pip install"/],
    ['a merge conflict', '<<<<<<< HEAD', '1:1', /merge conflict/],
    ['a tag of a template', '{%- if cookiecutter.use_celery %}', '1:1', /made of the template/],
    ['a tag for a version', 'flask=={{ flask_version }}', '1:8', /made of the template/],
    ['a space after a backslash', 'a==1 \\ \nb==2', '1:6', /backslash/],
    ['a URL without a name', 'https://files.example/latest', '1:1', null],
    ['a local project without metadata', '-e ./lib', '1:4', null],
    ['an unknown option', '--allow-all', '1:1', /command line/],
    ['an option without value', '-r', '1:1', null],
    ['an open quote', '-i "https://x.example', '1:4', null],
    ['an index option after a requirement', 'a==1 --index-url https://x.example', '1:6', /line of its own/],
    ['a second include on a line', '-r a.txt -r b.txt', '1:10', /line of its own/],
    ['a word after an option', '--pre a==1', '1:7', /line of its own/],
    ['a hash that is none', 'a==1 --hash=sha256:abc', '1:13', /sha256/],
    ['an empty hash', 'a==1 --hash=', '1:13', /sha256/],
    // To pip it is a part of the requirement: an option begins with a dash.
    ['an option in quotes', "a==1 '--hash='", '1:6', /name, extras/],
    ['an empty include', '--requirement=', '1:15', null],
    ['a hash without requirement', `--hash=${SHA}`, '1:1', null],
    ['an include that is missing', '-r nope.txt', '1:4', /restore/],
    ['an include from the network', '-r https://x.example/r.txt', '1:4', /copy/],
    ['an include from outside', '-r ../../r.txt', '1:4', /folder that holds both/],
    ['an absolute include', '-c /etc/passwd', '1:4', /folder that holds both/],
  ])('says %s, with its place', async (_, text, place, hint) => {
    const { unreadable } = await read(text, {}, ['app/a.txt', 'app/b.txt']);
    expect(unreadable).toHaveLength(1);
    const [{ at, hint: given }] = unreadable as [(typeof unreadable)[0]];
    expect(`${at.span.line}:${at.span.column}`).toBe(place);
    if (hint) expect(given).toMatch(hint);
  });

  it('says lines that a comment ending in a backslash swallows', async () => {
    const content = await read('a==1 # note \\\nb==2\nc==3');
    expect(texts(content)).toEqual(['a==1', 'c==3']);
    expect(problems(content)).toEqual([
      '2:1 pip drops this: the comment above it ends in a backslash and goes on here',
    ]);
  });

  it('masks credentials of the line that it shows, and keeps the caret in place', async () => {
    const { unreadable } = await read('-r https://user:secret@x.example/r.txt');
    expect(unreadable[0]!.at.sourceLine).toBe('-r https://***********@x.example/r.txt');
  });

  it('goes on after a line that it did not understand', async () => {
    expect(texts(await read('a=1\nb==2'))).toEqual(['b==2']);
  });
});

describe('includes', () => {
  it('follows -r and -c from the folder of the file', async () => {
    const { includes } = await read('-r base.txt\n-c../c.txt\n--requirement="with space.txt"\n', {}, [
      'app/base.txt',
      'c.txt',
      'app/with space.txt',
    ]);
    expect(includes.map(({ path, role }) => [path, role])).toEqual([
      ['app/base.txt', 'requirement'],
      ['c.txt', 'constraint'],
      ['app/with space.txt', 'requirement'],
    ]);
  });
});

describe('local projects', () => {
  it.each([
    [
      'of the folder of the file',
      '-e ./lib',
      ['app/lib/pyproject.toml', 'lib/pyproject.toml'],
      'app/lib/pyproject.toml',
    ],
    [
      'of the root, where pip is run',
      '-e ./libs/common',
      ['libs/common/pyproject.toml'],
      'libs/common/pyproject.toml',
    ],
    ['beside that folder', '../lib', ['lib/setup.py'], 'lib/setup.py'],
  ])('are read: those %s', async (_, line, tree, path) => {
    const { includes, unreadable } = await read(`${line}\n`, {}, tree);
    expect([includes.map((one) => one.path), unreadable]).toEqual([[path], []]);
  });
});

describe('who generated a file', () => {
  const PIP_COMPILE =
    '#\n# This file is autogenerated by pip-compile with Python 3.11\n# by the following command:\n#\n' +
    '#    pip-compile --generate-hashes --output-file=requirements.txt requirements.in\n#\n';
  const UV =
    '# This file was autogenerated by uv via the following command:\n#    uv pip compile pyproject.toml -o requirements.txt\n';
  it.each<[string, string, object | null]>([
    [
      'pip-compile',
      `${PIP_COMPILE}a==1\n`,
      { tool: 'pip-compile', source: 'app/requirements.in', sourceIsThere: true },
    ],
    ['uv', `${UV}a==1\n`, { tool: 'uv', source: 'pyproject.toml', sourceIsThere: true }],
    [
      'a tool without header',
      'a==1\n    # via -r requirements.in\nb==2 # via a\n',
      { tool: 'pip-compile or uv', source: 'app/requirements.in', sourceIsThere: true },
    ],
    ['nobody', '# by hand\na==1\nb==2\nc==3 # via ssh\n', null],
  ])('is %s', async (_, text, want) => {
    expect((await read(text, {}, ['app/requirements.in', 'pyproject.toml'])).generatedBy).toEqual(want);
  });

  it.each<[string, string, readonly string[], boolean]>([
    ['a source that is named and not there', PIP_COMPILE, ['app/other.in'], false],
    ['a source that is named and there', PIP_COMPILE, ['app/requirements.in'], true],
    ['no name, and nothing to generate it from', '# autogenerated by poetry\n', ['app/main.py'], false],
    ['no name, and a project beside it', '# autogenerated by poetry\n', ['app/pyproject.toml'], true],
    ['no name, and a project at the root', 'a==1 # via b\n', ['Pipfile'], true],
    ['no name, and a list of what is asked for', 'a==1 # via b\n', ['app/base.in'], true],
  ])('knows whether its source is there: %s', async (_, text, files, want) => {
    const { generatedBy } = await read(`${text}a==1 # via c\n`, {}, files);
    expect(generatedBy?.sourceIsThere).toBe(want);
  });
});

/** Lines as people and tools write them, right and wrong. */
const LINE = fc.oneof(
  fc.constantFrom(
    'flask==1.0',
    'Requests[security] >= 2.0, <3 ; python_version >= "3.6"  # why',
    'a (>=1.0)',
    'bare',
    '  # comment',
    '',
    '-r other.txt',
    '--index-url https://index.example/simple',
    'b==${V}',
    `c==1 \\\n    --hash=${SHA} \\\r\n    --hash=${SHA}`,
    'd>=1,\\\n<2',
    'd [x] \\\r\n (>= \\\n  1,  \\\n   <2) \\\n ; python_version >= "3"',
    'e=1',
    'f @ https://files.example/f.zip#egg=f ; python_version < "3"',
    '-e git+https://code.example/g#egg=g',
    'é==1',
    'h==1 # x \\\nlost',
  ),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...'ab=1 \\#-;[]"\'${V}\t\f\uFEFF\u2028'), maxLength: 30 }),
);
const FILE = fc
  .tuple(fc.constantFrom('', '\uFEFF'), fc.array(fc.tuple(LINE, fc.constantFrom('\n', '\r\n', '\r'))), LINE)
  .map(([mark, lines, last]) => mark + lines.map(([line, end]) => line + end).join('') + last);

describe('places', () => {
  it('have every line in exactly one piece: the lines put together are the file', async () => {
    await fc.assert(
      fc.asyncProperty(FILE, async (text) => {
        const { lines } = await read(text, { V: '2' });
        const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
        expect(lines.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
        if (lines.length > 0) expect(text.slice(0, lines[0]!.start)).toBe(lines[0]!.start === 0 ? '' : mark);
      }),
    );
  });

  it('are exact: requirement, specifier and hashes stand where they are said to stand', async () => {
    await fc.assert(
      fc.asyncProperty(FILE, async (text) => {
        const { requirements } = await read(text, { V: '2' });
        let done = 0;
        for (const { span, specifierSpan, dependency, hashes, notEditable } of requirements) {
          expect(span.start).toBeGreaterThanOrEqual(done);
          expect(specifierSpan.start).toBeGreaterThanOrEqual(span.start);
          expect(specifierSpan.end).toBeLessThanOrEqual(span.end);
          for (const hash of hashes) expect(text.slice(hash.span.start, hash.span.end)).toBe(hash.text);
          done = hashes.at(-1)?.span.end ?? span.end;
          if (notEditable !== null) continue;
          const specifier = text.slice(specifierSpan.start, specifierSpan.end);
          if (!/\\[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]/.test(specifier))
            expect(specifier).toBe(dependency.specifier.text);
          const written = text.slice(span.start, span.end);
          if (!/\\[\r\n\f\u2028]/.test(written)) expect(written).toBe(dependency.text);
        }
      }),
    );
  });

  it('let an editor replace a specifier and read the change back, the rest untouched', async () => {
    await fc.assert(
      fc.asyncProperty(FILE, async (text) => {
        const { requirements } = await read(text, { V: '2' });
        const requirement = requirements.find(({ notEditable }) => notEditable === null);
        if (!requirement) return;
        const { start, end } = requirement.specifierSpan;
        const changed = `${text.slice(0, start)}==9.9.9${text.slice(end)}`;
        const again = (await read(changed, { V: '2' })).requirements;
        const want = requirements.map((other) =>
          other === requirement ? '==9.9.9' : other.dependency.specifier.text,
        );
        expect(again.map((other) => other.dependency.specifier.text)).toEqual(want);
      }),
    );
  });
});

describe('a large file', () => {
  it('of 100,000 lines is read in full', async () => {
    const text = Array.from({ length: 100_000 }, (_, n) => `package-${n}==1.${n} # note\n`).join('');
    const { requirements, lines } = await read(text);
    expect(requirements).toHaveLength(100_000);
    expect(lines).toHaveLength(100_000);
    expect(requirements.at(-1)!.specifierSpan.line).toBe(100_000);
  });
});
