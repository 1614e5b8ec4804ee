import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { checkedReport } from '../../../src/kept-report.ts';
import { readAttestation } from '../../../src/prove/evidence/read-attestation.ts';
import { readClaims } from '../../../src/prove/claims/parse/read-claims.ts';
import { FORMAT, MAGIC } from '../../../src/read/bundle/bundle-header.ts';
import { bundleHeader, parseBundle } from '../../../src/read/bundle/read-bundle.ts';
import { pypiRules } from '../../../src/read/ecosystems/pypi/rules.ts';
import { learnedText } from '../../../src/read/learned/learned-text.ts';
import { readLearned } from '../../../src/read/learned/read-learned.ts';
import { filesOf } from '../../projects/reading-world.ts';
import { asText, broken } from '../fuzz-target.ts';
import type { FuzzTarget } from '../fuzz-target.ts';

function readDocument(text: string): void {
  const lines = text.split(/\r\n|\n|\r/).length;
  const ids = new Set<string>();
  for (const { id, at } of readClaims(text)) {
    if (at.line < 1 || at.line > lines) broken('a claim stands in its document', id, at);
    if (ids.has(id)) broken('a claim has an id of its own', id);
    ids.add(id);
  }
}

function readBreaks(input: Uint8Array): void {
  const breaks = readLearned(input, 'learned.json', pypiRules);
  const again = readLearned(Buffer.from(learnedText(breaks)), 'learned.json', pypiRules);
  if (JSON.stringify(again) !== JSON.stringify(breaks))
    broken('what was learned reads its own text as itself');
}

const HEADER = JSON.stringify({
  created: '2026-01-01',
  asOf: null,
  advisories: null,
  targets: [],
  version: '1',
});

/** Within its digest and its compression, which mutation would never get right. */
async function readBundle(input: Uint8Array): Promise<void> {
  const packed = brotliCompressSync(input, { params: { [constants.BROTLI_PARAM_QUALITY]: 0 } });
  const head = Buffer.from(HEADER);
  const body = Buffer.concat([MAGIC, uint32(FORMAT), uint32(head.length), head, packed]);
  const whole = Buffer.concat([body, createHash('sha256').update(body).digest()]);
  bundleHeader(await parseBundle(whole, 'a.bundle'));
}

async function readBundleFile(input: Uint8Array): Promise<void> {
  const body = input.subarray(0, Math.max(0, input.length - 32));
  bundleHeader(
    await parseBundle(Buffer.concat([body, createHash('sha256').update(body).digest()]), 'a.bundle'),
  );
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const SCHEMA = JSON.parse(readFileSync('schemas/report-1.json', 'utf8')) as object;

async function readReport(text: string): Promise<void> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return;
    throw error;
  }
  await checkedReport(value, 'report.json', SCHEMA);
}

const TABLE = '[["bundle/a",3],["pypi/page/x",2]]';
const CONTENT = Buffer.concat([uint32(TABLE.length), Buffer.from(`${TABLE}abcde`)]);
const LEARNED = JSON.stringify({
  format: 1,
  breaks: [
    {
      kind: 'forbidden',
      importer: { name: 'flask', versions: ['1.0'] },
      provider: { name: 'werkzeug', versions: ['3.0', '3.1'] },
      seen: 'ImportError: cannot import name',
    },
  ],
});
const RECORDS = [
  {
    sequence: 0,
    previous: null,
    run: { id: 'r', tool: { name: 'fettle', version: '1' }, startedAt: '2026-01-01T00:00:00Z', inputs: {} },
  },
];
const STATEMENT = JSON.stringify({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'a', digest: { sha256: 'a'.repeat(64) }, annotations: { kind: 'file' } }],
  predicateType: 'urn:fettle:predicate:evidence-1',
  predicate: { head: 'x', records: RECORDS },
});
const ENVELOPE = JSON.stringify({
  payloadType: 'application/vnd.in-toto+json',
  payload: Buffer.from(STATEMENT).toString('base64'),
  signatures: [{ keyid: 'x', sig: 'AAAA' }],
});

export const DOCUMENT_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'repair-documents',
    seeds: [
      { path: 'test/prove/claims/pull-request.md' },
      { path: 'test/prove/claims/changelog.md' },
      { path: 'test/prove/claims/runbook.md' },
    ],
    words: [
      '| a | b |\n|---|---|\n',
      '`flask==2.0`',
      ' -> ',
      '**',
      '- [x] ',
      '- [ ] ',
      '# ',
      '> ',
      '<td>',
      '</table>',
      '&lt;',
      '```\n',
      'CVE-2024-1234',
      'from 1.0 to 2.0',
      'Python 3.12',
      ' is not ',
      '\\',
      '[a](b)',
      '\n\n',
      '<!--',
    ],
    read: (input) => readDocument(asText(input)),
  },
  {
    name: 'learned-files',
    seeds: [LEARNED],
    words: [
      '"kind":"needed"',
      '"importer":null',
      '"versions":[',
      '{',
      '}',
      '[',
      ']',
      '"__proto__":',
      'null',
      '"service":"x"',
      '\\u001b[31m',
    ],
    read: readBreaks,
  },
  {
    name: 'bundle-contents',
    seeds: [CONTENT],
    words: ['["a",1]', ',', '[', ']', '-1', '1e99', '4294967295', '"__proto__"'],
    read: readBundle,
  },
  {
    name: 'bundle-files',
    seeds: [
      Buffer.concat([
        MAGIC,
        uint32(FORMAT),
        uint32(HEADER.length),
        Buffer.from(HEADER),
        brotliCompressSync(CONTENT),
        Buffer.alloc(32),
      ]),
    ],
    words: ['\xff\xff\xff\xff', '\0\0\0\0', '{', '}'],
    read: readBundleFile,
  },
  {
    name: 'attestations',
    seeds: [STATEMENT, ENVELOPE],
    words: [
      '"records":',
      '[',
      ']',
      '{',
      '}',
      'null',
      '"__proto__":',
      '"digest":',
      '1e400',
      '"sig":"!"',
      '\\ud800',
    ],
    read: (input) =>
      readAttestation('/repo/attestation.json', { files: filesOf({ 'attestation.json': input }) }),
  },
  {
    name: 'kept-reports',
    seeds: ['{"schema":1,"tool":{"name":"fettle","version":"0.1.0"},"services":[],"findings":[]}'],
    words: ['{', '}', '[', ']', 'null', '"__proto__":', '"services":', '1e400'],
    read: (input) => readReport(asText(input)),
  },
];
