import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { DeploySettings } from '../../src/domain/deploy-settings.ts';
import type { Artifact, ServicePlace, ServiceState } from '../../src/ship/deployment/platform.ts';
import { guard, revision, share, sum, until, value, write } from '../contract/platform.ts';
import {
  call,
  localServices,
  localTitle,
  noLocalServices,
  pythonService,
  SHAPE,
} from '../support/local-services.ts';
import type { LocalServices } from '../support/local-services.ts';
import { commandOf, linkOf } from '../support/process-files.ts';

const LATE = 'copper-lantern-otter';
const QUICK = { path: null, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 2 };

describe.skipIf(noLocalServices !== null)(
  localTitle('services on this machine, when something is killed'),
  () => {
    let services: LocalServices;
    let one: Artifact;
    let two: Artifact;

    beforeAll(async () => {
      services = await localServices(inject('command'));
      one = await services.build(pythonService('one'));
      two = await services.build(pythonService('two'));
    });
    afterAll(async () => {
      await services.close();
    });

    afterEach(async () => {
      await services.endAll();
    });

    it('comes back with port, traffic and revisions when the supervisor is killed', async () => {
      const at = await twoRevisions({ local: { network: false, sticky: true } });
      const before = await now(at);
      const first = await fetch(before.url);
      const [cookie, body] = [first.headers.get('set-cookie')!.split(';')[0]!, await first.text()];
      process.kill(await supervisor(), 'SIGKILL');
      // Nobody asks the platform: who watches starts it again.
      await until(async () => (await bodies(before.url)).join() === 'one,two');
      const after = await now(at);
      expect(after).toMatchObject({ url: before.url, traffic: before.traffic, etag: before.etag });
      // Callers stay with their revision.
      for (let count = 0; count < 4; count++)
        expect(await (await fetch(before.url, { headers: { cookie } })).text()).toBe(body);
      await servesAll(at);
    });

    it('goes on when the one who watches is killed, and is watched again', async () => {
      const at = await twoRevisions();
      const first = watcherOrNull()!;
      process.kill(first, 'SIGKILL');
      await servesAll(at);
      await until(() => Promise.resolve(watcherOrNull() !== null && watcherOrNull() !== first));
      // It watches once its connection to the supervisor stands.
      await until(() => Promise.resolve(holdsSocket(watcherOrNull()!)));
      const [pid, { url }] = [await supervisor(), await now(at)];
      process.kill(pid, 'SIGKILL');
      // Nobody asks the platform: the new one starts it again.
      await until(async () => (await bodies(url)).join() === 'one,two');
      expect(await supervisor()).not.toBe(pid);
    });

    it('starts a revision again that is killed, and the way to it', async () => {
      const at = await twoRevisions();
      const { url } = await now(at);
      const { service, relay } = await processesOf(at, 'r-1');
      process.kill(relay!, 'SIGKILL');
      await until(() => Promise.resolve(!existsSync(`/proc/${relay!}`)));
      await until(async () => ![null, relay].includes((await processesOf(at, 'r-1')).relay));
      await until(async () => (await bodies(url)).join() === 'one,two');
      // The service itself went on meanwhile.
      expect((await processesOf(at, 'r-1')).service).toBe(service);
      const inside = Number((await call(tagUrl(await now(at), 'r-1'), '/pid')).body);
      expect(inside).toBeGreaterThan(0);
      process.kill(service!, 'SIGKILL');
      await until(async () => {
        const next = (await processesOf(at, 'r-1')).service;
        return next !== null && next !== service;
      });
      await until(async () => (await bodies(url)).join() === 'one,two');
      await servesAll(at);
    });

    it('leaves nothing running of a supervisor that was killed', async () => {
      const at = await twoRevisions();
      const { service, relay } = await processesOf(at, 'r-1');
      process.kill(await supervisor(), 'SIGKILL');
      await until(() => Promise.resolve(!existsSync(`/proc/${service!}`) && !existsSync(`/proc/${relay!}`)));
      await servesAll(at);
    });

    it('is asked by several clients at once, and lets one of them write', async () => {
      const at = await twoRevisions();
      const state = await now(at);
      const [a, b] = [services.client(), services.client()];
      const answers = await Promise.all([
        a.route(at, write([share('r-1', 10), share('r-2', 90)]), guard(state, 1)),
        b.route(at, write([share('r-1', 90), share('r-2', 10)]), guard(state, 1)),
      ]);
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['conflict', 'done']);
      await servesAll(at);
    });

    it('tells of a service that never listens, and of one that takes too much memory', async () => {
      const never = await services.build({ 'serve.py': 'import time\ntime.sleep(600)\n' });
      const leak = await services.build({
        'serve.py': 'kept = []\nwhile True:\n    kept.append(bytearray(b"x" * (8 << 20)))\n',
      });
      const at = services.place();
      value(await services.platform.createRevision(at, revision('r-1', 'tag-1', one, SHAPE), nobody));
      await ready(at, 'r-1');
      const slow = { ...SHAPE, startupProbe: QUICK };
      const small = { ...SHAPE, memoryMiB: 64 };
      value(
        await services.platform.createRevision(
          at,
          revision('slow', 'slow', never, slow),
          guard(await now(at), 1),
        ),
      );
      value(
        await services.platform.createRevision(
          at,
          revision('leak', 'leak', leak, small),
          guard(await now(at), 1),
        ),
      );
      await until(async () =>
        (await now(at)).revisions.every(({ readiness }) => readiness.kind !== 'pending'),
      );
      const causes = (await now(at)).revisions.map(
        ({ readiness }) => readiness.kind === 'failed' && readiness.cause,
      );
      expect(causes).toEqual([false, 'too-slow', 'out-of-memory']);
      const refused = await services.platform.route(at, write([share('slow', 100)]), guard(await now(at), 1));
      expect(refused).toMatchObject({ kind: 'refused', cause: 'invalid' });
      await servesAll(at);
    });

    it('gives the place of a first revision that never started to the next', async () => {
      const broken = await services.build(pythonService('broken', 'sys.exit(3)'));
      const at = services.place();
      value(await services.platform.createRevision(at, revision('r-1', 'tag-1', broken, SHAPE), nobody));
      await until(async () => (await now(at)).revisions[0]!.readiness.kind === 'failed');
      // It keeps its share, and gives its tag away.
      value(await services.platform.route(at, write([share('r-1', 100)]), guard(await now(at), 1)));
      const next = revision('r-2', 'tag-1', two, SHAPE);
      value(await services.platform.createRevision(at, next, guard(await now(at), 1)));
      await ready(at, 'r-2');
      value(await services.platform.route(at, write([share('r-2', 100)]), guard(await now(at), 1)));
      await servesAll(at);
    });

    it('starts one again that goes beyond its memory while it serves', async () => {
      const at = services.place();
      value(await services.platform.createRevision(at, revision('r-1', 'tag-1', one, SHAPE), nobody));
      await ready(at, 'r-1');
      const { url } = await now(at);
      await call(url, '/grow').catch(() => undefined);
      await until(async () => (await call(url, '/').catch(() => null))?.body === 'one');
      await servesAll(at);
    });

    it('keeps secrets out of its files and its logs, and has them after a restart', async () => {
      const telling = await services.build(pythonService('told', 'print("it is", os.environ["PASSWORD"])'));
      const shape = { ...SHAPE, secrets: { PASSWORD: 'late-password:1' } };
      const at = services.place({ shape });
      // The supervisor runs already, and nothing that it inherited has this one: it is told by who asks alone.
      const before = await supervisor();
      expect(readFileSync(`/proc/${before}/environ`, 'latin1')).not.toContain(LATE);
      const client = services.client({ LATE_PASSWORD: LATE });
      value(await client.createRevision(at, revision('r-1', 'tag-1', telling, shape), nobody));
      await ready(at, 'r-1');
      const lines = value(await services.platform.logs(at, 'r-1', 10)).join();
      expect(lines).toContain('it is ***');
      const { url } = await now(at);
      await until(() => Promise.resolve(holdsSocket(watcherOrNull()!)));
      process.kill(await supervisor(), 'SIGKILL');
      await until(async () => (await call(url, '/').catch(() => null))?.body === 'told');
      expect(await supervisor()).not.toBe(before);
      const folder = join(services.world.machine!.dataFolder, 'local');
      for (const kept of [join(folder, 'services'), join(folder, 'supervisor.log')])
        expect(spawnSync('grep', ['-r', LATE, kept]).status).toBe(1);
    });

    it('stops no other service, and loses none, when its port is taken while it is down', async () => {
      const [at, other] = [await twoRevisions(), await twoRevisions()];
      const before = await now(at);
      const port = Number(new URL(before.url).port);
      await shutDown();
      const thief = createServer().listen(port, '127.0.0.1');
      await once(thief, 'listening');
      await servesAll(other);
      const found = await services.platform.service(at);
      expect(found).toEqual({ kind: 'unreachable', why: expect.any(String) as string });
      expect(found.kind === 'unreachable' && found.why).toContain(`port ${port} is in use by`);
      expect(found.kind === 'unreachable' && found.why).toContain(`(process ${process.pid})`);
      const anew = revision('r-9', 'tag-9', one, SHAPE);
      expect((await services.platform.createRevision(at, anew, nobody)).kind).toBe('unreachable');
      thief.close();
      // Nobody asks: it is tried again.
      await until(async () => (await bodies(before.url)).join() === 'one,two');
      expect(await now(at)).toMatchObject({ etag: before.etag, traffic: before.traffic });
    });

    it('writes over no state that it cannot read', async () => {
      const at = await twoRevisions();
      await shutDown();
      const folder = join(services.world.machine!.dataFolder, 'local', 'services');
      const path = join(folder, `${at.stage.service}@${at.stage.name}.json`);
      const text = readFileSync(path, 'utf8');
      const later = text.replace('"form": 1', '"form": 2');
      writeFileSync(path, later);
      expect(await services.platform.service(at)).toMatchObject({ kind: 'refused' });
      const anew = revision('r-9', 'tag-9', one, SHAPE);
      expect((await services.platform.createRevision(at, anew, nobody)).kind).toBe('refused');
      expect(readFileSync(path, 'utf8')).toBe(later);
      writeFileSync(path, text);
      await shutDown();
      await servesAll(at);
    });

    it('reaches a service over the machine’s own network where it is allowed', async () => {
      const local: DeploySettings['local'] = { network: true, sticky: false };
      const at = services.place({ local });
      value(await services.platform.createRevision(at, revision('r-1', 'tag-1', two, SHAPE), nobody));
      await ready(at, 'r-1');
      expect((await call((await now(at)).url, '/')).body).toBe('two');
      expect((await processesOf(at, 'r-1')).relay).toBeNull();
    });

    it('is started once by two that ask at once where it does not run', async () => {
      const at = await twoRevisions();
      await shutDown();
      const clients = [services.client(), services.client()];
      const states = await Promise.all(clients.map((client) => client.service(at)));
      expect(value(states[0]!)).toMatchObject({ etag: value(states[1]!)!.etag });
      await servesAll(at);
      await until(() => Promise.resolve(daemons('serve').length === 1));
    });

    it('ends where nobody can reach it any more, and comes back for the next who asks', async () => {
      const at = await twoRevisions();
      const pid = await supervisor();
      const [socket] = readdirSync(join(services.world.machine!.dataFolder, 'local', 'run')).filter(
        (name) => name === 'supervisor.sock',
      );
      rmSync(join(services.world.machine!.dataFolder, 'local', 'run', socket!));
      await until(() => Promise.resolve(!daemons('serve').includes(pid)));
      await servesAll(at);
    });

    it('ends a service for good', async () => {
      const at = services.place();
      value(await services.platform.createRevision(at, revision('r-1', 'tag-1', one, SHAPE), nobody));
      await ready(at, 'r-1');
      const { service } = await processesOf(at, 'r-1');
      value(await services.platform.endService(at, guard(await now(at), 1)));
      expect(value(await services.platform.service(at))).toBeNull();
      expect(await services.world.processes.family(service!, 1)).toBeNull();
    });

    const nobody = { etag: null, generation: 1 };

    async function twoRevisions(change: Partial<DeploySettings> = {}): Promise<ServicePlace> {
      const at = services.place(change);
      value(await services.platform.createRevision(at, revision('r-1', 'tag-1', one, SHAPE), nobody));
      value(
        await services.platform.createRevision(
          at,
          revision('r-2', 'tag-2', two, SHAPE),
          guard(await now(at), 1),
        ),
      );
      const half = [share('r-1', 50, 'tag-1'), share('r-2', 50, 'tag-2')];
      value(await services.platform.route(at, write(half), guard(await now(at), 1)));
      return at;
    }

    async function now(at: ServicePlace): Promise<ServiceState> {
      const state = value(await services.platform.service(at))!;
      expect(sum(state)).toBe(100);
      return state;
    }

    async function ready(at: ServicePlace, name: string): Promise<void> {
      await until(async () => {
        const { readiness } = (await now(at)).revisions.find((one) => one.name === name)!;
        if (readiness.kind === 'failed') throw new Error(readiness.why);
        return readiness.kind === 'ready';
      });
    }

    /** Traffic adds to 100, and whoever has a part of it answers. */
    async function servesAll(at: ServicePlace): Promise<void> {
      await until(async () => {
        const state = await now(at);
        const names = state.traffic.filter(({ percent }) => percent > 0).map(({ revision }) => revision);
        const found = state.revisions.filter(({ name }) => names.includes(name));
        return found.length === names.length && found.every(({ readiness }) => readiness.kind === 'ready');
      });
      const { url } = await now(at);
      for (let count = 0; count < 10; count++) expect((await call(url, '/')).status).toBe(200);
    }

    async function bodies(url: string): Promise<readonly string[]> {
      const found = new Set<string>();
      for (let count = 0; count < 10; count++) {
        const answer = await call(url, '/').catch(() => null);
        found.add(answer?.status === 200 ? answer.body : 'nothing');
      }
      return [...found].sort();
    }

    async function supervisor(): Promise<number> {
      return (await services.platform.processes())!.pid;
    }

    async function processesOf(at: ServicePlace, name: string) {
      const all = (await services.platform.processes())!.services;
      return all[`${at.stage.service}@${at.stage.name}`]![name]!;
    }

    /** Until it is gone, with all that it had open. */
    async function shutDown(): Promise<void> {
      await services.platform.shutDown();
      await until(() => Promise.resolve(daemons('serve').length === 0));
    }

    /** Those of this folder. */
    function daemons(role: 'serve' | 'watch'): readonly number[] {
      const folder = services.world.machine!.dataFolder;
      return readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name) && commandOf(name).includes(`\0${role}\0${folder}\0`))
        .map(Number);
    }

    function watcherOrNull(): number | null {
      return daemons('watch')[0] ?? null;
    }

    /** Whether one of its unix sockets is connected (/proc/net/unix, state 03). */
    function holdsSocket(pid: number): boolean {
      const connected = readFileSync('/proc/net/unix', 'latin1')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .flatMap((fields) => (fields[5] === '03' ? [`socket:[${fields[6]!}]`] : []));
      return readdirSync(`/proc/${pid}/fd`).some((fd) => connected.includes(linkOf(`/proc/${pid}/fd/${fd}`)));
    }

    function tagUrl(state: ServiceState, name: string): string {
      const { port } = new URL(state.url);
      expect(state.revisions.some((one) => one.name === name)).toBe(true);
      return `http://127.0.0.1:${port}/`;
    }
  },
);
