import { describe, expect, it } from 'vitest';
import { parseRequirement } from './requirement.ts';
import { parseRequiresTxt } from './requires-txt.ts';
import { isTellingPath, sdistMetadata, type SdistAnswer } from './sdist-files.ts';
import { isProblem } from './syntax-problem.ts';

const IDENTITY = { name: 'foo', version: '1.0' };
function told(files: Readonly<Record<string, string>>): SdistAnswer | string {
  return sdistMetadata(
    new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
    IDENTITY,
  );
}
const info = (version: string, ...fields: readonly string[]): string =>
  [`Metadata-Version: ${version}`, 'Name: foo', 'Version: 1.0', ...fields, ''].join('\n');

describe('what an sdist tells without being run', () => {
  it.each<[string, Record<string, string>, string, string[]]>([
    [
      'PKG-INFO 2.2 whose dependencies are static',
      { 'PKG-INFO': info('2.2', 'Dynamic: License', 'Requires-Dist: bar>=1') },
      'sdist PKG-INFO',
      ['bar>=1'],
    ],
    [
      '[project] of pyproject.toml',
      {
        'PKG-INFO': info('2.1'),
        'pyproject.toml':
          '[project]\nname="foo"\ndependencies=["bar"]\n[project.optional-dependencies]\nx=["baz; python_version<\'3\'"]',
      },
      'sdist pyproject.toml',
      ['bar', 'baz ; (python_version<\'3\') and extra == "x"'],
    ],
    [
      'what setuptools noted',
      {
        'PKG-INFO': info('2.1'),
        'src/foo.egg-info/PKG-INFO': info('2.1'),
        'src/foo.egg-info/requires.txt': 'bar\n',
      },
      'sdist egg-info',
      ['bar'],
    ],
    ['that setuptools noted nothing', { 'foo.egg-info/PKG-INFO': info('1.1') }, 'sdist egg-info', []],
    [
      'setup.cfg beside a setup.py that only calls setup()',
      {
        'setup.py': 'from setuptools import setup\nsetup()',
        'setup.cfg':
          '[options]\ninstall_requires =\n  bar>=1; python_version>"3"\n  baz\npython_requires = >=3.6\n[options.extras_require]\nX = quux',
      },
      'sdist setup.cfg',
      ['bar>=1; python_version>"3"', 'baz', 'quux ; extra == "x"'],
    ],
  ])('%s', (_, files, source, requires) => {
    const answer = told(files);
    expect(answer).toMatchObject({ source, core: { requiresDist: requires } });
    for (const text of requires) expect(isProblem(parseRequirement(text))).toBe(false);
  });

  it.each<[string, Record<string, string>]>([
    ['PKG-INFO of 2.1 alone', { 'PKG-INFO': info('2.1', 'Requires-Dist: bar') }],
    ['dynamic dependencies', { 'PKG-INFO': info('2.2', 'Dynamic: Requires-Dist') }],
    [
      'dynamic ones in pyproject.toml',
      { 'pyproject.toml': '[project]\nname="foo"\ndynamic=["dependencies"]' },
    ],
    [
      'a setup.py that adds requirements',
      { 'setup.py': 'setup(install_requires=x)', 'setup.cfg': '[options]\ninstall_requires = bar' },
    ],
    ['requirements in another file', { 'setup.cfg': '[options]\ninstall_requires = file: requirements.txt' }],
    ['setup.cfg for other tools', { 'setup.cfg': '[bdist_wheel]\nuniversal = 1' }],
    ['the egg-info of a vendored project', { 'vendor/bar.egg-info/PKG-INFO': info('1.1') }],
    ['TOML that is none', { 'pyproject.toml': '[project' }],
    ['nothing', {}],
  ])('is unknown, never "no dependencies", with %s', (_, files) => {
    expect(typeof told(files)).toBe('string');
  });

  it('reads only the files that matter', () => {
    expect(
      ['PKG-INFO', 'src/foo.egg-info/requires.txt', 'setup.cfg', 'pyproject.toml'].every(isTellingPath),
    ).toBe(true);
    expect(['README', 'tests/setup.cfg', 'a/b/c/foo.egg-info/PKG-INFO'].some(isTellingPath)).toBe(false);
  });
});

describe('requires.txt', () => {
  it.each([
    ['a\nb>=1 ; python_version<"3"\n', ['a', 'b>=1 ; (python_version<"3")'], []],
    [
      '[x]\na\n[y:sys_platform == "win32"]\nb\n[:python_version < "3"]\nc',
      ['a ; extra == "x"', 'b ; (sys_platform == "win32") and extra == "y"', 'c ; (python_version < "3")'],
      ['x', 'y'],
    ],
    [
      'a @ https://files.example/a;b.zip ; python_version<"3"\n[x]\nc@https://files.example/c.zip',
      [
        'a @ https://files.example/a;b.zip ; (python_version<"3")',
        'c@https://files.example/c.zip ; extra == "x"',
      ],
      ['x'],
    ],
  ])('%j', (text, requiresDist, extras) => {
    expect(parseRequiresTxt(text)).toEqual({ requiresDist, extras });
    for (const requirement of requiresDist) expect(isProblem(parseRequirement(requirement))).toBe(false);
  });
});
