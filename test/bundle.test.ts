import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createBundle } from '../src/create-bundle.ts';
import type { CreatedBundle } from '../src/create-bundle.ts';
import type { Job } from '../src/domain/job.ts';
import type { Http } from '../src/io/http.ts';
import { fixedClock } from '../src/io/fixed-clock.ts';
import type { World } from '../src/io/world.ts';
import { bundleHeader, parseBundle } from '../src/read/bundle/read-bundle.ts';
import { bundleBytes } from '../src/read/bundle/write-bundle.ts';
import { plan, repair, scan } from '../src/repair.ts';
import { lock } from '../src/lock.ts';
import { reportOf } from '../src/show/report/make-report.ts';
import type { Report } from '../src/show/report/report.ts';
import { loopbackWorld } from './contract/ecosystem-world.ts';
import { loopbackService } from './support/loopback-service.ts';
import type { LoopbackService } from './support/loopback-service.ts';

const DAY = '2026-03-04T05:06:07Z';
const services: LoopbackService[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
});

async function served(): Promise<LoopbackService> {
  const service = await loopbackService();
  services.push(service);
  return service;
}

function jobFor({ folder, server }: LoopbackService, more: Partial<Job> = {}): Job {
  return {
    ...{ root: join(folder, 'service'), paths: [], service: null, pythons: [], platforms: [] },
    ...{ indexUrl: server.indexUrl, offline: false, asOf: null, allowBuild: false, only: [] },
    ...{ advisories: [join(folder, 'advisories')], severity: null, strategy: null, prereleases: null },
    bundle: null,
    ...more,
  };
}

/** A job from the bundle alone: no index, no advisories, and a network that fails the test. */
function fromBundle(service: LoopbackService, bundle: ReadonlyMap<string, Uint8Array>): Job {
  return jobFor(service, { indexUrl: null, advisories: [], bundle, day: new Date(DAY) });
}

const noNetwork: Http = {
  request: ({ url }) => Promise.reject(new Error(`the network was asked for ${url}`)),
  close: () => Promise.resolve(),
};

function worldOf(): World {
  return loopbackWorld(undefined, fixedClock(DAY));
}

const offlineWorld = (): World => ({ ...worldOf(), http: noNetwork });

async function create(service: LoopbackService, more: Partial<Job> = {}): Promise<CreatedBundle> {
  return createBundle(jobFor(service, more), worldOf(), '1.2.3');
}

/** Without what names the index: the one thing that a bundle does not know. */
function comparable(report: Report): unknown {
  const { sources, evidence, ...rest } = report;
  return {
    ...rest,
    advisories: sources.advisories,
    evidence: evidence.filter(({ id }) => !id.startsWith('evidence:index:')),
  };
}

describe('a job from a bundle', () => {
  it('gives the same plan as from the index, with no network at all', async () => {
    const service = await served();
    const direct = await plan(jobFor(service), worldOf());
    const { bytes } = await create(service);
    await service.server.close();
    const bundle = await parseBundle(bytes, 'a.bundle');
    const offline = await plan(fromBundle(service, bundle), offlineWorld());
    expect(direct.plans[0]!.plan.changes.map(({ name, to }) => [name, to?.version.text])).toEqual([
      ['web', '1.1'],
      ['core', '1.5'],
    ]);
    expect(offline.write.files).toEqual(direct.write.files);
    expect(comparable(reportOf(offline))).toEqual(comparable(reportOf(direct)));
  });

  it('can be written and read again: what the plan leads to is in the bundle too', async () => {
    const service = await served();
    const bundle = await parseBundle((await create(service)).bytes, 'a.bundle');
    await service.server.close();
    const repaired = await repair(fromBundle(service, bundle), offlineWorld());
    const left = repaired.after!.services.flatMap(({ found }) => found.map(({ finding }) => finding));
    expect(left.filter(({ problem }) => problem).map(({ id }) => id)).toEqual([
      expect.stringContaining('OSV-3') as string,
    ]);
  });

  it('is for all targets together and for each alone', async () => {
    const service = await served();
    const { bytes, header } = await create(service, { pythons: ['3.11', '3.12'] });
    const bundle = await parseBundle(bytes, 'a.bundle');
    await service.server.close();
    expect(header.targets).toHaveLength(2);
    for (const pythons of [['3.11'], ['3.12'], ['3.11', '3.12']])
      await plan({ ...fromBundle(service, bundle), pythons }, offlineWorld());
  });

  it('can be locked from, without asking for advisories', async () => {
    const service = await served();
    const bundle = await parseBundle((await create(service)).bytes, 'a.bundle');
    await service.server.close();
    expect(await lock(fromBundle(service, bundle), offlineWorld())).toMatchObject({ kind: 'locked' });
  });

  it('speaks of the day of the bundle', async () => {
    const service = await served();
    const bundle = await parseBundle((await create(service)).bytes, 'a.bundle');
    const { day } = await scan(fromBundle(service, bundle), {
      ...offlineWorld(),
      clock: fixedClock('2031-01-01T00:00:00Z'),
    });
    expect(day).toEqual(new Date(DAY));
    expect(bundleHeader(bundle)).toEqual({
      created: '2026-03-04',
      asOf: null,
      advisories: '2025-03-01',
      targets: [expect.stringContaining('CPython 3.12')],
      version: '1.2.3',
    });
  });

  it('says which package a bundle for another job lacks', async () => {
    const service = await served();
    const bundle = await parseBundle((await create(service)).bytes, 'a.bundle');
    await service.write('service/requirements.txt', 'another==1.0\n');
    await expect(scan(fromBundle(service, bundle), offlineWorld())).rejects.toMatchObject({
      code: 'offline-miss',
      message: expect.stringContaining('another') as string,
    });
  });
});

