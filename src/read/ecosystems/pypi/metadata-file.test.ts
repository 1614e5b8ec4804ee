import { describe, expect, it } from 'vitest';
import { parseCoreMetadata, tellsDynamic } from './metadata-file.ts';
import { metadataOf, parseRecord, recordBytes, recordOf } from './metadata.ts';

const TEXT = [
  'Metadata-Version: 2.2',
  'Name: Foo',
  'Version: 1.0',
  'Description: words',
  '        Requires-Dist: not-this',
  'Requires-Dist: bar>=1',
  ' ,<2',
  'Requires-Dist: baz ; extra == "X_y"',
  'Requires-Python: >=3.8',
  'Provides-Extra: X_y',
  'Classifier: Development Status :: 7 - Inactive',
  'Classifier: Topic :: Fun',
  'Dynamic: License',
  '',
  'Requires-Dist: nor-this',
].join('\r\n');

describe('core metadata', () => {
  const core = parseCoreMetadata(Buffer.from(TEXT))!;
  it('is read up to the first empty line, folded lines joined', () => {
    expect(core).toMatchObject({
      name: 'Foo',
      requiresDist: ['bar>=1 ,<2', 'baz ; extra == "X_y"'],
      requiresPython: '>=3.8',
      providesExtra: ['X_y'],
      dynamic: ['license'],
    });
  });

  it.each(['\n', '\r\n'])('ends before its description, lines ended by %j', (end) => {
    const text = ['Name: foo', 'Version: 1.0', 'Requires-Dist: bar', '', 'Requires-Dist: not-this'].join(end);
    expect(parseCoreMetadata(Buffer.from(text))).toMatchObject({ version: '1.0', requiresDist: ['bar'] });
  });

  it('without name or version is none', () => {
    expect(parseCoreMetadata(Buffer.from('Name: foo\n'))).toBeNull();
    expect(parseCoreMetadata(Buffer.from('<html>'))).toBeNull();
  });

  it.each([
    ['1.2', false],
    ['2.1', false],
    ['2.2', true],
    ['2.10', true],
    ['3.0', true],
    ['x', false],
  ])('%s tells what is dynamic: %s', (version, tells) => {
    expect(tellsDynamic(version)).toBe(tells);
  });

  it('survives the cache, with extras normalised and only the state of the classifiers', () => {
    const record = recordOf(core, 'wheel');
    if (typeof record === 'string') throw new Error(record);
    const metadata = metadataOf(parseRecord(recordBytes(record))!);
    expect(metadata).toMatchObject({
      kind: 'known',
      extras: ['x-y'],
      classifiers: ['Development Status :: 7 - Inactive'],
      source: 'wheel',
    });
    expect(metadata.kind === 'known' && metadata.dependencies.map(({ name }) => name)).toEqual([
      'bar',
      'baz',
    ]);
  });

  it('is read leniently where it is plain what was meant, and says so', () => {
    const wrong = { ...core, requiresDist: ['kombu (<6)', 'pytz (>dev)'], requiresPython: '>=3.6.*' };
    const record = recordOf(wrong, 'metadata file');
    if (typeof record === 'string') throw new Error(record);
    const metadata = metadataOf(parseRecord(recordBytes(record))!);
    expect(metadata).toMatchObject({ source: 'metadata file, read leniently', requiresRuntime: '>=3.6' });
    expect(metadata.kind === 'known' && metadata.dependencies.map(({ text }) => text)).toEqual([
      'kombu (<6)',
      'pytz (>=0)',
    ]);
  });

  it('with one requirement that is none is unknown as a whole', () => {
    expect(recordOf({ ...core, requiresDist: ['ok', 'not ok ('] }, 'wheel')).toContain(
      '"not ok (" cannot be read',
    );
  });

  it('reads a field of a million lines', () => {
    // Where each line copies those before it this takes hours.
    const text = `Name: a\nVersion: 1\nLicense: x${'\n y'.repeat(1_000_000)}\nRequires-Dist: b\n`;
    expect(parseCoreMetadata(Buffer.from(text))).toMatchObject({ requiresDist: ['b'] });
  });
});
