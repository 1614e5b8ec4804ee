import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PackageName } from '../../src/domain/package-name.ts';
import type { Target } from '../../src/domain/target.ts';
import type { Version } from '../../src/domain/version.ts';
import type { World } from '../../src/io/world.ts';
import type {
  Ecosystem,
  IndexSettings,
  PackageIndex,
  PublishedPackage,
} from '../../src/read/ecosystems/ecosystem.ts';

/** A package that the ecosystem's own loopback index is asked to serve. */
export interface ContractPackage {
  readonly name: string;
  readonly versions: readonly {
    readonly version: string;
    readonly uploaded: string;
    readonly dependencies?: readonly string[];
    readonly yanked?: string;
  }[];
}

export interface ContractServer {
  readonly indexUrl: string;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** What an ecosystem brings to the suite. */
export interface IndexFixture {
  readonly ecosystem: Ecosystem;
  readonly target: Target;
  /** A world with its own empty cache; further worlds made with `sharing` see the same cache. */
  world(sharing?: World): World;
  serve(packages: readonly ContractPackage[]): Promise<ContractServer>;
}

const PACKAGES: readonly ContractPackage[] = [
  {
    name: 'alpha',
    versions: [
      { version: '1.10.0', uploaded: '2022-06-01T00:00:00Z', dependencies: ['beta'] },
      { version: '1.2.0', uploaded: '2021-01-01T00:00:00Z' },
      { version: '1.9.0', uploaded: '2021-06-01T00:00:00Z', yanked: 'it was broken' },
    ],
  },
  { name: 'beta', versions: [{ version: '0.1.0', uploaded: '2020-01-01T00:00:00Z' }] },
];

/** What every `Ecosystem.openIndex` promises to the rest of the project. */
export function indexContract(title: string, fixture: IndexFixture): void {
  const { ecosystem, target } = fixture;
  const name = (text: string): PackageName => ecosystem.name(text) as PackageName;
  const settings = (indexUrl: string | null, more: Partial<IndexSettings> = {}): IndexSettings => ({
    root: '/nowhere',
    indexUrl,
    options: [],
    offline: false,
    asOf: null,
    allowBuild: false,
    bundle: null,
    ...more,
  });
  const texts = (published: PublishedPackage): readonly string[] =>
    published.versions.map((version) => version.text);

  describe(`index of ${title}`, () => {
    let server: ContractServer;
    let world: World;
    let index: PackageIndex;
    const get = async (from: PackageIndex, text: string): Promise<PublishedPackage> => {
      const published = await from.package(name(text));
      if (published === null) throw new Error(`${text} is not there`);
      return published;
    };

    beforeAll(async () => {
      server = await fixture.serve(PACKAGES);
      world = fixture.world();
      index = await ecosystem.openIndex(world, settings(server.indexUrl));
    });
    afterAll(() => server.close());

    it('gives versions ascending and finds the position of each', async () => {
      const alpha = await get(index, 'alpha');
      expect(texts(alpha)).toEqual(['1.2.0', '1.9.0', '1.10.0']);
      expect(alpha.versions.map((version) => alpha.position(version))).toEqual([0, 1, 2]);
      expect(alpha.indexes).toHaveLength(1);
    });

    it('answers null for a name that no index has', async () => {
      expect(await index.package(name('gamma'))).toBeNull();
    });

    it('answers at once, not by a promise, what it has answered before, and asks the index only once', async () => {
      await Promise.all([get(index, 'alpha'), get(index, 'alpha'), get(index, 'beta')]);
      expect(index.package(name('alpha'))).not.toBeInstanceOf(Promise);
      expect(server.requests.filter((request) => /alpha\/?$/.test(request))).toHaveLength(1);
      const alpha = await get(index, 'alpha');
      await index.metadata(alpha, 2, target);
      expect(index.metadata(alpha, 2, target)).not.toBeInstanceOf(Promise);
    });

    it('tells what a version asks for', async () => {
      const metadata = await index.metadata(await get(index, 'alpha'), 2, target);
      expect(metadata).toMatchObject({ kind: 'known', dependencies: [{ name: 'beta' }] });
    });

    it('tells yanked versions with their reason', async () => {
      const alpha = await get(index, 'alpha');
      expect([...alpha.yanked.positions()]).toEqual([1]);
      expect(alpha.yankReason(1)).toBe('it was broken');
      expect(alpha.yankReason(0)).toBeNull();
    });

    it('as of a date knows only what was uploaded by then', async () => {
      const then = await ecosystem.openIndex(
        fixture.world(world),
        settings(server.indexUrl, { asOf: new Date('2021-12-31') }),
      );
      const alpha = await get(then, 'alpha');
      expect(texts(alpha)).toEqual(['1.2.0', '1.9.0']);
      const later = ecosystem.parseVersion('1.10.0') as Version;
      expect(alpha.position(later)).toBe(-1);
      expect(alpha.firstUpload?.(later)).toEqual(new Date('2022-06-01T00:00:00Z'));
    });

    it('offline answers from the cache at once, and names what it misses', async () => {
      const offline = await ecosystem.openIndex(
        fixture.world(world),
        settings(server.indexUrl, { offline: true }),
      );
      const alpha = offline.package(name('alpha'));
      expect(alpha).not.toBeInstanceOf(Promise);
      const metadata = offline.metadata(alpha as PublishedPackage, 2, target);
      expect(metadata).toMatchObject({ kind: 'known', dependencies: [{ name: 'beta' }] });
      await expect((async () => await offline.package(name('delta')))()).rejects.toMatchObject({
        code: 'offline-miss',
        message: expect.stringContaining('delta') as string,
      });
    });

    it('says that a host which does not answer cannot be reached', async () => {
      const dead = await fixture.serve([]);
      await dead.close();
      const none = await ecosystem.openIndex(fixture.world(), settings(dead.indexUrl));
      await expect((async () => await none.package(name('alpha')))()).rejects.toMatchObject({
        code: 'index-unreachable',
      });
    });

    it('replays from what it recorded, without the network, and without any address in it', async () => {
      const recording = await ecosystem.openIndex(fixture.world(), settings(server.indexUrl));
      const alpha = await get(recording, 'alpha');
      const hashes = alpha.hashes(2);
      await recording.metadata(alpha, 2, target);
      await recording.package(name('gamma'));
      const bundle = recording.recorded();
      const before = server.requests.length;

      const replay = await ecosystem.openIndex(fixture.world(), settings(null, { bundle }));
      const again = await get(replay, 'alpha');
      expect(texts(again)).toEqual(texts(alpha));
      expect(again.hashes(2)).toEqual(hashes);
      expect(again.yankReason(1)).toBe('it was broken');
      expect(await replay.metadata(again, 2, target)).toMatchObject({ dependencies: [{ name: 'beta' }] });
      expect(await replay.package(name('gamma'))).toBeNull();
      expect(server.requests).toHaveLength(before);
      const all = [...bundle].map(([key, bytes]) => key + Buffer.from(bytes).toString('latin1')).join();
      expect(all).not.toMatch(/https?:|127\.0\.0\.1/);
      const inHex = (content: ReadonlyMap<string, Uint8Array>): unknown =>
        [...content].map(([key, bytes]) => [key, Buffer.from(bytes).toString('hex')]);
      expect(inHex(replay.recorded())).toEqual(inHex(bundle));
    });
  });
}
