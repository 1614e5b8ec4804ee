import { describe, expect, it } from 'vitest';
import { parseCoreMetadata, tellsDynamic } from '../../src/read/ecosystems/pypi/metadata-file.ts';
import type { CoreMetadata } from '../../src/read/ecosystems/pypi/metadata-file.ts';
import { recordOf } from '../../src/read/ecosystems/pypi/metadata.ts';
import { admitsRuntime } from '../../src/read/ecosystems/pypi/runtime.ts';
import { sdistMetadata } from '../../src/read/ecosystems/pypi/sdist-files.ts';

/* Core metadata: PEP 345, 566, 643 and 685, and the specification that grew out of them. */

const head = 'Name: foo\nVersion: 1.0\n';
const read = (text: string): CoreMetadata | null => parseCoreMetadata(Buffer.from(text));

const FIELDS: readonly (readonly [section: string, text: string, read: Partial<CoreMetadata>])[] = [
  [
    'PEP 345 Requires-Dist: as often as there are requirements',
    `${head}Requires-Dist: a\nRequires-Dist: b (>=1.0)\n`,
    { requiresDist: ['a', 'b (>=1.0)'] },
  ],
  [
    'PEP 345 Requires-Dist: with a marker',
    `${head}Requires-Dist: a; sys_platform == 'win32'\n`,
    { requiresDist: ["a; sys_platform == 'win32'"] },
  ],
  ['PEP 345 Requires-Python', `${head}Requires-Python: >=2.6,!=3.0.*\n`, { requiresPython: '>=2.6,!=3.0.*' }],
  ['PEP 345 Requires-Python: empty is none', `${head}Requires-Python:\n`, { requiresPython: null }],
  [
    'PEP 566 Provides-Extra',
    `${head}Provides-Extra: test\nProvides-Extra: docs\n`,
    { providesExtra: ['test', 'docs'] },
  ],
  [
    'PEP 643 Dynamic: in any case',
    `${head}Dynamic: Requires-Dist\nDynamic: classifier\n`,
    { dynamic: ['requires-dist', 'classifier'] },
  ],
  ['PEP 643 Dynamic: not there', head, { dynamic: [] }],
  [
    'PEP 566 JSON-compatible form: names of fields have no case',
    'NAME: foo\nversion: 1.0\nREQUIRES-DIST: a\n',
    { name: 'foo', requiresDist: ['a'] },
  ],
  [
    'RFC 5322 2.2.3: folded lines are one',
    `${head}Requires-Dist: a (>=1.0,\n        <2)\n`,
    { requiresDist: ['a (>=1.0, <2)'] },
  ],
  [
    'PEP 566 Description: the body is no field',
    `${head}Requires-Dist: a\n\nRequires-Dist: b\n`,
    { requiresDist: ['a'] },
  ],
  [
    'PEP 314 Description: nor is a folded description',
    `${head}Description: words\n        Requires-Dist: b\nRequires-Dist: a\n`,
    { requiresDist: ['a'] },
  ],
  [
    'Core metadata: lines end in CRLF too',
    'Name: foo\r\nVersion: 1.0\r\nRequires-Dist: a\r\n\r\nRequires-Dist: b\r\n',
    { requiresDist: ['a'] },
  ],
  ['Core metadata: UTF-8', `${head}Author: Ä\nRequires-Dist: a\n`, { requiresDist: ['a'] }],
  [
    'Core metadata: fields of no known name',
    `${head}X-Later: 1\nRequires-Dist: a\n`,
    { requiresDist: ['a'] },
  ],
];

describe('a metadata file', () => {
  it.each(FIELDS)('%s', (_, text, fields) => {
    expect(read(`Metadata-Version: 2.1\n${text}`)).toMatchObject(fields);
  });

  it.each([
    ['without a name', 'Metadata-Version: 2.1\nVersion: 1.0\n'],
    ['without a version', 'Metadata-Version: 2.1\nName: foo\n'],
    ['that is empty', ''],
    ['that is a page of words', '<html><body>Not found</body></html>'],
  ])('%s is none', (_, text) => {
    expect(read(text)).toBeNull();
  });

  it.each([
    ['1.0', false],
    ['1.2', false],
    ['2.1', false],
    ['2.2', true],
    ['2.3', true],
    ['2.4', true],
    ['2.10', true],
    ['two', false],
  ])('PEP 643: of version %s says what is dynamic: %s', (version, tells) => {
    expect(tellsDynamic(version)).toBe(tells);
  });
});