describe('a bundle', () => {
  it('has the same bytes for the same content', async () => {
    const service = await served();
    const [one, other] = [await create(service), await create(service)];
    expect(Buffer.from(one.bytes).equals(other.bytes)).toBe(true);
    const content = await parseBundle(one.bytes, 'a.bundle');
    const backwards = new Map([...content].reverse().filter(([key]) => key !== 'bundle/header.json'));
    expect(Buffer.from(await bundleBytes(one.header, backwards)).equals(one.bytes)).toBe(true);
  });

  it('holds no address of an index or a file, and no host', async () => {
    const service = await served();
    const content = await parseBundle((await create(service)).bytes, 'a.bundle');
    const all = Buffer.concat([...content].flatMap(([key, bytes]) => [Buffer.from(key), bytes])).toString(
      'latin1',
    );
    expect(all).toContain('core');
    expect(all).not.toMatch(/https?:|127\.0\.0\.1|localhost/);
    expect(all).not.toContain(String(service.server.port));
  });

  const header = { created: '2026-03-04', asOf: null, advisories: null, targets: [], version: '1.2.3' };
  const content = new Map([['a', new Uint8Array([1, 2, 3])]]);
  const withDigest = (body: Uint8Array): Uint8Array =>
    Buffer.concat([body, createHash('sha256').update(body).digest()]);
  const packed = (payload: Uint8Array): Uint8Array => {
    const head = Buffer.from(JSON.stringify(header));
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32LE(1, 0);
    numbers.writeUInt32LE(head.length, 4);
    return withDigest(
      Buffer.concat([
        Buffer.from('fettle bundle\n'),
        numbers,
        head,
        brotliCompressSync(payload, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
      ]),
    );
  };
  const table = (entries: unknown, rest = ''): Uint8Array => {
    const text = Buffer.from(JSON.stringify(entries));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return Buffer.concat([length, text, Buffer.from(rest)]);
  };

  it.each<[string, (good: Buffer) => Uint8Array, RegExp]>([
    ['nothing', () => new Uint8Array(0), /is no bundle/],
    ['another file', () => Buffer.from('PK\u0003\u0004'.repeat(40)), /is no bundle/],
    ['cut off', (good) => good.subarray(0, -1), /damaged/],
    ['one bit of the content', (good) => good.with(good.length - 40, good.at(-40)! ^ 1), /damaged/],
    ['one bit of the digest', (good) => good.with(good.length - 1, good.at(-1)! ^ 1), /damaged/],
    ['a newer format', (good) => good.with(14, 2), /newer fettle \(format 2/],
    ['entries beyond the end', () => packed(table([['a', 5]], 'abc')), /damaged/],
    ['bytes of no entry', () => packed(table([['a', 1]], 'abc')), /damaged/],
    ['a table beyond the end', () => packed(Buffer.from([255, 255, 255, 127, 1])), /damaged/],
    ['a table of something else', () => packed(table({ a: 1 }, 'abc')), /damaged/],
  ])('is refused with %s', async (_, change, message) => {
    const good = Buffer.from(await bundleBytes(header, content));
    expect((await parseBundle(good, 'a.bundle')).get('a')).toEqual(Buffer.from([1, 2, 3]));
    await expect(parseBundle(change(good), 'a.bundle')).rejects.toMatchObject({
      code: 'bundle-invalid',
      message: expect.stringMatching(message) as string,
    });
  });

  it('is refused where it unpacks to more than any bundle has', async () => {
    const bomb = packed(Buffer.alloc(129 << 20));
    expect(bomb.length).toBeLessThan(100_000);
    await expect(parseBundle(bomb, 'a.bundle')).rejects.toMatchObject({ code: 'bundle-invalid' });
  });
});
