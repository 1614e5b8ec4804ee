import { protos, RevisionsClient, ServicesClient } from '@google-cloud/run';
import { afterEach, describe, expect, it } from 'vitest';
import { fixedClock } from '../../src/io/fixed-clock.ts';
import { startGoogle, type GoogleOptions, type GoogleServer } from '../support/google/google-server.ts';

type IService = protos.google.cloud.run.v2.IService;
type ITarget = protos.google.cloud.run.v2.ITrafficTarget;
type IContainer = protos.google.cloud.run.v2.IContainer;

const PARENT = 'projects/shop-1/locations/europe-west1';
const NAME = `${PARENT}/services/shop`;
const GOOD = `sha256:${'a'.repeat(64)}`;
const BAD = `sha256:${'b'.repeat(64)}`;

const servers: GoogleServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function started(options: GoogleOptions = {}) {
  const google = await startGoogle(options);
  servers.push(google);
  return {
    google,
    services: new ServicesClient(google.clientOptions()),
    revisions: new RevisionsClient(google.clientOptions()),
  };
}

type Started = Awaited<ReturnType<typeof started>>;

function pinned(revision: string, percent: number, tag = ''): ITarget {
  return { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision, percent, tag };
}

function wanted(digest: string, revision: string, traffic: ITarget[], container: IContainer = {}): IService {
  const image = `registry.example/shop/web@${digest}`;
  return {
    template: { revision, containers: [{ image, ports: [{ containerPort: 8080 }], ...container }] },
    traffic,
  };
}

async function create({ services }: Started, service = wanted(GOOD, 'shop-one', [pinned('shop-one', 100)])) {
  await services.createService({ parent: PARENT, serviceId: 'shop', service });
  return settled(services);
}

/** What the service is once nothing is reconciled any more. */
async function settled(services: ServicesClient): Promise<IService> {
  for (;;) {
    const [service] = await services.getService({ name: NAME });
    if (service.reconciling !== true) return service;
  }
}

async function update(
  { services }: Started,
  service: IService,
  etag: string | null = null,
): Promise<IService> {
  await services.updateService({ service: { ...service, name: NAME, etag } });
  return settled(services);
}

/** The error as the service wrote it: over REST the clients give its text as their error's message. */
async function refusal(work: Promise<unknown>): Promise<{ status: string; message: string }> {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown as Error,
  );
  if (!error.message.startsWith('{')) throw error;
  return (JSON.parse(error.message) as { error: { status: string; message: string } }).error;
}