describe('the record of a metadata file', () => {
  const record = (text: string): ReturnType<typeof recordOf> => recordOf(read(text)!, 'a file');

  it('PEP 685: has extras in their normal form', () => {
    expect(
      record(`Metadata-Version: 2.1\n${head}Provides-Extra: Dev_Tools\nProvides-Extra: dev-tools\n`),
    ).toMatchObject({
      kind: 'known',
      extras: ['dev-tools'],
    });
  });

  it('is none where one requirement cannot be read: leaving it out would be to drop it', () => {
    expect(record(`Metadata-Version: 2.1\n${head}Requires-Dist: a\nRequires-Dist: what ever\n`)).toContain(
      '"what ever"',
    );
  });

  it.each(['1.0', '1.1', '1.2', '2.0', '2.1', '2.2', '2.3', '2.4', '2.5', '2.99'])(
    'core metadata, Metadata-Version: is read where it is of version %s',
    (version) => {
      expect(record(`Metadata-Version: ${version}\n${head}`)).toMatchObject({ kind: 'known' });
    },
  );

  it.each(['3.0', '3', '10.1'])(
    'core metadata, Metadata-Version: is refused where it is of version %s',
    (version) => {
      expect(record(`Metadata-Version: ${version}\n${head}`)).toContain(`metadata version ${version}`);
    },
  );
});

const SDISTS: readonly (readonly [
  section: string,
  files: Record<string, string>,
  needs: readonly string[] | null,
])[] = [
  [
    'PEP 643: 2.2 without Dynamic tells',
    { 'PKG-INFO': `Metadata-Version: 2.2\n${head}Requires-Dist: a\n` },
    ['a'],
  ],
  [
    'PEP 643: 2.2 without a requirement tells that there is none',
    { 'PKG-INFO': `Metadata-Version: 2.2\n${head}` },
    [],
  ],
  [
    'PEP 643: Dynamic: Requires-Dist leaves it to a build',
    { 'PKG-INFO': `Metadata-Version: 2.2\n${head}Dynamic: Requires-Dist\n` },
    null,
  ],
  [
    'PEP 643: so does Dynamic: Provides-Extra',
    { 'PKG-INFO': `Metadata-Version: 2.3\n${head}Dynamic: provides-extra\n` },
    null,
  ],
  [
    'PEP 643: Dynamic of another field does not',
    { 'PKG-INFO': `Metadata-Version: 2.2\n${head}Dynamic: License\nRequires-Dist: a\n` },
    ['a'],
  ],
  [
    'PEP 643: before 2.2 PKG-INFO promises nothing',
    { 'PKG-INFO': `Metadata-Version: 2.1\n${head}Requires-Dist: a\n` },
    null,
  ],
  [
    'PEP 621: dependencies that are not dynamic',
    { 'pyproject.toml': '[project]\nname = "foo"\ndependencies = ["a>=1"]\n' },
    ['a>=1'],
  ],
  [
    'PEP 621: dependencies that are dynamic',
    { 'pyproject.toml': '[project]\nname = "foo"\ndynamic = ["dependencies"]\n' },
    null,
  ],
];

describe('an sdist', () => {
  it.each(SDISTS)('%s', (_, files, needs) => {
    const bytes = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
    const told = sdistMetadata(bytes, { name: 'foo', version: '1.0' });
    expect(typeof told === 'string' ? null : told.core.requiresDist).toEqual(needs);
  });
});

const RUNTIMES: readonly (readonly [bound: string, python: string, admits: 'yes' | 'no'])[] = [
  ['>=3.8', '3.12.4', 'yes'],
  ['>=3.12.5', '3.12.4', 'no'],
  ['>=3.6,<4', '3.12.4', 'yes'],
  ['<3.12', '3.12.4', 'no'],
  ['<=3.12', '3.12.4', 'no'],
  ['==3.12.*', '3.12.4', 'yes'],
  ['!=3.12.*', '3.12.4', 'no'],
  ['~=3.8', '3.12.4', 'yes'],
  ['~=3.12.0', '3.12.4', 'yes'],
  ['~=3.11.0', '3.12.4', 'no'],
  ['>=2.7,!=3.0.*,!=3.1.*', '3.12.4', 'yes'],
  ['>=3.13', '3.13.0rc1', 'no'],
  ['>=3.13.0a1', '3.13.0rc1', 'yes'],
];

describe('Requires-Python (PEP 345, PEP 440)', () => {
  it.each(RUNTIMES)('%s of Python %s: %s', (bound, version, admits) => {
    expect(admitsRuntime(bound, { implementation: 'cpython', version })).toBe(admits);
  });
});
