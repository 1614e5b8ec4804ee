import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { normalizeName, parseName } from '../../src/read/ecosystems/pypi/name.ts';
import type { PackageName } from '../../src/domain/package-name.ts';
import type { PageFile, SimplePage } from '../../src/read/ecosystems/pypi/page-file.ts';
import { ACCEPT_PAGE, parseSimplePage } from '../../src/read/ecosystems/pypi/simple-page.ts';
import { pypi } from '../../src/read/ecosystems/pypi/pypi.ts';
import { negotiated, servePypi } from '../contract/ecosystem-pypi-server.ts';
import type { PypiServer, ServedProject, ServerOptions } from '../contract/ecosystem-pypi-server.ts';
import { loopbackWorld, PYTHON_312 } from '../contract/ecosystem-world.ts';

/* JSON pages of the simple API (PEP 691 and what was added to it), how they are asked for, and names (PEP 503). */

const PAGE = 'https://index.example/simple/foo/';
const TYPE = 'application/vnd.pypi.simple.v1+json';
const FILENAME = 'foo-1.0-py3-none-any.whl';
const FILE = { filename: FILENAME, url: FILENAME, hashes: {} };

function read(page: object, type = TYPE): SimplePage {
  const body = JSON.stringify({ meta: { 'api-version': '1.0' }, name: 'foo', files: [FILE], ...page });
  return parseSimplePage(Buffer.from(body), type, PAGE, 'foo', normalizeName);
}

const FILES: readonly (readonly [section: string, entry: object, file: Partial<PageFile>])[] = [
  ['PEP 691 url: relative to the page', { url: '../../f/x.whl' }, { url: 'https://index.example/f/x.whl' }],
  ['PEP 691 url: absolute', { url: 'https://files.example/x.whl' }, { url: 'https://files.example/x.whl' }],
  [
    'PEP 691 filename: does not come from the address',
    { url: 'https://files.example/blob/0' },
    { filename: FILENAME },
  ],
  ['PEP 691 hashes: may be empty', { hashes: {} }, { hash: null }],
  [
    'PEP 691 hashes: sha256 before others',
    { hashes: { md5: '0', sha512: 'b'.repeat(128), sha256: 'a'.repeat(64) } },
    { hash: `sha256:${'a'.repeat(64)}` },
  ],
  ['PEP 691 requires-python', { 'requires-python': '>=3.8,<4' }, { requiresPython: '>=3.8,<4' }],
  ['PEP 691 requires-python: null', { 'requires-python': null }, { requiresPython: '' }],
  ['PEP 691 yanked: true', { yanked: true }, { yanked: '' }],
  ['PEP 691 yanked: false', { yanked: false }, { yanked: null }],
  ['PEP 691 yanked: a reason', { yanked: 'broke the build' }, { yanked: 'broke the build' }],
  ['PEP 691 gpg-sig: changes nothing', { 'gpg-sig': true }, { filename: FILENAME }],
  ['PEP 714 core-metadata: true', { 'core-metadata': true }, { metadata: { hash: '' } }],
  [
    'PEP 714 core-metadata: hashes',
    { 'core-metadata': { sha256: 'c'.repeat(64) } },
    { metadata: { hash: `sha256:${'c'.repeat(64)}` } },
  ],
  [
    'PEP 714 core-metadata: false counts before the older name',
    { 'core-metadata': false, 'dist-info-metadata': true },
    { metadata: null },
  ],
  [
    'PEP 691 dist-info-metadata: the older name',
    { 'dist-info-metadata': { sha256: 'c'.repeat(64) } },
    { metadata: { hash: `sha256:${'c'.repeat(64)}` } },
  ],
  ['PEP 700 size', { size: 123_456 }, { size: 123_456 }],
  [
    'PEP 700 upload-time',
    { 'upload-time': '2022-11-05T12:15:02.123456Z' },
    { uploaded: Date.UTC(2022, 10, 5, 12, 15, 2) / 1000 },
  ],
  [
    'PEP 700 upload-time: without fractions',
    { 'upload-time': '2022-11-05T12:15:02Z' },
    { uploaded: Date.UTC(2022, 10, 5, 12, 15, 2) / 1000 },
  ],
  ['PEP 740 provenance: is passed over', { provenance: 'https://index.example/p' }, { filename: FILENAME }],
  [
    'PEP 691: keys that are not known are passed over',
    { _later: [1, 2], 'x-own': null },
    { filename: FILENAME },
  ],
];