describe('services and revisions', () => {
  it('are reconciled until their operation is done', async () => {
    const clock = fixedClock('2026-01-05T10:00:00Z');
    const run = await started({ now: () => clock.now(), run: { reconcileMs: 4000, reconcilePolls: 0 } });
    const service = wanted(GOOD, 'shop-one', [pinned('shop-one', 100)]);
    const [operation] = await run.services.createService({ parent: PARENT, serviceId: 'shop', service });
    const [pending] = await run.services.getService({ name: NAME });
    expect(pending).toMatchObject({ reconciling: true, latestReadyRevision: '', trafficStatuses: [] });
    expect(pending.terminalCondition).toMatchObject({ state: 'CONDITION_RECONCILING' });
    clock.advance(4000);
    const [done] = await operation.promise();
    expect(done).toMatchObject({ reconciling: false, latestReadyRevision: `${NAME}/revisions/shop-one` });
    expect(done.trafficStatuses).toMatchObject([{ revision: 'shop-one', percent: 100 }]);
  });

  it('have a revision for each changed template, and none for the same', async () => {
    const run = await started();
    const read = await create(run);
    await update(run, { ...read, traffic: [pinned('shop-one', 100, 'main')] });
    await update(run, { ...read, template: { ...read.template, revision: 'shop-two' } });
    const template = { ...read.template, revision: '', labels: { changed: 'yes' } };
    await update(run, { ...read, template });
    const [revisions] = await run.revisions.listRevisions({ parent: NAME });
    const names = revisions.map(({ name }) => name?.split('/').at(-1));
    expect(names).toEqual([expect.stringMatching(/^shop-0000\d-[a-z0-9]{3}$/), 'shop-two', 'shop-one']);
  });

  it('answer a tag by an address of its own once it is served', async () => {
    const run = await started({
      run: { uri: (service, tag) => `http://127.0.0.1:9/${tag ?? ''}/${service}` },
    });
    await create(run);
    const traffic = [pinned('shop-one', 100), pinned('shop-two', 0, 'new')];
    const service = await update(run, wanted(GOOD, 'shop-two', traffic));
    expect(service.trafficStatuses?.[1]).toMatchObject({ tag: 'new', uri: 'http://127.0.0.1:9/new/shop' });
    expect(service.uri).toBe('http://127.0.0.1:9//shop');
  });

  it('keep their traffic where the new revision fails, and say why', async () => {
    const run = await started();
    await create(run);
    run.google.state.run.outcomes.set(BAD, { kind: 'crash', logs: ['ModuleNotFoundError: shop'] });
    const traffic = [pinned('shop-one', 100), pinned('shop-two', 0, 'new')];
    const [operation] = await run.services.updateService({
      service: { ...wanted(BAD, 'shop-two', traffic), name: NAME },
    });
    await expect(operation.promise()).rejects.toMatchObject({
      code: 9,
      message: expect.stringContaining('PORT=8080'),
    });
    const [service] = await run.services.getService({ name: NAME });
    expect(service.latestReadyRevision).toBe(`${NAME}/revisions/shop-one`);
    expect(service.latestCreatedRevision).toBe(`${NAME}/revisions/shop-two`);
    expect(service.trafficStatuses).toMatchObject([{ revision: 'shop-one', percent: 100 }]);
    expect(service.trafficStatuses).toHaveLength(1);
    const [revision] = await run.revisions.getRevision({ name: `${NAME}/revisions/shop-two` });
    const ready = revision.conditions?.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({
      state: 'CONDITION_FAILED',
      revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR',
    });
    const logged = run.google.state.logging.entries.map((entry) => entry['textPayload']);
    expect(logged).toEqual([
      'ModuleNotFoundError: shop',
      'Container called exit(1).',
      expect.stringContaining('STARTUP TCP probe'),
    ]);
  });

  it('give up a revision only when nothing refers to it', async () => {
    const run = await started();
    await create(run);
    const name = `${NAME}/revisions/shop-one`;
    await update(run, wanted(GOOD, 'shop-two', [pinned('shop-two', 100), pinned('shop-one', 0, 'old')]));
    expect(await refusal(run.revisions.deleteRevision({ name }))).toMatchObject({
      status: 'FAILED_PRECONDITION',
    });
    await update(run, wanted(GOOD, 'shop-two', [pinned('shop-two', 100)]));
    const [operation] = await run.revisions.deleteRevision({ name });
    await operation.promise();
    expect(await refusal(run.revisions.getRevision({ name }))).toMatchObject({ status: 'NOT_FOUND' });
  });

  it('are open to everyone unless the organisation forbids it', async () => {
    const run = await started();
    await create(run);
    const policy = { bindings: [{ role: 'roles/run.invoker', members: ['allUsers'] }] };
    await run.services.setIamPolicy({ resource: NAME, policy });
    const [kept] = await run.services.getIamPolicy({ resource: NAME });
    expect(kept.bindings).toMatchObject(policy.bindings);
    run.google.state.run.options.publicForbidden = true;
    const refused = await refusal(run.services.setIamPolicy({ resource: NAME, policy }));
    expect(refused).toMatchObject({
      status: 'FAILED_PRECONDITION',
      message: expect.stringContaining('organization policy'),
    });
  });
});

