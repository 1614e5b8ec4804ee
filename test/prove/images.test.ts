import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeWorld, openWorld } from '../../src/io/real-world.ts';
import type { World } from '../../src/io/world.ts';
import { buildImage } from '../../src/prove/images/build-image.ts';
import { builderCommand, findBuilder } from '../../src/prove/images/builder.ts';
import type { Builder } from '../../src/prove/images/builder.ts';
import type { ImageBuild } from '../../src/prove/images/image-build.ts';
import { measureImage } from '../../src/prove/images/measure-image.ts';
import { withUnpacked } from '../../src/prove/images/unpacked-image.ts';
import { removeImage } from '../../src/prove/images/use-store.ts';
import { imageTitle, IMAGES, noBaseImage, withBaseImage } from '../support/base-image.ts';

/* Real images of a real builder, on the stand-in for python:3.11-slim. */

const folder = mkdtempSync(join(tmpdir(), 'fettle-images-'));
const world: World = await openWorld({
  cacheDir: join(folder, 'cache'),
  environment: { ...process.env, BUILD_TOKEN: 'open-sesame-123' },
  onWarning: () => undefined,
});
afterAll(async () => {
  await closeWorld(world);
  rmSync(folder, { recursive: true });
});

let made = 0;
function context(files: Readonly<Record<string, string>>): string {
  const root = join(folder, `context-${++made}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

it('no builder of images is told with what to install', async () => {
  const bare = { ...world, environment: { PATH: '/nowhere' } };
  expect(await findBuilder(bare, join(folder, 'store'))).toMatchObject({
    kind: 'no-builder',
    hint: expect.stringContaining('buildah') as string,
  });
});

describe.skipIf(noBaseImage !== null)(imageTitle('images'), { timeout: 300_000 }, () => {
  let builder: Builder;
  beforeAll(async () => {
    const found = await findBuilder(world, join(IMAGES, 'store'));
    if (found.kind === 'no-builder') throw new Error(found.why);
    builder = found;
    withBaseImage(builder);
  }, 300_000);

  function build(
    root: string,
    replaced: ReadonlyMap<string, Uint8Array> = new Map(),
    where: World = world,
    timeMs = 250_000,
  ): Promise<ImageBuild> {
    return buildImage(
      {
        ...{ context: root, dockerfile: 'Dockerfile', replaced, buildArgs: {}, target: null },
        ...{ name: `test-${made}`, offline: true, timeMs },
      },
      builder,
      where,
    );
  }

  it('are built from the files as they will be, measured by layer, and unpacked to be started', async () => {
    const root = context({
      Dockerfile:
        'FROM python:3.11-slim\nWORKDIR /srv\nCOPY app.txt ignored.txt* ./\nRUN mkdir -p /root/.cache/pip && head -c 3000000 /dev/zero > /root/.cache/pip/wheel\nEXPOSE 9000\nCMD ["python", "-m", "app"]\n',
      'app.txt': 'as it is\n',
      'ignored.txt': 'not in the image\n',
      '.dockerignore': 'ignored.txt\n',
    });
    const built = await build(root, new Map([['app.txt', Buffer.from('as it will be\n')]]));
    if (built.kind !== 'built') throw new Error(JSON.stringify(built));
    try {
      expect(built.check.digests['image']).toMatch(/^sha256:/);
      expect(readdirSync(root).sort()).toEqual(['.dockerignore', 'Dockerfile', 'app.txt', 'ignored.txt']);
      const measure = await measureImage(built.image, builder, world);
      if (measure.kind !== 'measured') throw new Error(measure.why);
      expect(measure.distributions.map(({ name }) => name)).toContain('pip');
      const cache = measure.savings.find(({ kind }) => kind === 'caches');
      expect(cache?.bytes).toBeGreaterThanOrEqual(3_000_000);
      const own = measure.layers.filter(({ base }) => !base).reduce((sum, { bytes }) => sum + bytes, 0);
      expect(own).toBeLessThan(4_000_000);
      const unpacked = await withUnpacked(built.image, builder, world, async (image) => ({
        ...image,
        text: Buffer.from((await world.files.read(join(image.root, 'srv/app.txt')))!).toString(),
        ignored: await world.files.read(join(image.root, 'srv/ignored.txt')),
      }));
      expect(unpacked).toMatchObject({
        ...{ command: ['python', '-m', 'app'], workdir: '/srv', port: 9000 },
        ...{ text: 'as it will be\n', ignored: null },
      });
      if ('root' in unpacked) expect(await world.files.realPath(unpacked.root)).toBeNull();
    } finally {
      await removeImage(built.image.reference, builder, world);
    }
  });

  it('that fail are told by the instruction and its line, and no secret of the machine is in the log', async () => {
    const root = context({
      Dockerfile: 'FROM python:3.11-slim\n\nRUN echo open-sesame-123 && python -c "import not_there"\n',
    });
    const failed = await build(root);
    expect(failed).toMatchObject({ kind: 'failed', at: { file: 'Dockerfile', line: 3 } });
    expect(failed.log).toContain("No module named 'not_there'");
    expect(failed.log).not.toContain('open-sesame-123');
  });

  it('of which the base cannot be had are unknown', async () => {
    const built = await build(context({ Dockerfile: 'FROM index.example/nowhere:1\nRUN true\n' }));
    expect(built).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('the base image is not on this machine') as string,
    });
  });

  it('find the certificates and the index of this machine in their RUNs, and keep neither', async () => {
    const secret = 'tops3cret-word';
    const [folder, path] = [context({ 'ca.crt': rootCertificates[0]! }), process.env['PATH'] ?? ''];
    const environment = {
      ...{ PATH: path, HOME: process.env['HOME'] ?? '/', SSL_CERT_FILE: join(folder, 'ca.crt') },
      ...{
        PIP_INDEX_URL: `https://someone:${secret}@index.example/simple`,
        HTTPS_PROXY: `http://p:${secret}@proxy.example:8`,
      },
    };
    const root = context({
      Dockerfile: [
        'FROM python:3.11-slim AS first',
        'RUN head -1 "$PIP_CERT" && test "$SSL_CERT_FILE" = "$REQUESTS_CA_BUNDLE"',
        'FROM first',
        'RUN pip config list && echo "proxy $HTTPS_PROXY"',
      ].join('\n'),
    });
    const there = { ...world, environment };
    const built = await build(root, new Map(), there);
    if (built.kind !== 'built') throw new Error(JSON.stringify(built));
    try {
      expect(built.log).toContain('-----BEGIN CERTIFICATE-----');
      expect(built.log).toMatch(/global\.index-url='https:\/\/\S*index\.example\/simple'/);
      expect(built.log).toMatch(/proxy http:\/\/\S+proxy\.example:8/);
      expect(JSON.stringify(built)).not.toContain(secret);
      const [program, ...words] = builderCommand(builder);
      const config = execFileSync(program, [...words, 'inspect', '--type', 'image', built.image.reference], {
        encoding: 'utf8',
      });
      expect(config).not.toContain(secret);
      const { Env } = (JSON.parse(config) as { OCIv1: { config: { Env: string[] } } }).OCIv1.config;
      expect(Env.join(' ')).not.toMatch(/fettle|CERT|proxy/i);
      const left = await withUnpacked(built.image, builder, there, (image) =>
        Promise.resolve(readdirSync(join(image.root, 'run/fettle'))),
      );
      expect(left).toEqual([]);
    } finally {
      await removeImage(built.image.reference, builder, there);
    }
  });

  it('leave no container, mount or image, and what a killed run has left is taken away by the next', async () => {
    const [program, ...words] = builderCommand(builder);
    const ask = (...more: readonly string[]) =>
      execFileSync(program, [...words, ...more], { encoding: 'utf8' }).trim();
    const mounts = () =>
      readFileSync('/proc/self/mounts', 'utf8')
        .split('\n')
        .filter((line) => line.includes(`${builder.store!.root}/`) && line.includes('/merged'));
    const container = ask('from', '--pull-never', 'python:3.11-slim');
    ask('mount', container);
    const built = await build(context({ Dockerfile: 'FROM python:3.11-slim\nRUN true\n' }));
    if (built.kind !== 'built') throw new Error(JSON.stringify(built));
    await removeImage(built.image.reference, builder, world);
    expect(ask('containers', '--quiet')).toBe('');
    expect(mounts()).toEqual([]);
    expect(ask('images', '--all', '--format', '{{.Name}}').split('\n')).toEqual(['localhost/python']);
  });

  it('that take too long are ended and unknown', async () => {
    const slow = await build(
      context({ Dockerfile: 'FROM python:3.11-slim\nRUN sleep 217\n' }),
      new Map(),
      world,
      4000,
    );
    expect(slow).toMatchObject({ kind: 'unknown', why: 'the build did not end in 4 seconds' });
    expect(
      readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).join(' ') === 'sleep 217'),
    ).toEqual([]);
  });
});

function commandOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\u0000').slice(0, -1);
  } catch (error) {
    // It has ended meanwhile.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ESRCH') throw error;
    return [];
  }
}
