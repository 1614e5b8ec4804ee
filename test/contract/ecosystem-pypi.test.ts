import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { PackageName } from '../../src/domain/package-name.ts';
import { fixedClock } from '../../src/io/fixed-clock.ts';
import { overlaidFiles } from '../../src/io/overlaid-files.ts';
import type { World } from '../../src/io/world.ts';
import type {
  IndexSettings,
  Metadata,
  PackageIndex,
  PublishedPackage,
} from '../../src/read/ecosystems/ecosystem.ts';
import { pypi } from '../../src/read/ecosystems/pypi/pypi.ts';
import {
  coreMetadata,
  servePypi,
  wheelBytes,
  type Misbehaviour,
  type PypiServer,
  type ServedFile,
  type ServedProject,
  type ServerOptions,
} from './ecosystem-pypi-server.ts';
import { loopbackWorld, PYTHON_312 } from './ecosystem-world.ts';

const name = (text: string): PackageName => pypi.name(text) as PackageName;
const WHEEL = 'foo-1.0-py3-none-any.whl';

const servers: PypiServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(projects: readonly ServedProject[], options: ServerOptions = {}): Promise<PypiServer> {
  const server = await servePypi(projects, options);
  servers.push(server);
  return server;
}

function open(
  indexUrl: string | null,
  more: Partial<IndexSettings> = {},
  world: World = loopbackWorld(),
): Promise<PackageIndex> {
  return pypi.openIndex(world, {
    root: '/nowhere',
    indexUrl,
    options: [],
    offline: false,
    asOf: null,
    allowBuild: false,
    bundle: null,
    ...more,
  });
}

async function found(index: PackageIndex, text = 'foo'): Promise<PublishedPackage> {
  const published = await index.package(name(text));
  if (published === null) throw new Error(`${text} is not there`);
  return published;
}

async function metadataOf(files: readonly ServedFile[]): Promise<{ metadata: Metadata; server: PypiServer }> {
  const server = await serve([{ name: 'foo', files }]);
  const index = await open(server.indexUrl);
  return { metadata: await index.metadata(await found(index), 0, PYTHON_312), server };
}