describe('what Cloud Run refuses', () => {
  it('is an etag that is not of now', async () => {
    const run = await started();
    const { etag } = await create(run);
    const traffic = [pinned('shop-one', 100, 'main')];
    const changed = await update(run, wanted(GOOD, 'shop-one', traffic), etag ?? null);
    expect(changed.etag).not.toBe(etag);
    const stale = run.services.updateService({
      service: { ...wanted(GOOD, 'shop-one', traffic), name: NAME, etag: etag ?? null },
    });
    expect(await refusal(stale)).toMatchObject({
      status: 'ABORTED',
      message: expect.stringContaining('Conflict'),
    });
  });

  it('is the name of a revision with another template', async () => {
    const run = await started();
    await create(run);
    const service = { ...wanted(BAD, 'shop-one', [pinned('shop-one', 100)]), name: NAME };
    expect(await refusal(run.services.updateService({ service }))).toMatchObject({
      status: 'ALREADY_EXISTS',
      message: "Revision named 'shop-one' with different configuration already exists.",
    });
  });

  it.each<[string, ITarget[], string]>([
    ['that does not add to 100', [pinned('shop-one', 90)], 'add up to 100'],
    ['to a revision that is not there', [pinned('shop-none', 100)], 'does not exist'],
    ['with a tag twice', [pinned('shop-one', 100, 'a'), pinned('shop-one', 0, 'a')], 'more than one'],
    ['with a tag that is no label', [pinned('shop-one', 100, 'New')], 'lowercase'],
    ['with a tag that is too long', [pinned('shop-one', 100, 'a'.repeat(43))], 'at most 46'],
  ])('is traffic %s', async (_what, traffic, told) => {
    const run = await started();
    await create(run);
    const service = { ...wanted(GOOD, 'shop-one', traffic), name: NAME };
    expect(await refusal(run.services.updateService({ service }))).toMatchObject({
      status: 'INVALID_ARGUMENT',
      message: expect.stringContaining(told),
    });
    const [kept] = await run.services.getService({ name: NAME });
    expect(kept.generation).toBe('1');
  });

  it.each<[string, IContainer, string]>([
    ['too little memory for its CPUs', { resources: { limits: { cpu: '4', memory: '1Gi' } } }, 'For 4 CPU'],
    ['too much memory for its CPU', { resources: { limits: { cpu: '1', memory: '8Gi' } } }, 'For 1 CPU'],
    ['three CPUs', { resources: { limits: { cpu: '3' } } }, 'Supported values'],
    ['the variable PORT', { env: [{ name: 'PORT', value: '80' }] }, 'reserved env names were provided: PORT'],
    [
      'a probe longer than its period',
      { startupProbe: { timeoutSeconds: 9, periodSeconds: 5, tcpSocket: {} } },
      'period_seconds',
    ],
    [
      'a probe of ten minutes',
      { startupProbe: { failureThreshold: 60, periodSeconds: 10, tcpSocket: {} } },
      '240',
    ],
    ['a port beyond all', { ports: [{ containerPort: 70_000 }] }, 'between 1 and 65535'],
  ])('is a container with %s', async (_what, container, told) => {
    const run = await started();
    const service = wanted(GOOD, 'shop-one', [pinned('shop-one', 100)], container);
    const work = run.services.createService({ parent: PARENT, serviceId: 'shop', service });
    expect(await refusal(work)).toMatchObject({
      status: 'INVALID_ARGUMENT',
      message: expect.stringContaining(told),
    });
    expect(run.google.state.run.services.size).toBe(0);
  });

  it('is a service that is there already, and a name of a revision that is not its own', async () => {
    const run = await started();
    await create(run);
    const again = run.services.createService({
      parent: PARENT,
      serviceId: 'shop',
      service: wanted(GOOD, '', []),
    });
    expect(await refusal(again)).toMatchObject({ status: 'ALREADY_EXISTS' });
    const other = run.services.createService({
      parent: PARENT,
      serviceId: 'cart',
      service: wanted(GOOD, 'shop-one', []),
    });
    expect(await refusal(other)).toMatchObject({
      status: 'INVALID_ARGUMENT',
      message: expect.stringContaining('prefixed'),
    });
  });
});

