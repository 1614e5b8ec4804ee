import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PageDetails } from './page-columns.ts';
import { StoredDetails, storedDetails } from './stored-details.ts';

const DIGEST = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `sha256:${Buffer.from(bytes).toString('hex')}`);
const OTHER_DIGEST = fc.constantFrom(
  `sha512:${'a'.repeat(128)}`,
  'sha256:short',
  `sha256:${'z'.repeat(64)}`,
  `sha256:${'AB'.repeat(32)}`,
);
const NAME = fc.stringMatching(/^[a-zA-Z0-9_.é+-]{1,30}$/);

/** Columns as pages have them, and as no page should: mixed algorithms, addresses that end in something else. */
const DETAILS: fc.Arbitrary<PageDetails> = fc
  .array(
    fc.record({
      filename: NAME,
      url: fc.oneof(fc.constant(null), fc.webUrl(), fc.constant('')),
      hash: fc.oneof({ weight: 8, arbitrary: DIGEST }, fc.constant(''), {
        weight: 1,
        arbitrary: OTHER_DIGEST,
      }),
      size: fc.oneof(fc.constant(-1), fc.nat(), fc.constant(2 ** 40 + 1)),
      metadata: fc.oneof(fc.constantFrom('-', '+'), DIGEST),
    }),
  )
  .map((rows) => ({
    filenames: rows.map((row) => row.filename),
    urls: rows.map((row) => row.url ?? `https://files.example/ab/${row.filename}`),
    hashes: rows.map((row) => row.hash),
    sizes: rows.map((row) => row.size),
    metadata: rows.map((row) => row.metadata),
  }));

describe('details in the cache', () => {
  it('come back as they were put', () => {
    fc.assert(
      fc.property(DETAILS, (details) => {
        expect(StoredDetails.open(storedDetails(details), details.filenames.length)?.whole()).toEqual(
          details,
        );
      }),
    );
  });

  it('are told of one file alone, whatever has become of those far from it', () => {
    const names = Array.from({ length: 400 }, (_, at) => `foo-1.${at}.tar.gz`);
    const details: PageDetails = {
      filenames: names,
      urls: names.map((name) => `https://files.example/${name}`),
      hashes: names.map((_, at) => `sha256:${at.toString(16).padStart(64, '0')}`),
      sizes: names.map((_, at) => at),
      metadata: names.map(() => '-'),
    };
    const bytes = Buffer.from(storedDetails(details));
    // The mark of a list, which begins the block of the first files.
    bytes[bytes.indexOf('foo-1.0.tar.gz') - 4] = 0xc1;
    const stored = StoredDetails.open(bytes, 400)!;
    expect(stored.file(399)).toEqual({
      filename: 'foo-1.399.tar.gz',
      url: 'https://files.example/foo-1.399.tar.gz',
      hash: `sha256:${'18f'.padStart(64, '0')}`,
      size: 399,
      metadata: '-',
    });
    expect([stored.file(0), stored.whole()]).toEqual([null, null]);
  });

  it('take much less room than their texts', () => {
    const names = Array.from({ length: 100 }, (_, at) => `package_name-1.${at}-py3-none-any.whl`);
    const details: PageDetails = {
      filenames: names,
      urls: names.map((name) => `https://files.example/packages/ab/cd/${'0'.repeat(60)}/${name}`),
      hashes: names.map(() => `sha256:${'0f'.repeat(32)}`),
      sizes: names.map(() => 12_345),
      metadata: names.map(() => `sha256:${'1e'.repeat(32)}`),
    };
    const texts = Object.values(details).flat().join('\n').length;
    expect(storedDetails(details).length).toBeLessThan(texts * 0.7);
  });

  it('that are cut off, of another format or of another number of files are not there', () => {
    const details: PageDetails = {
      filenames: ['a-1.tar.gz'],
      urls: ['https://files.example/a-1.tar.gz'],
      hashes: [`sha256:${'c'.repeat(64)}`],
      sizes: [7],
      metadata: ['-'],
    };
    const bytes = storedDetails(details);
    expect(StoredDetails.open(bytes, 1)?.whole()).toEqual(details);
    for (let length = 0; length < bytes.length; length++)
      expect(StoredDetails.open(bytes.subarray(0, length), 1)).toBeNull();
    expect(StoredDetails.open(bytes, 2)).toBeNull();
    expect(StoredDetails.open(new Uint8Array([0x90]), 0)).toBeNull();
  });
});