async function sdist(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const archive = pack();
  for (const [path, text] of Object.entries(files)) archive.entry({ name: `foo-1.0/${path}` }, text);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

const beside = coreMetadata('foo', '1.0', ['Requires-Dist: from-file']);
const inside = coreMetadata('foo', '1.0', ['Requires-Dist: from-wheel']);

describe('metadata of a PyPI candidate', () => {
  it('is the file beside the wheel, asked for where it is not announced too', async () => {
    const { metadata, server } = await metadataOf([{ filename: WHEEL, metadata: beside }]);
    expect(metadata).toMatchObject({ source: 'metadata file', dependencies: [{ name: 'from-file' }] });
    expect(server.requests).toEqual(['GET /simple/foo/', `GET /files/foo/${WHEEL}.metadata`]);
  });

  it.each<[string, Partial<ServedFile>]>([
    ['is not there', {}],
    [
      'has not the digest that the index announced',
      { metadata: beside, announce: { sha256: 'f'.repeat(64) } },
    ],
    ['is of another project', { metadata: coreMetadata('bar', '1.0') }],
    ['is of another version', { metadata: coreMetadata('foo', '2.0') }],
    ['is no metadata', { metadata: '<html>' }],
    ['has a requirement that is none', { metadata: coreMetadata('foo', '1.0', ['Requires-Dist: ?']) }],
  ])('comes out of the wheel where that file %s', async (_, file) => {
    const body = wheelBytes('foo', '1.0', inside);
    const { metadata, server } = await metadataOf([{ filename: WHEEL, body, ...file }]);
    expect(metadata).toMatchObject({ source: 'wheel', dependencies: [{ name: 'from-wheel' }] });
    expect(server.headers.at(-1)!.range).toBe('bytes=-81920');
  });

  it('comes out of a wheel whose server knows no ranges', async () => {
    const { metadata } = await metadataOf([
      { filename: WHEEL, body: wheelBytes('foo', '1.0', inside), rangesRefused: true },
    ]);
    expect(metadata).toMatchObject({ source: 'wheel' });
  });

  it('comes out of the sdist where there is no wheel, by digest', async () => {
    const body = await sdist({
      'PKG-INFO': coreMetadata('foo', '1.0'),
      'foo.egg-info/PKG-INFO': coreMetadata('foo', '1.0'),
      'foo.egg-info/requires.txt': 'bar\n',
    });
    const { metadata } = await metadataOf([{ filename: 'foo-1.0.tar.gz', body }]);
    expect(metadata).toMatchObject({ source: 'sdist egg-info', dependencies: [{ name: 'bar' }] });
  });

  it('is unknown, with every reason, where only a build would tell', async () => {
    const body = await sdist({ 'setup.py': 'setup(install_requires=["bar"])' });
    const { metadata } = await metadataOf([{ filename: 'foo-1.0.tar.gz', body }]);
    expect(metadata).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('only when it is built') as string,
    });
  });

  it('is unknown where the sdist is larger than is read, and the run goes on', async () => {
    const body = await sdist({ 'PKG-INFO': coreMetadata('foo', '1.0') });
    const server = await serve([{ name: 'foo', files: [{ filename: 'foo-1.0.tar.gz', body }] }]);
    const world = loopbackWorld();
    const http: World['http'] = {
      request: (asked) =>
        world.http.request(asked.url.endsWith('.tar.gz') ? { ...asked, maxBytes: body.length - 1 } : asked),
      close: () => world.http.close(),
    };
    const index = await open(server.indexUrl, {}, { ...world, http });
    expect(await index.metadata(await found(index), 0, PYTHON_312)).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('foo-1.0.tar.gz is larger than') as string,
    });
  });

  it('is that of the wheel chosen for each target', async () => {
    const linux = 'foo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl';
    const mac = 'foo-1.0-cp312-cp312-macosx_11_0_arm64.whl';
    const server = await serve([
      {
        name: 'foo',
        files: [
          { filename: linux, metadata: coreMetadata('foo', '1.0', ['Requires-Dist: nvidia']) },
          { filename: mac, metadata: coreMetadata('foo', '1.0', ['Requires-Dist: metal']) },
        ],
      },
    ]);
    const index = await open(server.indexUrl);
    const foo = await found(index);
    const darwin = { ...PYTHON_312, os: 'macos', architecture: 'arm64', libc: null } as const;
    expect(await index.metadata(foo, 0, PYTHON_312)).toMatchObject({ dependencies: [{ name: 'nvidia' }] });
    expect(await index.metadata(foo, 0, darwin)).toMatchObject({ dependencies: [{ name: 'metal' }] });
  });

  it('is kept: another run asks only for the page', async () => {
    const server = await serve([
      { name: 'foo', files: [{ filename: WHEEL, body: wheelBytes('foo', '1.0', inside) }] },
    ]);
    const world = loopbackWorld();
    const first = await open(server.indexUrl, {}, world);
    await first.metadata(await found(first), 0, PYTHON_312);
    const before = server.requests.length;
    const second = await open(server.indexUrl, {}, loopbackWorld(world));
    expect(second.metadata(await found(second), 0, PYTHON_312)).toMatchObject({ source: 'wheel' });
    expect(server.requests).toHaveLength(before);
  });
});

