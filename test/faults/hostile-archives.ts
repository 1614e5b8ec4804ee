import { deflateRawSync, gzipSync } from 'node:zlib';
import { coreMetadata } from '../contract/ecosystem-pypi-server.ts';
import { ustarEntry, ustarOf } from '../support/ustar.ts';
import type { UstarEntry } from '../support/ustar.ts';
import { craftedZip } from './crafted-zip.ts';
import type { CraftedEnd, CraftedEntry } from './crafted-zip.ts';

/** An archive of a project that is called by it, and what must be said of it; null: it is read. */
export type HostileArchive = readonly [what: string, make: (name: string) => Uint8Array, said: RegExp | null];

const MEBIBYTE = 1 << 20;
const MANY_ZEROS = Buffer.alloc(64 * MEBIBYTE);
const PACKED_ZEROS = deflateRawSync(MANY_ZEROS);
const GZIPPED_ZEROS = gzipSync(MANY_ZEROS);
const OUT = /leads out of it/;

/** What the honest ones among them ask for. */
const metadataOf = (name: string, fields: readonly string[] = []): string =>
  coreMetadata(name, '1.0', ['Requires-Dist: core', ...fields]);

const wheel =
  (
    own: Partial<CraftedEntry>,
    more: readonly CraftedEntry[] = [],
    end: CraftedEnd = {},
  ): ((name: string) => Uint8Array) =>
  (name) =>
    craftedZip([...more, { name: `${name}-1.0.dist-info/METADATA`, content: metadataOf(name), ...own }], end);
const plain = (name: string): CraftedEntry => ({ name, content: 'x' });
const numbered = (count: number, length: number): readonly CraftedEntry[] =>
  Array.from({ length: count }, (_, n) => plain(`${n}/`.padEnd(length, 'x')));

export const WHEELS: readonly HostileArchive[] = [
  ['honest', wheel({}), null],
  ['two gigabytes of METADATA', wheel({ size: 0x7fffffff, packed: PACKED_ZEROS }), /is larger than/],
  ['METADATA that unpacks to more than it tells', wheel({ packed: PACKED_ZEROS }), /does not have the size/],
  ['METADATA that is packed in more than there is', wheel({ packedSize: 0x7ffffff0 }), /is larger than/],
  ['METADATA with another checksum', wheel({ crc: 1 }), /does not match its checksum/],
  ['encrypted', wheel({ flags: 1 }), /is encrypted/],
  ['of an unknown method', wheel({ method: 99 }), /method 99/],
  ['METADATA twice', (name) => wheel({}, [own(name)])(name), /twice/],
  ['two METADATA of two versions', (name) => wheel({}, [own(name, '2.0')])(name), /holds several/],
  ['entries that share their bytes', (name) => overlapping(name, 60_000), null],
  ['a directory beyond the end', wheel({}, [], { directoryAt: 0x7fffffff }), /points beyond its end/],
  ['a directory of fewer than it tells', wheel({}, [], { count: 60_000 }), /points beyond its end/],
  ['a directory of none', wheel({}, [], { count: 0 }), /holds no METADATA/],
  ['a directory of 36 megabytes', wheel({}, numbered(600, 60_000)), /directory .* is larger than/],
  ['60,000 entries', wheel({}, numbered(60_000, 10)), null],
  [
    'a wheel in a wheel',
    (name) => craftedZip([{ name: 'inner.whl', content: craftedZip([own(name)]) }]),
    /holds no METADATA/,
  ],
  ['a name that climbs', wheel({}, [plain('../../outside')]), OUT],
  ['an absolute name', wheel({}, [plain('/tmp/outside')]), OUT],
  ['a name of Windows that climbs', wheel({}, [plain('..\\outside')]), OUT],
  [
    'a name with escapes',
    wheel({}, [plain('../\u001b[2Ja\nb')]),
    // Code page 437, in which a name is that does not say it is UTF-8, has glyphs where others have control characters.
    /leads out of it: "\.\.\/←\[2Ja◙b"/,
  ],
  [
    'METADATA with a NUL behind its name',
    (name) => wheel({ name: `${name}-1.0.dist-info/METADATA\0` })(name),
    /holds no METADATA/,
  ],
  [
    'METADATA that is a link',
    wheel({ content: '../../../../etc/passwd', mode: 0o120777 }),
    /no name and version/,
  ],
  ['METADATA of another', wheel({ content: metadataOf('core') }), /it says that it is of core/],
  [
    'a hundred thousand requirements',
    (name) =>
      wheel({
        content: metadataOf(
          name,
          Array.from({ length: 100_000 }, () => 'Requires-Dist: core'),
        ),
      })(name),
    /no name and version|too many/,
  ],
];

