import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  Answer,
  Artifact,
  Guard,
  Platform,
  Readiness,
  ServicePlace,
  ServiceState,
  TrafficShare,
} from '../../src/ship/deployment/platform.ts';
import type { EndpointCheck, ServiceShape } from '../../src/domain/deploy-settings.ts';

/** A platform with artifacts to deploy on it. */
export interface PlatformUnderTest {
  readonly platform: Platform;
  /** A place that nobody has used yet; each call gives another one. */
  readonly place: () => ServicePlace;
  readonly shape: ServiceShape;
  /** Starts, answers 200 at "/" with its name "one" or "two" in the body, and 500 at "/fail". */
  readonly artifacts: { readonly one: Artifact; readonly two: Artifact };
  /** Fail to start, each as the name says. Absent: this platform cannot be brought to it here. */
  readonly failing: {
    readonly crashAtImport?: Artifact;
    readonly crash?: Artifact;
    readonly wrongPort?: Artifact;
  };
  /** Sends one request by the service's own URL, as any caller; the body of the answer. */
  readonly call: (url: string, path: string) => Promise<{ readonly status: number; readonly body: string }>;
  /** What the names of a service's revisions begin with. Absent: anything. */
  readonly prefix?: (place: ServicePlace) => string;
  /** The platform's time. Absent: the machine's. */
  readonly now?: () => Date;
  /** Lets so much time pass as it takes until what was called is in the metrics. Absent: it is waited for. */
  readonly later?: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A promise that a platform cannot keep. */
export interface SkippedCase {
  /** Its title in the suite. */
  readonly case: string;
  readonly reason: string;
}

/** What holds of every platform. `open` null with a reason in the title: it is skipped. */
export function platformContract(
  title: string,
  open: (() => Promise<PlatformUnderTest>) | null,
  skip: readonly SkippedCase[] = [],
): void {
  describe.skipIf(open === null)(`${title}: platform contract`, () => {
    let under: PlatformUnderTest;
    beforeAll(async () => {
      under = await open!();
    });
    afterAll(async () => {
      await (under as PlatformUnderTest | undefined)?.close();
    });

    function named(at: ServicePlace, name: string): string {
      return `${under.prefix?.(at) ?? ''}${name}`;
    }

    function promises(title: string, test: () => Promise<void>): void {
      const skipped = skip.find((one) => one.case === title);
      if (skipped === undefined) it(title, test);
      else it.skip(`${title} (skipped: ${skipped.reason})`, test);
    }

    promises('knows no service before there is one', async () => {
      const { platform, place } = under;
      expect(await platform.service(place())).toEqual({ kind: 'done', value: null });
      const nowhere = place();
      const answer = await platform.route(nowhere, write([share(named(nowhere, 'r-1'), 100)]), {
        etag: null,
        generation: 1,
      });
      expect(answer).toMatchObject({ kind: 'refused', cause: 'missing' });
    });

    promises('gives the first revision all of the traffic, and a later one none', async () => {
      const { place, call } = under;
      const at = place();
      const first = await created(at, named(at, 'r-1'), 'tag-1', under.artifacts.one, {
        etag: null,
        generation: 1,
      });
      expect(first.traffic).toEqual([share(named(at, 'r-1'), 100, 'tag-1')]);
      expect(first.generation).toBe(1);
      await ready(at, named(at, 'r-1'));
      const second = await created(
        at,
        named(at, 'r-2'),
        'tag-2',
        under.artifacts.two,
        guard(await now(at), 1),
      );
      expect(sum(second)).toBe(100);
      expect(percentOf(second, named(at, 'r-2'))).toBe(0);
      expect(second.etag).not.toBe(first.etag);
      await ready(at, named(at, 'r-2'));
      expect((await call(second.url, '/')).body).toContain('one');
      expect((await asked(at, named(at, 'r-2'))).body).toContain('two');
    });

    promises('creates a revision once, and refuses the name for anything else', async () => {
      const { platform, place, artifacts, shape } = under;
      const at = place();
      const guarded = { etag: null, generation: 1 };
      const first = await created(at, named(at, 'r-1'), 'tag-1', artifacts.one, guarded);
      const again = await platform.createRevision(
        at,
        revision(named(at, 'r-1'), 'tag-1', artifacts.one, shape),
        guard(first, 1),
      );
      expect(value(again).revisions).toHaveLength(1);
      expect(value(again).etag).toBe(first.etag);
      const other = revision(named(at, 'r-1'), 'tag-1', artifacts.two, shape);
      expect(await platform.createRevision(at, other, guard(first, 1))).toMatchObject({
        kind: 'refused',
        cause: 'invalid',
      });
      expect((await now(at)).revisions).toHaveLength(1);
    });

    promises('refuses a write that rests on an older state, and changes nothing by it', async () => {
      const { platform, place, artifacts, shape } = under;
      const at = place();
      const first = await created(at, named(at, 'r-1'), 'tag-1', artifacts.one, {
        etag: null,
        generation: 1,
      });
      await ready(at, named(at, 'r-1'));
      const second = await created(at, named(at, 'r-2'), 'tag-2', artifacts.two, guard(await now(at), 1));
      await ready(at, named(at, 'r-2'));
      const stale = await platform.route(at, write([share(named(at, 'r-2'), 100)]), guard(first, 1));
      expect(stale.kind).toBe('conflict');
      const third = revision(named(at, 'r-3'), 'tag-3', artifacts.two, shape);
      expect((await platform.createRevision(at, third, guard(first, 1))).kind).toBe('conflict');
      expect((await platform.createRevision(at, third, { etag: null, generation: 1 })).kind).toBe('conflict');
      expect((await now(at)).traffic).toEqual(second.traffic);
    });

    promises('lets an execution write no more once a later one has written', async () => {
      const { platform, place, artifacts, shape } = under;
      const at = place();
      await created(at, named(at, 'r-1'), 'tag-1', artifacts.one, { etag: null, generation: 5 });
      await ready(at, named(at, 'r-1'));
      const state = await now(at);
      const late = { etag: state.etag, generation: 4 };
      const fenced = { kind: 'fenced', generation: 5 };
      const more = revision(named(at, 'r-2'), 'tag-2', artifacts.two, shape);
      expect(await platform.createRevision(at, more, late)).toEqual(fenced);
      expect(await platform.route(at, write([share(named(at, 'r-1'), 100)]), late)).toEqual(fenced);
      expect(await platform.removeRevision(at, named(at, 'r-1'), late)).toEqual(fenced);
      const taken = await platform.route(at, write([share(named(at, 'r-1'), 100, 'other')]), {
        ...late,
        generation: 6,
      });
      expect(value(taken).generation).toBe(6);
    });

    promises('splits traffic as it is told, and refuses what does not add to 100', async () => {
      const { platform, place, artifacts, call } = under;
      const at = place();
      await created(at, named(at, 'r-1'), 'tag-1', artifacts.one, { etag: null, generation: 1 });
      await ready(at, named(at, 'r-1'));
      await created(at, named(at, 'r-2'), 'tag-2', artifacts.two, guard(await now(at), 1));
      await ready(at, named(at, 'r-2'));
      const wrong = [share(named(at, 'r-1'), 60), share(named(at, 'r-2'), 60)];
      expect(await platform.route(at, write(wrong), guard(await now(at), 1))).toMatchObject({
        kind: 'refused',
      });
      const gone = [share(named(at, 'r-1'), 50), share(named(at, 'r-9'), 50)];
      expect(await platform.route(at, write(gone), guard(await now(at), 1))).toMatchObject({
        kind: 'refused',
      });
      expect(sum(await now(at))).toBe(100);
      const half = [share(named(at, 'r-1'), 50, 'tag-1'), share(named(at, 'r-2'), 50, 'tag-2')];
      const written = { shares: half, stable: named(at, 'r-1'), previous: null };
      const state = value(await platform.route(at, written, guard(await now(at), 1)));
      expect(state).toMatchObject({ traffic: half, stable: named(at, 'r-1'), previous: null });
      const again = value(await platform.route(at, written, guard(state, 1)));
      expect(again.traffic).toEqual(half);
      const bodies = new Set<string>();
      for (let count = 0; count < 40; count++) bodies.add((await call(state.url, '/')).body.trim());
      expect([...bodies].sort()).toEqual(['one', 'two']);
    });

    promises('makes another instance of a revision, and takes one away that nobody reaches', async () => {
      const { platform, place, artifacts } = under;
      const at = place();
      const [one, base, two] = [named(at, 'r-1'), named(at, 'r-1-base'), named(at, 'r-2')];
      await created(at, one, 'tag-1', artifacts.one, { etag: null, generation: 1 });
      await ready(at, one);
      const copy = { name: base, tag: 'baseline', of: { kind: 'copy', revision: one } } as const;
      value(await platform.createRevision(at, copy, guard(await now(at), 1)));
      await ready(at, base);
      expect((await asked(at, base)).body).toContain('one');
      const early = await platform.removeRevision(at, base, guard(await now(at), 1));
      expect(early).toMatchObject({ kind: 'refused' });
      await created(at, two, 'tag-2', artifacts.two, guard(await now(at), 1));
      await ready(at, two);
      value(await platform.route(at, write([share(one, 100, 'tag-1')]), guard(await now(at), 1)));
      const removed = value(await platform.removeRevision(at, base, guard(await now(at), 1)));
      expect(removed.revisions.map(({ name }) => name).sort()).toEqual([one, two]);
      const again = value(await platform.removeRevision(at, base, guard(removed, 1)));
      expect(again.revisions).toHaveLength(2);
    });

    promises('takes away the youngest revision as well', async () => {
      const { platform, place, artifacts } = under;
      const at = place();
      await created(at, named(at, 'r-1'), 'tag-1', artifacts.one, { etag: null, generation: 1 });
      await ready(at, named(at, 'r-1'));
      await created(at, named(at, 'r-2'), 'tag-2', artifacts.two, guard(await now(at), 1));
      await ready(at, named(at, 'r-2'));
      const alone = write([share(named(at, 'r-1'), 100)]);
      const routed = value(await platform.route(at, alone, guard(await now(at), 1)));
      const removed = value(await platform.removeRevision(at, named(at, 'r-2'), guard(routed, 1)));
      expect(removed.revisions.map(({ name }) => name)).toEqual([named(at, 'r-1')]);
    });

    promises('comes back to a revision that had neither traffic nor a tag', async () => {
      const { platform, place, artifacts, call } = under;
      const at = place();
      await created(at, named(at, 'r-1'), 'tag-1', artifacts.one, { etag: null, generation: 1 });
      await ready(at, named(at, 'r-1'));
      await created(at, named(at, 'r-2'), 'tag-2', artifacts.two, guard(await now(at), 1));
      await ready(at, named(at, 'r-2'));
      value(
        await platform.route(at, write([share(named(at, 'r-2'), 100, 'tag-2')]), guard(await now(at), 1)),
      );
      const back = value(
        await platform.route(at, write([share(named(at, 'r-1'), 100)]), guard(await now(at), 1)),
      );
      expect((await call(back.url, '/')).body).toContain('one');
    });

    promises('counts requests and errors of each revision', async () => {
      const { platform, place, artifacts, call } = under;
      const at = place();
      const from = new Date(time().getTime() - 1000);
      await created(at, named(at, 'r-1'), 'tag-1', artifacts.one, { etag: null, generation: 1 });
      await ready(at, named(at, 'r-1'));
      const { url } = await now(at);
      for (let count = 0; count < 12; count++) await call(url, count < 3 ? '/fail' : '/');
      await under.later?.();
      await until(async () => {
        const intervals = value(await platform.metrics(at, named(at, 'r-1'), from, time()));
        const requests = intervals.reduce((all, one) => all + one.requests, 0);
        const errors = intervals.reduce((all, one) => all + one.errors, 0);
        return requests >= 12 && errors >= 3;
      });
      const intervals = value(await platform.metrics(at, named(at, 'r-1'), from, time()));
      expect(intervals.reduce((all, one) => all + one.errors, 0)).toBe(3);
      for (const { requests, latency } of intervals) {
        expect(latency.counts).toHaveLength(latency.boundsMs.length + 1);
        expect(latency.counts.reduce((all, one) => all + one, 0)).toBe(requests);
      }
    });

    promises(
      'counts the requests of its own that are asked for the analysis, on a revision without traffic too',
      async () => {
        const { platform, place, artifacts } = under;
        const at = place();
        const from = new Date(time().getTime() - 1000);
        const first = await created(at, named(at, 'r-1'), 'tag-1', artifacts.one, {
          etag: null,
          generation: 1,
        });
        await ready(at, named(at, 'r-1'));
        await created(at, named(at, 'r-2'), 'tag-2', artifacts.two, { etag: first.etag, generation: 1 });
        await ready(at, named(at, 'r-2'));
        const url = (await now(at)).revisions.find(({ name }) => name === named(at, 'r-2'))!.url!;
        const check = { path: '/', method: 'GET', body: null, contentType: null, status: 200 } as const;
        for (let count = 0; count < 5; count++)
          await platform.ask(at, url, { ...check, contains: null, withinMs: 5000 }, 'analysis');
        await under.later?.();
        await until(async () => {
          const intervals = value(await platform.metrics(at, named(at, 'r-2'), from, time()));
          return intervals.reduce((all, one) => all + one.requests, 0) >= 5;
        });
      },
    );

    promises('tells why a revision does not start, and gives it no traffic', async () => {
      const { platform, place, artifacts, failing } = under;
      const at = place();
      await created(at, named(at, 'r-1'), 'tag-1', artifacts.one, { etag: null, generation: 1 });
      await ready(at, named(at, 'r-1'));
      for (const [cause, artifact] of Object.entries({
        'crash-at-import': failing.crashAtImport,
        crash: failing.crash,
        'wrong-port': failing.wrongPort,
      })) {
        if (artifact === undefined) continue;
        await created(at, named(at, `f-${cause}`), `t-${cause}`, artifact, guard(await now(at), 1));
        const readiness = await settled(at, named(at, `f-${cause}`));
        expect(readiness).toMatchObject({ kind: 'failed', cause });
        const shares = [share(named(at, `f-${cause}`), 100)];
        const routed = await platform.route(at, write(shares), guard(await now(at), 1));
        expect(routed).toMatchObject({ kind: 'refused' });
        expect(percentOf(await now(at), named(at, 'r-1'))).toBe(100);
      }
    });

    function time(): Date {
      return under.now?.() ?? new Date();
    }

    async function created(
      at: ServicePlace,
      name: string,
      tag: string,
      artifact: Artifact,
      guarded: Guard,
    ): Promise<ServiceState> {
      return value(
        await under.platform.createRevision(at, revision(name, tag, artifact, under.shape), guarded),
      );
    }

    async function now(at: ServicePlace): Promise<ServiceState> {
      const state = value(await under.platform.service(at));
      expect(state).not.toBeNull();
      expect(sum(state!)).toBe(100);
      return state!;
    }

    async function settled(at: ServicePlace, name: string): Promise<Readiness> {
      let readiness: Readiness = { kind: 'pending' };
      await until(async () => {
        readiness = (await now(at)).revisions.find((one) => one.name === name)!.readiness;
        return readiness.kind !== 'pending';
      });
      return readiness;
    }

    async function ready(at: ServicePlace, name: string): Promise<void> {
      expect(await settled(at, name)).toEqual({ kind: 'ready' });
    }

    async function asked(at: ServicePlace, name: string): Promise<{ readonly body: string }> {
      const { url } = (await now(at)).revisions.find((one) => one.name === name)!;
      const answer = await under.platform.ask(at, url!, GET);
      expect(answer.status).toBe(200);
      return answer;
    }
  });
}

const GET: EndpointCheck = {
  ...{ path: '/', method: 'GET', body: null, contentType: null },
  ...{ status: null, contains: null, withinMs: 10_000 },
};

export function share(revision: string, percent: number, tag: string | null = null): TrafficShare {
  return { revision, percent, tag };
}

export function write(shares: readonly TrafficShare[]) {
  return { shares, stable: null, previous: null };
}

export function revision(name: string, tag: string, artifact: Artifact, shape: ServiceShape) {
  return { name, tag, of: { kind: 'artifact', artifact, shape } } as const;
}

export function guard({ etag }: ServiceState, generation: number): Guard {
  return { etag, generation };
}

/** What was done, or a failure that says what was not. */
export function value<T>(answer: Answer<T>): T {
  if (answer.kind !== 'done') throw new Error(JSON.stringify(answer));
  return answer.value;
}

export function sum({ traffic }: ServiceState): number {
  return traffic.reduce((all, { percent }) => all + percent, 0);
}

function percentOf({ traffic }: ServiceState, name: string): number {
  return traffic.filter(({ revision }) => revision === name).reduce((all, { percent }) => all + percent, 0);
}

export async function until(isSo: () => Promise<boolean>, atMostMs = 20_000): Promise<void> {
  for (const end = Date.now() + atMostMs; Date.now() < end;) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come about in time');
}