describe('pages of a PyPI index', () => {
  const file = (version: string): ServedFile => ({ filename: `foo-${version}-py3-none-any.whl` });

  it.each(['json', 'html'] as const)('are read as %s', async (format) => {
    const files = [
      { ...file('1.0'), yanked: 'bad' },
      { ...file('2.0'), requiresPython: '<3.12' },
      file('3.0'),
    ];
    const server = await serve([{ name: 'foo', files }], { format });
    const foo = await found(await open(server.indexUrl));
    expect([...foo.installable(PYTHON_312).positions()]).toEqual([0, 2]);
    expect([...foo.yanked.positions()]).toEqual([0]);
    expect(foo.hashes(2)[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it.each([true, false])(
    'are asked for again after ten minutes and not before (etags: %s)',
    async (etags) => {
      const server = await serve([{ name: 'foo', files: [file('1.0')] }], { etags });
      const world = loopbackWorld();
      const clock = fixedClock('2026-01-01T00:00:00Z');
      const versions = async (): Promise<number> => {
        const index = await open(server.indexUrl, {}, loopbackWorld(world, clock));
        return (await found(index)).versions.length;
      };
      expect(await versions()).toBe(1);
      server.replace([{ name: 'foo', files: [file('1.0'), file('2.0')] }]);
      clock.advance(9 * 60_000);
      expect([await versions(), server.requests.length]).toEqual([1, 1]);
      clock.advance(2 * 60_000);
      expect([await versions(), server.requests.length]).toEqual([2, 2]);
      clock.advance(11 * 60_000);
      expect([await versions(), server.requests.length]).toEqual([2, 3]);
      expect(server.headers.at(-1)!['if-none-match'] !== undefined).toBe(etags);
    },
  );

  const raw =
    (status: number, type: string, body: string): Misbehaviour =>
    (_, response) =>
      void response.writeHead(status, { 'content-type': type }).end(body);
  const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
  it.each<[string, Misbehaviour, string]>([
    ['is no JSON', raw(200, JSON_TYPE, '<html>busy</html>'), 'index-invalid'],
    ['is of another project', raw(200, JSON_TYPE, '{"name":"bar","files":[]}'), 'index-invalid'],
    ['is of another kind', raw(200, 'image/png', 'png'), 'index-invalid'],
    ['is refused', raw(401, 'text/plain', ''), 'index-unreachable'],
    [
      'breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': 1000 });
        response.write('{"files":[');
        setImmediate(() => response.destroy());
      },
      'index-unreachable',
    ],
  ])('that %s is an error that names the package', async (_, misbehaviour, code) => {
    const server = await serve([], { misbehave: new Map([['foo', misbehaviour]]) });
    const index = await open(server.indexUrl);
    await expect((async () => await index.package(name('foo')))()).rejects.toMatchObject({
      code,
      outside: true,
      message: expect.stringContaining('foo') as string,
    });
  });

  it('send credentials of the index URL, and show them nowhere', async () => {
    const server = await serve([{ name: 'foo', files: [{ ...file('1.0'), metadata: beside }] }], {
      credentials: { username: 'ann', password: 's3cret' },
    });
    const withPassword = server.indexUrl.replace('//', '//ann:s3cret@');
    const keys: string[] = [];
    const world = loopbackWorld();
    const watched = {
      ...world,
      cache: {
        ...world.cache,
        put: (table: never, key: string, value: Uint8Array) => {
          keys.push(key + Buffer.from(value).toString('latin1'));
          world.cache.put(table, key, value);
        },
      },
    };
    const index = await open(withPassword, {}, watched);
    expect(await index.metadata(await found(index), 0, PYTHON_312)).toMatchObject({ kind: 'known' });
    expect(JSON.stringify([index.sources, keys, (await found(index)).indexes])).not.toContain('s3cret');
    const wrong = await open(withPassword.replace('s3cret', 'wr0ng'));
    const error: unknown = await (async () => await wrong.package(name('foo')))().catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({
      code: 'index-unreachable',
      hint: expect.stringContaining('credentials') as string,
    });
    expect(String((error as Error).message)).not.toContain('wr0ng');
  });

  it('of several indexes are taken together, and a name on two is told', async () => {
    const [one, two] = [
      await serve([{ name: 'foo', files: [file('1.0')] }]),
      await serve([
        { name: 'foo', files: [file('2.0')] },
        { name: 'bar', files: [{ filename: 'bar-1.0.zip' }] },
      ]),
    ];
    const options = [
      {
        indexUrl: one.indexUrl,
        extraIndexUrls: [two.indexUrl],
        findLinks: [],
        noIndex: false,
        pre: false,
        noBinary: [],
        onlyBinary: [],
        requireHashes: false,
      },
    ];
    const index = await open(null, { options });
    const foo = await found(index);
    expect(foo.versions.map(({ text }) => text)).toEqual(['1.0', '2.0']);
    expect(foo.indexes).toEqual([one.indexUrl, two.indexUrl]);
    expect((await found(index, 'bar')).indexes).toEqual([two.indexUrl]);
  });

  it('of a package that its project takes from one index alone come from there', async () => {
    const [common, own] = [
      await serve([{ name: 'foo', files: [file('1.0')] }]),
      await serve([{ name: 'foo', files: [file('2.0')] }]),
    ];
    const pyproject =
      `[[tool.uv.index]]\nname = "own"\nurl = "${own.indexUrl}"\nexplicit = true\n` +
      '[tool.uv.sources]\nFoo = [{ index = "own" }]\n"f!o" = { index = "own" }\n';
    const world = loopbackWorld();
    const files = overlaidFiles(world.files, new Map([['/nowhere/pyproject.toml', Buffer.from(pyproject)]]));
    const index = await open(common.indexUrl, {}, { ...world, files });
    expect((await found(index)).versions.map(({ text }) => text)).toEqual(['2.0']);
  });

  it('tell near names with a bounded number of questions', async () => {
    const server = await serve([{ name: 'requests', files: [{ filename: 'requests-1.0.zip' }] }]);
    const index = await open(server.indexUrl);
    expect(await index.package(name('request'))).toBeNull();
    expect(await index.nearNames(name('request'))).toContain('requests');
    expect(server.requests.length).toBeLessThanOrEqual(13);
  });
});
