import { mkdtempSync, readdirSync, rmSync, writeFileSync, lstatSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { bytesReader, isArchiveProblem } from '../../../src/io/archive.ts';
import { readArchiveMembers, readTarMembers } from '../../../src/io/archive-tar.ts';
import { readZipMembers } from '../../../src/io/archive-zip.ts';
import { walkTarFile } from '../../../src/io/tar-file.ts';
import { unpackTar } from '../../../src/io/unpack-tar.ts';
import { zipRecords } from '../../../src/read/advisories/zip-records.ts';
import { ustarOf } from '../../support/ustar.ts';
import { broken } from '../fuzz-target.ts';
import type { FuzzTarget } from '../fuzz-target.ts';

const LIMITS = { maxEntries: 1_000, maxMemberBytes: 1 << 20, maxTotalBytes: 4 << 20 };
const TIME = { mtime: new Date('2026-01-01T00:00:00Z') };

const ZIP = zipSync(
  {
    'a-1.dist-info/METADATA': strToU8('Name: a\nVersion: 1\n'.repeat(9)),
    'a.py': [strToU8('pass'), { level: 0 }],
    'd/e.txt': strToU8(''),
  },
  TIME,
);
const DUMP = zipSync(
  { 'PYSEC-1.json': strToU8('{"id":"PYSEC-1"}'.padEnd(200)), 'notes.txt': strToU8('x') },
  TIME,
);
const TAR = ustarOf([
  { name: 'a-1/', type: '5', content: '' },
  { name: 'a-1/PKG-INFO', type: '0', content: 'Name: a\n' },
  { name: 'a-1/link', type: '2', content: '', link: 'PKG-INFO' },
  { name: 'a-1/setup.cfg', type: '0', content: '[options]\n'.repeat(60) },
]);

function bounded(members: Awaited<ReturnType<typeof readTarMembers>>): void {
  if (isArchiveProblem(members)) return;
  let total = 0;
  for (const [name, bytes] of members) {
    if (name.startsWith('/') || name.split('/').includes('..')) broken('no name leads out', name);
    total += bytes.length;
  }
  if (total > LIMITS.maxTotalBytes) broken('no more comes out than the bounds allow', total);
}

/** A checksum that fits again after mutation: else nothing but headers would be looked at. */
function withChecksums(input: Uint8Array): Buffer {
  const bytes = Buffer.from(input);
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    if (bytes.toString('latin1', at + 257, at + 262) !== 'ustar') continue;
    bytes.fill(0x20, at + 148, at + 156);
    const sum = bytes.subarray(at, at + 512).reduce((all, byte) => all + byte, 0);
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148);
  }
  return bytes;
}

const FOLDER = mkdtempSync(join(tmpdir(), 'fettle-fuzz-tar-'));
process.on('exit', () => rmSync(FOLDER, { recursive: true, force: true }));

async function unpacked(input: Uint8Array): Promise<void> {
  const inner = mkdtempSync(join(FOLDER, 'in-'));
  const beside = new Set(readdirSync(FOLDER));
  await unpackTar(withChecksums(input), inner, LIMITS);
  if (readdirSync(FOLDER).some((name) => !beside.has(name))) broken('nothing is written outside');
  for (const entry of readdirSync(inner, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const stat = lstatSync(path);
    if (!stat.isSymbolicLink()) continue;
    const target = resolve(dirname(path), readlinkSync(path));
    if (target !== inner && !target.startsWith(`${inner}/`)) broken('no link leads out', target);
  }
  rmSync(inner, { recursive: true, force: true });
}

async function walked(input: Uint8Array): Promise<void> {
  const path = join(FOLDER, 'layer.tar');
  writeFileSync(path, withChecksums(input));
  await walkTarFile(
    path,
    () => true,
    ({ name }) => {
      if (name.startsWith('/') || name.split('/').includes('..')) broken('no name leads out', name);
    },
    LIMITS,
  );
}

async function dumped(input: Uint8Array): Promise<void> {
  for await (const { content } of zipRecords(input, 'all.zip'))
    if (content instanceof Uint8Array && content.length > 16 << 20) broken('a record has its bound');
}

const ZIP_WORDS = [
  'PK\x01\x02',
  'PK\x03\x04',
  'PK\x05\x06',
  'PK\x06\x06',
  'PK\x06\x07',
  '\xff\xff\xff\xff',
  '../',
  '\0\0\0\0',
];
const TAR_WORDS = [
  '../',
  '/etc/',
  'ustar',
  '\0',
  '1',
  '2',
  '5',
  'x',
  'g',
  'L',
  '77777777777',
  '00000001000',
  '27 path=../../outside\n',
];

export const ARCHIVE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'zips',
    seeds: [ZIP],
    words: ZIP_WORDS,
    read: async (input) => bounded(await readZipMembers(bytesReader(input), () => true, LIMITS)),
  },
  {
    name: 'tars',
    seeds: [TAR],
    words: TAR_WORDS,
    read: async (input) => bounded(await readTarMembers(withChecksums(input), () => true, LIMITS)),
  },
  {
    name: 'packed-archives',
    seeds: [gzipSync(TAR, { level: 9 }), ZIP, TAR],
    words: ['\x1f\x8b\x08', 'BZh', 'ustar'],
    read: async (input) => bounded(await readArchiveMembers(input, () => true, LIMITS)),
  },
  { name: 'unpacked-tars', seeds: [TAR, gzipSync(TAR)], words: TAR_WORDS, read: unpacked },
  { name: 'image-layers', seeds: [TAR, gzipSync(TAR)], words: TAR_WORDS, read: walked },
  { name: 'advisory-dumps', seeds: [DUMP], words: ZIP_WORDS, read: dumped },
];