function own(name: string, version = '1.0'): CraftedEntry {
  return { name: `${name}-${version}.dist-info/METADATA`, content: metadataOf(name) };
}

function overlapping(name: string, count: number): Uint8Array {
  const shared = Array.from({ length: count }, (_, n) => ({ ...own(name), name: `${n}.py`, sharesWith: 0 }));
  return craftedZip([own(name), ...shared]);
}

const sdist =
  (...entries: readonly ((name: string) => UstarEntry)[]): ((name: string) => Uint8Array) =>
  (name) =>
    gzipSync(ustarOf(entries.map((entry) => entry(name))));
const info =
  (path = 'PKG-INFO') =>
  (name: string): UstarEntry => ({
    ...{ name: `${name}-1.0/${path}`, type: '0' },
    content: metadataOf(name).replace('2.1', '2.2'),
  });
const file = (path: string) => (): UstarEntry => ({ name: path, type: '0', content: 'x' });
const link =
  (to: string, type = '2') =>
  (name: string): UstarEntry => ({
    ...{ name: `${name}-1.0/PKG-INFO`, type, content: '', link: to.replace('NAME', name) },
  });
/** RFC 1952, 2.2: members of gzip that stand one behind another are one file. */
const bomb =
  (gibibytes: number, head: Partial<UstarEntry>) =>
  (name: string): Uint8Array => {
    const [header] = ustarEntry({ name: `${name}-1.0/data`, type: '0', content: '', ...head });
    return Buffer.concat([gzipSync(header!), ...Array.from({ length: gibibytes * 16 }, () => GZIPPED_ZEROS)]);
  };
const UNTOLD = /tells its dependencies only when it is built/;
const TOO_MUCH = /holds more than 1,073,741,824 bytes/;

export const SDISTS: readonly HostileArchive[] = [
  ['honest', sdist(info()), null],
  ['a member of four gigabytes', bomb(4, { size: 2 ** 32 }), TOO_MUCH],
  [
    'PKG-INFO of two gigabytes',
    (name) => bomb(2, { name: `${name}-1.0/PKG-INFO`, size: 2 ** 31 })(name),
    /is larger than/,
  ],
  ['a pax header of a gigabyte', bomb(1, { type: 'x', size: 2 ** 30 }), /cannot be read/],
  ['250,000 entries', (name) => gzipSync(Buffer.concat(manyEntries(name, 250_000))), /more than 200000/],
  ['a name that climbs', sdist(info(), file('../../outside')), OUT],
  ['an absolute name', sdist(info(), file('/tmp/outside')), OUT],
  ['a name with escapes', sdist(info(), file('../\u001b[2Ja\nb')), OUT],
  ['PKG-INFO that is a link out', sdist(link('../../../../../etc/passwd')), UNTOLD],
  ['PKG-INFO behind a link', sdist(info('real'), link('real')), UNTOLD],
  ['PKG-INFO behind a hard link', sdist(info('real'), link('NAME-1.0/real', '1')), UNTOLD],
  ['PKG-INFO that is a device', sdist((name) => ({ ...link('')(name), type: '3' })), UNTOLD],
  ['a zip with a name that climbs', (name) => craftedZip([own(name), plain('../outside')]), OUT],
];

function manyEntries(name: string, count: number): readonly Buffer[] {
  const [header] = ustarEntry({ name: `${name}-1.0/a`, type: '0', content: '' });
  return [...Array.from({ length: count }, () => header!), ustarOf([info()(name)])];
}
