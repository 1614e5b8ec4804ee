import { RevisionsClient, ServicesClient } from '@google-cloud/run';
import { afterEach, describe, expect, it } from 'vitest';
import { startGoogle, type GoogleOptions, type GoogleServer } from '../support/google/google-server.ts';

const PARENT = 'projects/shop-1/locations/europe-west1';
const NAME = `${PARENT}/services/shop`;
const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;

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

function serviceOf(digest: string, revision: string, traffic: readonly object[] = []) {
  return {
    template: {
      revision,
      containers: [{ image: `registry.example/shop/web@${digest}`, ports: [{ containerPort: 8080 }] }],
    },
    traffic: [...traffic],
  };
}

function pinned(revision: string, percent: number, tag = '') {
  return { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION' as const, revision, percent, tag };
}

async function created({ services }: Started, revision = 'shop-one') {
  const [operation] = await services.createService({
    parent: PARENT,
    serviceId: 'shop',
    service: serviceOf(DIGEST, revision, [pinned(revision, 100)]),
  });
  const [service] = await operation.promise();
  return service;
}

describe('Cloud Run as the contract server has it', () => {
  it('makes a service by an operation', async () => {
    const it = await started();
    const service = await created(it);
    expect(service.latestReadyRevision).toBe(`${NAME}/revisions/shop-one`);
    expect(service.reconciling).toBe(false);
    const [again] = await it.services.getService({ name: NAME });
    expect(again.trafficStatuses).toMatchObject([{ revision: 'shop-one', percent: 100 }]);
    const error: unknown = await it.services
      .createService({ parent: PARENT, serviceId: 'shop', service: serviceOf(DIGEST, 'shop-one') })
      .catch((e: unknown) => e);
    console.log(error, Object.keys(error as object));
    const [rs] = await it.revisions.listRevisions({ parent: NAME });
    console.log(rs[0]);
    it.google.state.run.outcomes.set(OTHER, { kind: 'wrong-port' });
    const [op] = await it.services.updateService({ service: { name: NAME, ...serviceOf(OTHER, 'shop-two', [pinned('shop-one', 100), pinned('shop-two', 0, 'new')]), etag: again.etag } });
    console.log(await op.promise().catch((e: unknown) => [e, Object.entries(e as object)]));
    console.log(it.google.calls);
  });
});
