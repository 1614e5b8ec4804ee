import { afterEach, describe, expect, it } from 'vitest';
import type { PackageName } from '../../src/domain/package-name.ts';
import { pypi } from '../../src/read/ecosystems/pypi/pypi.ts';
import { coreMetadata, servePypi, wheelBytes } from '../contract/ecosystem-pypi-server.ts';
import type { PypiServer, ServedFile, ServerOptions } from '../contract/ecosystem-pypi-server.ts';
import { loopbackWorld, PYTHON_312 } from '../contract/ecosystem-world.ts';

/* Metadata files beside wheels (PEP 658, 714): which of them are asked for and believed, and what is read instead. */

const WHEEL = 'foo-1.0-py3-none-any.whl';
const BESIDE = coreMetadata('foo', '1.0', ['Requires-Dist: beside']);
const INSIDE = wheelBytes('foo', '1.0', coreMetadata('foo', '1.0', ['Requires-Dist: inside']));
const OTHER = coreMetadata('bar', '1.0', ['Requires-Dist: beside']);
const NO_HASH = { sha256: '0'.repeat(64) };

let server: PypiServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

/** What foo 1.0 needs by what is served of it, and what was asked for besides the page, in order. */
async function needs(
  file: Partial<ServedFile>,
  format: ServerOptions['format'],
): Promise<readonly [string, readonly string[]]> {
  server = await servePypi([{ name: 'foo', files: [{ filename: WHEEL, body: INSIDE, ...file }] }], {
    format: format!,
  });
  const settings = { root: '/nowhere', indexUrl: server.indexUrl, options: [], offline: false, asOf: null };
  const index = await pypi.openIndex(loopbackWorld(), { ...settings, allowBuild: false, bundle: null });
  const published = (await index.package(pypi.name('foo') as PackageName))!;
  const metadata = await index.metadata(published, 0, PYTHON_312);
  const said =
    metadata.kind === 'known' ? metadata.dependencies.map(({ name }) => name).join() : metadata.why;
  return [
    said,
    server.requests.slice(1).map((request) => request.replace(/^.*foo-1\.0-py3-none-any\.whl/, 'wheel')),
  ];
}

const ROWS: readonly (readonly [
  section: string,
  file: Partial<ServedFile>,
  says: string,
  asked: readonly string[],
])[] = [
  ['PEP 658: announced with its hash', { metadata: BESIDE, announce: true }, 'beside', ['wheel.metadata']],
  ['PEP 658: announced without', { metadata: BESIDE, announce: 'bare' }, 'beside', ['wheel.metadata']],
  ['PEP 658: not announced, and there all the same', { metadata: BESIDE }, 'beside', ['wheel.metadata']],
  ['PEP 658: not there: out of the wheel', {}, 'inside', ['wheel.metadata', 'wheel']],
  ['PEP 658: announced and not there', { announce: 'bare' }, 'inside', ['wheel.metadata', 'wheel']],
  [
    'PEP 658: of another hash than announced it is not believed',
    { metadata: BESIDE, announce: NO_HASH },
    'inside',
    ['wheel.metadata', 'wheel'],
  ],
  [
    'PEP 658: of another package it is not believed',
    { metadata: OTHER, announce: true },
    'inside',
    ['wheel.metadata', 'wheel'],
  ],
  [
    'RFC 9110 14.3: a server without ranges: the wheel in one piece',
    { rangesRefused: true },
    'inside',
    ['wheel.metadata', 'wheel'],
  ],
];

describe.each(['json', 'html'] as const)('by a page in %s', (format) => {
  it.each(ROWS)('%s', async (_, file, says, asked) => {
    expect(await needs(file, format)).toEqual([says, asked]);
  });
});
