import { describe, expect, it } from 'vitest';
import type { Target } from '../../../domain/target.ts';
import { normalizeName } from './name.ts';
import { buildPage } from './page-builder.ts';
import { columnBytes, detailBytes, parseColumns, parseDetails } from './page-codec.ts';
import type { PageFile } from './page-file.ts';
import { mergePages, pageAsOf } from './page-selection.ts';
import type { Page } from './page-columns.ts';
import { PypiPackage, type AllowedKinds } from './published-package.ts';
import { parseSpecifier, type PypiSpecifier } from './specifier.ts';

const NAME = normalizeName('foo');
const target = (version: string): Target => ({
  runtime: { implementation: 'cpython', version },
  os: 'linux',
  architecture: 'x86_64',
  libc: { name: 'glibc', version: '2.36' },
  readFrom: [],
});
const PY312 = target('3.12');

function file(filename: string, more: Partial<PageFile> = {}): PageFile {
  return {
    filename,
    url: `https://files.example/${filename}`,
    hash: null,
    requiresPython: '',
    size: 1,
    uploaded: 1000,
    yanked: null,
    metadata: null,
    ...more,
  };
}
function pageOf(files: readonly PageFile[], versions: readonly string[] | null = null): Page {
  return buildPage({ files, versions, status: null, notRead: null }, NAME);
}
function packageOf(
  files: readonly PageFile[],
  allowed: AllowedKinds = { wheels: true, sdists: true },
): PypiPackage {
  return new PypiPackage(NAME, pageOf(files), ['https://index.example/simple/'], allowed, () => undefined);
}
const wheel = (version: string, tags = 'py3-none-any'): string => `foo-${version}-${tags}.whl`;

describe('versions of a page', () => {
  it('ascend, once each, with files or without', () => {
    const page = pageOf(
      [file('foo-1.10.tar.gz'), file(wheel('1.9')), file('foo-1.10rc1.zip')],
      ['2.0', '1.9', 'no version'],
    );
    expect(page.columns.versions).toEqual(['1.9', '1.10rc1', '1.10', '2.0']);
  });

  it('that are equal are one: 1.0 and 1.0.0 share their files', () => {
    const foo = packageOf([
      file('foo-1.0.tar.gz'),
      file(wheel('1.0.0')),
      file(wheel('1.0.0', 'py2-none-any')),
    ]);
    expect(foo.versions.map(({ text }) => text)).toEqual(['1.0.0']);
    expect(foo.files(0)).toHaveLength(3);
    expect(foo.position({ text: '1' })).toBe(0);
    expect(foo.position({ text: '2' })).toBe(-1);
  });

  it('leave out eggs and installers without a word, and count names that make no sense', () => {
    const foo = packageOf([
      file('foo-1.0.exe'),
      file('foo-1.0-py2.7.egg'),
      file('foo-1.0.linux-x86_64.tar.gz'),
      file('bar-1.0-py3-none-any.whl'),
      file('foo-one.tar.gz'),
    ]);
    expect(foo.versions).toEqual([]);
    expect(foo.unreadEntries).toEqual({ count: 2, example: 'bar-1.0-py3-none-any.whl' });
  });

  it('are matched by range and know pre-releases', () => {
    const foo = packageOf([file('foo-1.0.zip'), file('foo-2.0a1.zip'), file('foo-2.0.zip')]);
    expect([...foo.matching(parseSpecifier('>=1.5') as PypiSpecifier).positions()]).toEqual([1, 2]);
    expect([...foo.prereleases.positions()]).toEqual([1]);
  });
});