describe('an entry of a JSON page', () => {
  it.each(FILES)('%s', (_, entry, file) => {
    expect(read({ files: [{ ...FILE, ...entry }] }).files).toEqual([expect.objectContaining(file)]);
  });
});

describe('a JSON page', () => {
  it.each(['1.0', '1.1', '1.2', '1.3', '1.4', '1.42'])(
    'PEP 629: is read where it says version %s',
    (version) => {
      expect(read({ meta: { 'api-version': version } }).files).toHaveLength(1);
    },
  );

  it.each(['2.0', '2.1', '10.0'])('PEP 629: is refused where it says version %s', (version) => {
    expect(() => read({ meta: { 'api-version': version } })).toThrow(`API version ${version}`);
  });

  it.each([
    ['PEP 691 Content types', TYPE],
    ['PEP 691 Content types: the latest', 'application/vnd.pypi.simple.latest+json'],
    ['RFC 9110 8.3: with parameters, in any case', 'Application/VND.pypi.simple.v1+JSON; charset=UTF-8'],
    ['servers that know of no such type', 'application/json'],
  ])('%s: is read', (_, type) => {
    expect(read({}, type).files).toHaveLength(1);
  });

  it.each(['application/vnd.pypi.simple.v2+json', 'application/vnd.pypi.simple.v10+json'])(
    'PEP 691 Content types: is refused as %s',
    (type) => {
      expect(() => read({ meta: {} }, type)).toThrow('API version');
    },
  );

  it('PEP 691 Content types: HTML of a later major version is refused too', () => {
    const body = Buffer.from('<a href="foo-1.0.zip">x</a>');
    const type = 'application/vnd.pypi.simple.v2+html';
    expect(() => parseSimplePage(body, type, PAGE, 'foo', normalizeName)).toThrow('API version 2');
  });

  it('PEP 700 versions: may name such as have no file', () => {
    expect(read({ files: [], versions: ['1.0', '2.0'] }).versions).toEqual(['1.0', '2.0']);
    expect(read({ files: [] }).versions).toBeNull();
  });

  it('PEP 708: what else an index says of itself does not stop the page', () => {
    const meta = { 'api-version': '1.2', tracks: ['https://other.example/simple/foo/'] };
    expect(read({ meta, 'alternate-locations': ['https://other.example/simple/foo/'] }).files).toHaveLength(
      1,
    );
  });

  it.each(['active', 'archived', 'quarantined', 'deprecated'] as const)(
    'PEP 792: tells that its project is %s',
    (state) => {
      expect(read({ 'project-status': { status: state, reason: 'moved' } }).status).toEqual({
        state,
        reason: 'moved',
      });
    },
  );

  it.each(['Foo', 'FOO'])('PEP 691 name: may be written %s', (name) => {
    expect(read({ name }).files).toHaveLength(1);
  });
});

const NAMES: readonly (readonly [written: string, normalised: string | null])[] = [
  ['friendly-bard', 'friendly-bard'],
  ['Friendly-Bard', 'friendly-bard'],
  ['FRIENDLY-BARD', 'friendly-bard'],
  ['friendly.bard', 'friendly-bard'],
  ['friendly_bard', 'friendly-bard'],
  ['friendly--bard', 'friendly-bard'],
  ['FrIeNdLy-._.-bArD', 'friendly-bard'],
  ['a', 'a'],
  ['3to2', '3to2'],
  ['-a', null],
  ['a.', null],
  ['a b', null],
  ['ä', null],
  ['', null],
];

describe('a name (PEP 503, "Normalized Names"; PEP 508, "Names")', () => {
  it.each(NAMES)('%j is %j', (written, normalised) => {
    const name = parseName(written);
    expect(typeof name === 'string' ? name : null).toBe(normalised);
  });

  it('is one however runs of "-", "_" and "." and letters are written, and normal as it is then', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const between = fc.stringMatching(/^[-_.]{1,4}$/);
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 5 }),
        between,
        fc.boolean(),
        (parts, separator, capitals) => {
          const text = parts.join(separator);
          const written = capitals ? text.toUpperCase() : text;
          expect(normalizeName(written)).toBe(parts.join('-'));
          expect(normalizeName(normalizeName(written))).toBe(normalizeName(written));
        },
      ),
    );
  });
});

const servers: PypiServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const name = (text: string): PackageName => pypi.name(text) as PackageName;
const METADATA = 'Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n\n';
const PROJECT: ServedProject = {
  name: 'foo',
  files: [
    {
      filename: FILENAME,
      requiresPython: '>=3.8',
      yanked: 'why & "so"',
      metadata: METADATA,
      announce: true,
      signed: true,
    },
    { filename: 'foo-1.0.tar.gz', requiresPython: '>=3.8', yanked: 'why & "so"' },
  ],
};

