import { describe, expect, it } from 'vitest';
import { normalizeName } from './name.ts';
import { parseSdistFilename } from './sdist-filename.ts';
import { isProblem } from './syntax-problem.ts';
import { compareBuilds, parseWheelFilename } from './wheel-filename.ts';
import type { WheelFilename } from './wheel-filename.ts';

describe('PEP 427: names of wheels', () => {
  it.each([
    ['Foo_Bar-1.0-py3-none-any.whl', 'foo-bar', '1.0', null, 'py3-none-any'],
    ['a-1.0.post1-1-py2.py3-none-any.whl', 'a', '1.0.post1', '1|', 'py2.py3-none-any'],
    ['a-1.0-202206090410_x-py3-none-any.whl', 'a', '1.0', '202206090410|_x', 'py3-none-any'],
    ['torch-2.6.0+cpu-cp311-cp311-linux_x86_64.whl', 'torch', '2.6.0+cpu', null, 'cp311-cp311-linux_x86_64'],
    ['a-1.0-CP311-CP311-win_amd64.whl', 'a', '1.0', null, 'cp311-cp311-win_amd64'],
    ['a.b-1.0-py3-none-any.whl', 'a-b', '1.0', null, 'py3-none-any'],
  ])('%s', (filename, name, version, build, tags) => {
    const wheel = parseWheelFilename(filename) as WheelFilename;
    const written = wheel.build === null ? null : `${wheel.build.number}|${wheel.build.rest}`;
    expect([wheel.name, wheel.version.text, written, wheel.tags]).toEqual([name, version, build, tags]);
  });

  it.each([
    ['a-1.0-py3-none-any.zip', 0, 22],
    ['a-1.0-py3-none.whl', 0, 18],
    ['a-1.0-1-2-py3-none-any.whl', 0, 26],
    ['a-one-py3-none-any.whl', 2, 5],
    ['a-1.0-x1-py3-none-any.whl', 6, 8],
    ['a__b-1.0-py3-none-any.whl', 0, 4],
    ['a-1.0-py3..py2-none-any.whl', 6, 23],
    ['a-1.0-3py-none-any.whl', 6, 18],
  ])('%s is none, and the caret stands at [%i, %i)', (filename, start, end) => {
    expect(parseWheelFilename(filename)).toMatchObject({ kind: 'syntax-problem', start, end });
  });

  it('of builds takes the higher number, then the text, and none before all', () => {
    const builds = [null, '0', '1', '1a', '1b', '2', '10'].map((build) => {
      const wheel = parseWheelFilename(
        `a-1${build === null ? '' : `-${build}`}-py3-none-any.whl`,
      ) as WheelFilename;
      return wheel.build;
    });
    for (const [i, a] of builds.entries())
      for (const [j, b] of builds.entries()) expect(Math.sign(compareBuilds(a, b))).toBe(Math.sign(i - j));
  });
});

describe('PEP 625 and before: names of sdists', () => {
  it.each([
    ['a-1.0.tar.gz', null, 'a', '1.0', '.tar.gz'],
    ['my_pkg-2.0rc1.zip', null, 'my-pkg', '2.0rc1', '.zip'],
    ['my-pkg-2.0.tar.bz2', null, 'my-pkg', '2.0', '.tar.bz2'],
    ['my-pkg-2.0-1.tar.gz', 'my-pkg', 'my-pkg', '2.0.post1', '.tar.gz'],
    ['pkg-2-3.0.tar.gz', 'pkg-2', 'pkg-2', '3.0', '.tar.gz'],
  ])('%s on the page of %s', (filename, project, name, version, extension) => {
    const sdist = parseSdistFilename(filename, project === null ? null : normalizeName(project));
    expect(isProblem(sdist) ? sdist : [sdist.name, sdist.version.text, sdist.extension]).toEqual([
      name,
      version,
      extension,
    ]);
  });

  it.each([
    ['a-1.0.whl', null],
    ['a.tar.gz', null],
    ['-1.0.tar.gz', null],
    ['a-latest.tar.gz', null],
    ['other-1.0.tar.gz', 'a'],
  ])('%s on the page of %s is none', (filename, project) => {
    expect(isProblem(parseSdistFilename(filename, project === null ? null : normalizeName(project)))).toBe(
      true,
    );
  });
});