describe('what can be installed', () => {
  it.each<[string, PageFile[], AllowedKinds | undefined, boolean, boolean, string | null]>([
    ['a pure wheel', [file(wheel('1.0'))], undefined, true, false, null],
    [
      'a wheel for the target',
      [file(wheel('1.0', 'cp312-cp312-manylinux_2_17_x86_64'))],
      undefined,
      true,
      false,
      null,
    ],
    ['only an sdist', [file('foo-1.0.tar.gz')], undefined, true, true, null],
    [
      'wheels for other Pythons',
      ['cp39', 'cp310', 'cp311'].map((cp) => file(wheel('1.0', `${cp}-${cp}-manylinux_2_17_x86_64`))),
      undefined,
      false,
      false,
      'wheels for cp39 to cp311 only',
    ],
    [
      'wheels for other Pythons beside an sdist',
      [file(wheel('1.0', 'cp39-cp39-win32')), file('foo-1.0.zip')],
      undefined,
      true,
      true,
      null,
    ],
    [
      'an sdist where only wheels are allowed',
      [file('foo-1.0.zip')],
      { wheels: true, sdists: false },
      false,
      false,
      'the project allows wheels only',
    ],
    [
      'a wheel where only sdists are allowed',
      [file(wheel('1.0'))],
      { wheels: false, sdists: true },
      false,
      false,
      'no source distribution',
    ],
    [
      'a lower bound of Python above the target',
      [file(wheel('1.0'), { requiresPython: '>=3.13' })],
      undefined,
      false,
      false,
      'needs Python >=3.13',
    ],
    [
      'an upper bound of Python below the target',
      [file(wheel('1.0'), { requiresPython: '>=3.8,<3.12' })],
      undefined,
      false,
      false,
      'needs Python >=3.8,<3.12',
    ],
    ['a bound that is none', [file(wheel('1.0'), { requiresPython: 'three' })], undefined, true, false, null],
  ])('%s', (_, files, allowed, installable, needsBuild, why) => {
    const foo = packageOf(files, allowed);
    expect(foo.installable(PY312).has(0)).toBe(installable);
    expect(foo.needsBuild(PY312).has(0)).toBe(needsBuild);
    const reason = foo.whyNot(0, PY312);
    if (why === null) expect(reason).toBeNull();
    else expect(reason?.why).toContain(why);
  });

  it('is nothing where a version has no file', () => {
    const foo = new PypiPackage(
      NAME,
      pageOf([], ['1.0']),
      [],
      { wheels: true, sdists: true },
      () => undefined,
    );
    expect(foo.whyNot(0, PY312)).toMatchObject({ kind: 'no-files' });
  });

  it('passes over yanked files unless all are yanked', () => {
    const foo = packageOf([
      file(wheel('1.0'), { yanked: 'bad' }),
      file('foo-1.0.zip', { requiresPython: '>=3.13' }),
      file(wheel('2.0'), { yanked: 'worse' }),
    ]);
    expect(foo.installable(PY312).has(0)).toBe(false);
    expect(foo.installable(PY312).has(1)).toBe(true);
    expect([...foo.yanked.positions()]).toEqual([1]);
    expect([foo.yankReason(0), foo.yankReason(1)]).toEqual([null, 'worse']);
  });

  it('takes metadata from the wheel of the target, the higher build of two, then sdists', () => {
    const foo = packageOf([
      file('foo-1.0.tar.gz'),
      file('foo-1.0-2-cp312-cp312-manylinux_2_17_x86_64.whl'),
      file('foo-1.0-10-cp312-cp312-manylinux_2_17_x86_64.whl'),
      file(wheel('1.0', 'cp311-cp311-manylinux_2_17_x86_64')),
    ]);
    const { filenames } = foo.page.details();
    const names = (python: string): readonly string[] =>
      foo.filesForMetadata(0, target(python)).map((at) => filenames[at]!);
    expect(names('3.12')).toEqual(['foo-1.0-10-cp312-cp312-manylinux_2_17_x86_64.whl', 'foo-1.0.tar.gz']);
    expect(names('3.11')[0]).toBe('foo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl');
    expect(names('3.9')[0]).toMatch(/\.whl$/);
  });
});

describe('pages in storage', () => {
  const page = pageOf([
    file(wheel('1.0'), { hash: `sha256:${'c'.repeat(64)}`, yanked: 'why', uploaded: 1_600_000_000 }),
    file('foo-2.0.tar.gz', { requiresPython: '>=3.9', metadata: { hash: '' }, uploaded: 1_700_000_000 }),
  ]);

  it('come back as they were put', () => {
    const columns = parseColumns(columnBytes(page.columns))!;
    expect(JSON.stringify(columns)).toBe(
      JSON.stringify({ ...page.columns, flags: columns.flags, fingerprints: columns.fingerprints }),
    );
    expect(Buffer.compare(columns.fingerprints, page.columns.fingerprints)).toBe(0);
    expect([...columns.flags]).toEqual([...page.columns.flags]);
    expect(columns.yankReasons).toEqual(page.columns.yankReasons);
    expect(parseDetails(detailBytes(page.details()), 2)).toEqual(page.details());
  });

  it('that are cut off or changed are not there', () => {
    const bytes = columnBytes(page.columns);
    for (let length = 0; length < bytes.length; length += 7)
      expect(parseColumns(bytes.subarray(0, length))).toBeNull();
    expect(parseDetails(detailBytes(page.details()), 3)).toBeNull();
    expect(parseColumns(columnBytes({ ...page.columns, tags: [] }))).toBeNull();
    for (const wrong of ['1.0\u001b[31m', 'one', '01.0', ''])
      expect(parseColumns(columnBytes({ ...page.columns, versions: [wrong, '2.0'] })), wrong).toBeNull();
  });

  it('as of a time have only what was uploaded by then, with the details of those files', () => {
    const { page: then, original } = pageAsOf(page, 1_650_000_000);
    expect(then.columns.versions).toEqual(['1.0']);
    expect(then.details().filenames).toEqual([wheel('1.0')]);
    expect(original).toEqual([0]);
    expect(pageAsOf(page, 1_500_000_000).page.columns.versions).toEqual([]);
    expect(pageAsOf(page, 1_700_000_000).page.columns.versions).toEqual(['1.0', '2.0']);
  });

  it('of several indexes are merged by version; of one file name the first counts', () => {
    const other = pageOf([
      file('foo-2.0.tar.gz', { url: 'https://other.example/foo-2.0.tar.gz' }),
      file(wheel('1.5'), { requiresPython: '>=3.13' }),
    ]);
    const merged = mergePages([page, other]);
    expect(merged.columns.versions).toEqual(['1.0', '1.5', '2.0']);
    expect(merged.details().urls).toEqual([
      `https://files.example/${wheel('1.0')}`,
      `https://files.example/${wheel('1.5')}`,
      'https://files.example/foo-2.0.tar.gz',
    ]);
    const foo = new PypiPackage(NAME, merged, ['a', 'b'], { wheels: true, sdists: true }, () => undefined);
    expect([...foo.installable(PY312).positions()]).toEqual([0, 2]);
    expect(foo.yankReason(0)).toBe('why');
  });
});