describe('the wire', () => {
  const ask = (google: GoogleServer, path: string, init: RequestInit = {}) =>
    fetch(`http://${google.endpoint}${path}`, {
      ...init,
      headers: { authorization: 'Bearer contract-token', 'content-type': 'application/json' },
    });

  it('takes no field that the message does not have, in the body or in the query', async () => {
    const { google } = await started();
    const body = JSON.stringify({ template: { containers: [{ image: 'a/b', memory: '1Gi' }] } });
    const inBody = await ask(google, `/v2/${PARENT}/services?serviceId=shop`, { method: 'POST', body });
    expect(inBody.status).toBe(400);
    expect(await inBody.json()).toMatchObject({
      error: {
        status: 'INVALID_ARGUMENT',
        message: `Invalid JSON payload received. Unknown name "memory" at 'service.template.containers[0]': Cannot find field.`,
        details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest' }],
      },
    });
    const inQuery = await ask(google, `/v2/${PARENT}/services?size=3`);
    expect(await inQuery.json()).toMatchObject({
      error: { message: expect.stringContaining('Cannot bind query parameter') },
    });
  });

  it('takes enums by name and by number, and gives them as they are asked for', async () => {
    const { google } = await started();
    const body = JSON.stringify({ template: { containers: [{ image: 'a/b' }] }, ingress: 3 });
    await ask(google, `/v2/${PARENT}/services?serviceId=shop`, { method: 'POST', body });
    const named = await ask(google, `/v2/${NAME}`);
    expect(await named.json()).toMatchObject({ ingress: 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER' });
    const numbered = await ask(google, `/v2/${NAME}?$alt=json%3Benum-encoding%3Dint`);
    expect(await numbered.json()).toMatchObject({ ingress: 3, traffic: [{ type: 1, percent: 100 }] });
  });

  it('refuses who has another token', async () => {
    const run = await started({ token: 'right' });
    const authClient = run.google.authClient();
    authClient.setCredentials({ access_token: 'wrong' });
    const services = new ServicesClient({ ...run.google.clientOptions(), authClient });
    expect(await refusal(services.getService({ name: NAME }))).toMatchObject({ status: 'UNAUTHENTICATED' });
    expect(run.google.calls).toEqual([]);
  });
});

describe('faults', () => {
  it('refuse the calls they are told for, and those alone', async () => {
    const run = await started();
    await create(run);
    run.google.fail('Services.GetService', { times: 1, status: 'PERMISSION_DENIED' });
    expect(await refusal(run.services.getService({ name: NAME }))).toMatchObject({
      status: 'PERMISSION_DENIED',
    });
    const [service] = await run.services.getService({ name: NAME });
    expect(service.name).toBe(NAME);
  });

  it('lose an answer after the effect', async () => {
    const run = await started();
    run.google.loseAnswer('Services.CreateService');
    const service = wanted(GOOD, 'shop-one', [pinned('shop-one', 100)]);
    const work = run.services.createService({ parent: PARENT, serviceId: 'shop', service });
    await expect(work).rejects.toThrow(/socket|closed|reset|hang/i);
    expect(await settled(run.services)).toMatchObject({ latestReadyRevision: `${NAME}/revisions/shop-one` });
    expect(run.google.calls[0]).toMatchObject({ method: 'Services.CreateService', answered: 'nothing' });
  });

  it('lose a request before the effect', async () => {
    const run = await started();
    run.google.loseRequest('Services.CreateService');
    const service = wanted(GOOD, 'shop-one', [pinned('shop-one', 100)]);
    const work = run.services.createService({ parent: PARENT, serviceId: 'shop', service });
    await expect(work).rejects.toThrow();
    expect(run.google.state.run.services.size).toBe(0);
  });

  it('delay an answer', async () => {
    const run = await started();
    await create(run);
    run.google.delay('Services.GetService', 200);
    const from = Date.now();
    await run.services.getService({ name: NAME });
    expect(Date.now() - from).toBeGreaterThanOrEqual(195);
  });

  it('restart with the state kept and what was in flight cut', async () => {
    const run = await started();
    await create(run);
    run.google.delay('Services.GetService', 5000);
    const cut = run.services.getService({ name: NAME });
    const caught = expect(cut).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await run.google.restart();
    await caught;
    run.google.clear();
    const [service] = await run.services.getService({ name: NAME });
    expect(service.generation).toBe('1');
  });

  it('come by chance in the same order from the same seed', async () => {
    const outcomes = async () => {
      const run = await started({ seed: 7 });
      await create(run);
      run.google.atRandom(0.5, ['fail']);
      const answers: string[] = [];
      for (let call = 0; call < 12; call += 1)
        answers.push(
          await run.revisions.listRevisions({ parent: NAME }).then(
            () => 'OK',
            () => 'failed',
          ),
        );
      return answers;
    };
    const first = await outcomes();
    expect(new Set(first)).toEqual(new Set(['OK', 'failed']));
    expect(await outcomes()).toEqual(first);
  });
});