async function seen(options: ServerOptions, project = PROJECT) {
  const server = await servePypi([project], options);
  servers.push(server);
  const settings = { root: '/nowhere', indexUrl: server.indexUrl, options: [], offline: false, asOf: null };
  const index = await pypi.openIndex(loopbackWorld(), { ...settings, allowBuild: false, bundle: null });
  const published = (await index.package(name('foo')))!;
  const files = published
    .files(0)
    .map(({ filename, kind, hash, yanked }) => ({ filename, kind, hash, yanked }));
  const said = {
    versions: published.versions.map(({ text }) => text),
    files,
    reason: published.yankReason(0),
    python: published.requiresRuntime(0),
  };
  return { said, server, metadata: await index.metadata(published, 0, PYTHON_312) };
}

describe('what is asked of an index', () => {
  it('PEP 691 Version + Format Selection: JSON before HTML, in one header', async () => {
    const { server } = await seen({ format: 'accept' });
    expect(server.headers[0]!.accept).toBe(ACCEPT_PAGE);
    expect(negotiated(ACCEPT_PAGE)).toBe(TYPE);
    expect(server.requests[0]).toBe('GET /simple/foo/');
  });

  it('PEP 691: an index that has HTML alone is as good', async () => {
    const [json, html] = [await seen({ format: 'json' }), await seen({ format: 'html' })];
    expect(html.said).toEqual(json.said);
    expect(json.said).toMatchObject({ versions: ['1.0'], reason: 'why & "so"', python: '>=3.8' });
    expect(html.metadata).toEqual(json.metadata);
  });

  it.each(['html', 'json'] as const)(
    'PEP 503: addresses are relative to where a redirect leads (%s)',
    async (format) => {
      const there = await servePypi([PROJECT], { format });
      servers.push(there);
      const location = `${there.indexUrl}foo/`;
      const misbehave = new Map([
        [
          'foo',
          (_: unknown, response: { writeHead(status: number, headers: object): { end(): void } }) =>
            response.writeHead(302, { location }).end(),
        ],
      ]);
      const { said } = await seen({ misbehave } as ServerOptions);
      expect(said.files).toHaveLength(2);
      expect(there.requests).toEqual(['GET /simple/foo/', `GET /files/foo/${FILENAME}.metadata`]);
    },
  );

  it('says the same of any project, whichever form its page has', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '<', '>', '&', '"', "'", ' ', '=', 'é', ';'),
      maxLength: 8,
    });
    const version = fc.tuple(fc.nat(20), fc.nat(20)).map((parts) => parts.join('.'));
    const file = fc.record({
      version,
      wheel: fc.boolean(),
      python: fc.constantFrom('', '>=3.8', '>=3.8,<4', '!=3.9.*'),
      yanked: fc.oneof(
        fc.constant(false),
        fc.constant(true),
        text.filter((t) => t !== ''),
      ),
    });
    const projects = fc.uniqueArray(file, {
      selector: (one) => `${one.version} ${one.wheel}`,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(projects, async (all) => {
        const files = all.map(({ version: v, wheel, python, yanked }) => ({
          filename: wheel ? `foo-${v}-py3-none-any.whl` : `foo-${v}.tar.gz`,
          requiresPython: python,
          yanked,
        }));
        const [json, html] = await Promise.all(
          (['json', 'html'] as const).map((format) => pageOf(files, format)),
        );
        expect(html).toEqual(json);
      }),
      { numRuns: 60 },
    );
  });
});

/** All that is said of each version. */
async function pageOf(files: ServedProject['files'], format: 'json' | 'html'): Promise<unknown> {
  const server = await servePypi([{ name: 'foo', files }], { format });
  const settings = { root: '/nowhere', indexUrl: server.indexUrl, options: [], offline: false, asOf: null };
  const index = await pypi.openIndex(loopbackWorld(), { ...settings, allowBuild: false, bundle: null });
  const published = (await index.package(name('foo')))!;
  await server.close();
  return published.versions.map(({ text }, at) => ({
    text,
    files: published.files(at).map(({ filename, kind, hash, yanked }) => ({ filename, kind, hash, yanked })),
    reason: published.yankReason(at),
    python: published.requiresRuntime(at),
    installable: published.installable(PYTHON_312).has(at),
  }));
}
