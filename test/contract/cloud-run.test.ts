import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeploySettings, ServiceShape } from '../../src/domain/deploy-settings.ts';
import { memoryCache } from '../../src/io/memory-cache.ts';
import type { World } from '../../src/io/world.ts';
import { cloudRunPlatform } from '../../src/ship/platforms/cloud-run/cloud-run-platform.ts';
import type { Answer, Platform, ServicePlace, ServiceState } from '../../src/ship/deployment/platform.ts';
import { startGoogle } from '../support/google/google-server.ts';
import type { GoogleServer } from '../support/google/google-server.ts';

const IMAGE = `registry.example/shop/web@sha256:${'1'.repeat(64)}`;
const OTHER = `registry.example/shop/web@sha256:${'2'.repeat(64)}`;
const SHAPE: ServiceShape = {
  ...{ port: 8080, memoryMiB: 1024, cpu: 1, concurrency: 40, minInstances: null, maxInstances: 5 },
  ...{ startupProbe: null, environment: { MODE: 'test' }, secrets: {}, serviceAccount: null },
  ...{ isPublic: true, command: null },
};

function settingsFor(service: string): DeploySettings {
  return {
    platform: 'cloud-run',
    service,
    stages: [stageFor(service)],
    shape: SHAPE,
    checks: [],
    analysis: {
      ...{ totalError: 0.01, errorTolerance: 0.005, slowTolerance: 0.05, memoryFactor: 1.5 },
      ...{ minimumRequests: 50, intervalSeconds: 60, probesPerSecond: 0 },
    },
    local: { network: false, sticky: false },
    cloudRun: {
      ...{ project: 'demo-project', region: 'europe-west1' },
      repository: 'europe-west1-docker.registry.example/demo-project/apps',
      ...{ buildFile: null, substitutions: {}, builder: 'cloud-build' as const },
    },
    atOnce: 4,
  };
}

function stageFor(service: string): DeploySettings['stages'][number] {
  const deadlines = { build: 600, ready: 60, checks: 60, step: 60, soak: 0, approval: 60 };
  return {
    ...{ name: 'staging', service, steps: [100], approval: false, deadlines },
    ...{ port: 0, project: null, region: null },
  };
}

let google: GoogleServer;
let platform: Platform;
let count = 0;

/** Waits are passed over at once: what is waited for is asked for again. */
const clock = { now: () => new Date(), sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 5)) };
const nowhere = {
  request: (r: { url: string }) => Promise.resolve({ kind: 'failure', reason: 'none', url: r.url }),
};
const world = { clock, environment: {}, http: nowhere, cache: memoryCache() } as unknown as World;

beforeAll(async () => {
  google = await startGoogle();
  google.state.registry.addRepository('projects/demo-project/locations/europe-west1/repositories/apps');
  platform = cloudRunPlatform(world, {
    endpoint: { host: '127.0.0.1', port: google.port, token: 'contract-token' },
  });
});

afterAll(async () => {
  await platform.close();
  await google.close();
});

function newPlace(): ServicePlace {
  const service = `shop${++count}`;
  return { settings: settingsFor(service), stage: stageFor(service) };
}

function value<T>(answer: Answer<T>): T {
  if (answer.kind !== 'done') throw new Error(JSON.stringify(answer));
  return answer.value;
}

async function now(at: ServicePlace): Promise<ServiceState> {
  for (;;) {
    const state = value(await platform.service(at));
    if (state !== null && !state.isReconciling) return state;
  }
}

function create(
  at: ServicePlace,
  name: string,
  guard: { etag: string | null; generation: number },
  reference = IMAGE,
) {
  const artifact = { digest: reference.split('@')[1]!, reference };
  const full = `${at.stage.service}-${name}`;
  return platform.createRevision(
    at,
    { name: full, tag: `t-${name}`, of: { kind: 'artifact', artifact, shape: SHAPE } },
    guard,
  );
}

async function first(): Promise<{ at: ServicePlace; state: ServiceState; one: string }> {
  const at = newPlace();
  value(await create(at, 'one', { etag: null, generation: 3 }));
  return { at, state: await now(at), one: `${at.stage.service}-one` };
}

const CALLS = (method: string): number => google.calls.filter((call) => call.method === method).length;

describe('Cloud Run through the official clients', () => {
  it('knows no service before there is one', async () => {
    expect(await platform.service(newPlace())).toEqual({ kind: 'done', value: null });
  });

  it('makes the service with its first revision, pinned, open, and marked', async () => {
    const { at, state, one } = await first();
    expect(state.traffic).toEqual([{ revision: one, percent: 100, tag: 't-one' }]);
    expect(state).toMatchObject({ generation: 3, stable: null, previous: null });
    expect(state.revisions).toMatchObject([{ name: one, tag: 't-one', readiness: { kind: 'ready' } }]);
    expect(state.revisions[0]!.artifact.reference).toBe(IMAGE);
    expect(google.calls.some(({ method }) => method === 'Services.SetIamPolicy')).toBe(true);
    // Asked again it is found, and nothing is written.
    const writes = CALLS('Services.UpdateService') + CALLS('Services.CreateService');
    value(await create(at, 'one', { etag: null, generation: 3 }));
    expect(CALLS('Services.UpdateService') + CALLS('Services.CreateService')).toBe(writes);
  });

  it('adds a revision without traffic, moves traffic, copies and takes away', async () => {
    const { at, state, one } = await first();
    const two = `${at.stage.service}-two`;
    value(await create(at, 'two', { etag: state.etag, generation: 3 }, OTHER));
    const both = await now(at);
    expect(both.traffic).toEqual([
      { revision: one, percent: 100, tag: 't-one' },
      { revision: two, percent: 0, tag: 't-two' },
    ]);
    const base = `${at.stage.service}-base`;
    const copy = { name: base, tag: 'baseline', of: { kind: 'copy', revision: one } } as const;
    value(await platform.createRevision(at, copy, { etag: both.etag, generation: 3 }));
    const copied = await now(at);
    expect(copied.revisions.find(({ name }) => name === base)?.artifact.reference).toBe(IMAGE);
    const shares = [
      { revision: one, percent: 90, tag: null },
      { revision: two, percent: 10, tag: 't-two' },
    ];
    const write = { shares, stable: one, previous: null };
    const routed = value(await platform.route(at, write, { etag: copied.etag, generation: 4 }));
    expect(routed).toMatchObject({ traffic: shares, stable: one, generation: 4 });
    const back = { shares: [{ revision: one, percent: 100, tag: null }], stable: one, previous: null };
    const alone = value(await platform.route(at, back, { etag: routed.etag, generation: 4 }));
    value(await platform.removeRevision(at, two, { etag: alone.etag, generation: 4 }));
    expect((await now(at)).revisions.map(({ name }) => name)).not.toContain(two);
  });

  it('writes nothing for an execution that has been taken over, or over somebody else', async () => {
    const { at, state, one } = await first();
    const write = { shares: [{ revision: one, percent: 100, tag: null }], stable: one, previous: null };
    expect(await platform.route(at, write, { etag: state.etag, generation: 2 })).toEqual({
      kind: 'fenced',
      generation: 3,
    });
    expect(await create(at, 'two', { etag: state.etag, generation: 2 })).toEqual({
      kind: 'fenced',
      generation: 3,
    });
    expect((await platform.route(at, write, { etag: 'old', generation: 3 })).kind).toBe('conflict');
    expect((await create(at, 'two', { etag: null, generation: 3 })).kind).toBe('conflict');
    expect((await now(at)).etag).toBe(state.etag);
  });

  it.each(['Services.CreateService', 'Services.UpdateService'])(
    'finds what it wrote when the answer of %s is lost',
    async (method) => {
      if (method === 'Services.CreateService') {
        google.loseAnswer(method);
        const { state, one } = await first();
        expect(state.traffic[0]).toMatchObject({ revision: one, percent: 100 });
        return;
      }
      const { at, state } = await first();
      google.loseAnswer(method);
      value(await create(at, 'two', { etag: state.etag, generation: 3 }, OTHER));
      expect((await now(at)).revisions).toHaveLength(2);
    },
  );

  it('says that nothing is known where the request was lost, and does not ask twice by itself', async () => {
    const { at, state, one } = await first();
    google.loseRequest('Services.UpdateService');
    const before = CALLS('Services.UpdateService');
    const write = { shares: [{ revision: one, percent: 100, tag: null }], stable: one, previous: null };
    const lost = await platform.route(at, write, { etag: state.etag, generation: 3 });
    expect(lost.kind).toBe('unreachable');
    expect(CALLS('Services.UpdateService')).toBe(before + 1);
    value(await platform.route(at, write, { etag: state.etag, generation: 3 }));
  });

  it('tells apart what is refused, with what to do', async () => {
    const { at, state, one } = await first();
    const write = { shares: [{ revision: one, percent: 100, tag: null }], stable: one, previous: null };
    const guard = { etag: state.etag, generation: 3 };
    google.fail('Services.UpdateService', {
      status: 'PERMISSION_DENIED',
      message: "Permission 'run.services.update' denied on resource",
    });
    expect(await platform.route(at, write, guard)).toMatchObject({
      kind: 'refused',
      cause: 'permission',
      hint: expect.stringContaining('roles/run.developer') as string,
    });
    google.fail('Services.UpdateService', { status: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded' });
    expect(await platform.route(at, write, guard)).toMatchObject({ kind: 'refused', cause: 'quota' });
    google.fail('Services.UpdateService', { status: 'ABORTED', message: 'Conflict for resource: version' });
    expect((await platform.route(at, write, guard)).kind).toBe('conflict');
    google.fail('Services.GetService', { times: 2 });
    expect((await platform.service(at)).kind).toBe('done');
  });

  it('explains that an organisation forbids services which everyone may call', async () => {
    google.fail('Services.SetIamPolicy', {
      status: 'FAILED_PRECONDITION',
      message:
        'One or more users named in the policy do not belong to a permitted customer, perhaps due to an organization policy.',
    });
    const at = newPlace();
    expect(await create(at, 'one', { etag: null, generation: 3 })).toMatchObject({
      kind: 'refused',
      cause: 'policy',
      why: expect.stringContaining('the organisation forbids services that everyone may call') as string,
      hint: expect.stringMatching(/public = false.*--no-invoker-iam-check/) as string,
    });
    // The service is there, and closed.
    expect((await now(at)).traffic).toHaveLength(1);
  });

  it('does not close a service that is open and should not be', async () => {
    const { at, state } = await first();
    const shape = { ...SHAPE, isPublic: false };
    const closed = { ...at, settings: { ...at.settings, shape } };
    const answer = await create(closed, 'two', { etag: state.etag, generation: 3 }, OTHER);
    expect(answer).toMatchObject({
      kind: 'refused',
      cause: 'policy',
      hint: expect.stringContaining('remove-iam-policy-binding') as string,
    });
  });

  it.each([
    ['wrong-port', ['Uvicorn running on http://0.0.0.0:9999'], 'wrong-port'],
    ['crash', ["ModuleNotFoundError: No module named 'shop'"], 'crash-at-import'],
    ['crash', ['Traceback (most recent call last):'], 'crash'],
    ['out-of-memory', [], 'out-of-memory'],
    ['too-slow', ['loading the model'], 'too-slow'],
    ['permission', [], 'image-not-readable'],
    ['secret', [], 'permission'],
    ['quota', [], 'quota'],
  ] as const)('says of a revision that does not start (%s %j) that it is: %s', async (kind, logs, cause) => {
    const { at, state, one } = await first();
    const image = `registry.example/shop/bad@sha256:${String(++count).padStart(64, 'a')}`;
    google.state.run.outcomes.set(image, { kind, logs });
    value(await create(at, 'bad', { etag: state.etag, generation: 3 }, image));
    const bad = (await now(at)).revisions.find(({ name }) => name.endsWith('-bad'));
    expect(bad?.readiness).toMatchObject({ kind: 'failed', cause });
    expect((await now(at)).traffic.find(({ percent }) => percent === 100)?.revision).toBe(one);
  });

  it('gives what a revision did in whole minutes, once it can be read', async () => {
    const { at, one } = await first();
    const place = {
      project: 'demo-project',
      location: 'europe-west1',
      service: at.stage.service,
      revision: one,
    };
    const end = Math.floor((Date.now() - 300_000) / 60_000) * 60_000;
    const add = (
      metric: Parameters<typeof google.state.monitoring.addPoint>[0]['metric'],
      value: number | readonly number[],
      labels = {},
    ) =>
      google.state.monitoring.addPoint({
        metric,
        place,
        labels,
        from: new Date(end - 60_000),
        to: new Date(end),
        value,
      });
    add('run.googleapis.com/request_count', 18, { response_code: '200', response_code_class: '2xx' });
    add('run.googleapis.com/request_count', 2, { response_code: '500', response_code_class: '5xx' });
    add('run.googleapis.com/request_latencies', [12, 15, 400], {
      response_code: '200',
      response_code_class: '2xx',
    });
    add('run.googleapis.com/container/cpu/allocation_time', 1.5);
    const from = new Date(end - 120_000);
    const intervals = value(await platform.metrics(at, one, from, new Date()));
    expect(intervals[1]).toMatchObject({ requests: 20, errors: 2, cpuSeconds: 1.5, memoryBytes: null });
    expect(intervals[1]!.latency.counts.reduce((all, one) => all + one, 0)).toBe(3);
    expect(intervals[1]!.to).toBe(new Date(end).toISOString());
    expect(intervals[0]).toMatchObject({ requests: 0, errors: 0 });
    expect(Date.parse(intervals.at(-1)!.to)).toBeLessThanOrEqual(Date.now() - 180_000);
  });

  it('asks as one who may, and follows no answer to another place', async () => {
    const at = newPlace();
    const check = {
      path: '/storage/v1/b',
      method: 'GET',
      body: null,
      contentType: null,
      status: null,
      contains: null,
      withinMs: 5000,
    } as const;
    const answer = await platform.ask(at, `http://127.0.0.1:${google.port}`, check);
    expect(answer).toMatchObject({ status: 401, error: null });
    const nobody = await platform.ask(at, 'http://127.0.0.1:9', check);
    expect(nobody).toMatchObject({ status: null, error: expect.any(String) as string });
  });

  it('builds once for a key, follows the log, and takes the digest from the result', async () => {
    const settings = settingsFor('built');
    const context = await tarOf({ Dockerfile: 'FROM scratch\n' });
    const request = { key: `k-${count}`, context, dockerfile: 'Dockerfile', settings, timeMs: 60_000 };
    const lines: string[] = [];
    google.loseAnswer('CloudBuild.CreateBuild');
    const built = value(await platform.build(request, (line) => lines.push(line)));
    expect(built.artifact.reference).toMatch(/\/apps\/built@sha256:[0-9a-f]{64}$/);
    expect(lines.join('\n')).toContain('starting build');
    const again = value(await platform.build(request, () => undefined));
    expect(again.artifact).toEqual(built.artifact);
    expect(CALLS('CloudBuild.CreateBuild')).toBe(1);
    expect(value(await platform.push(built.artifact, settings))).toEqual(built.artifact);
  });

  it("submits the repository's build file up to the push, and tells what it left out", async () => {
    const base = settingsFor('omni');
    const file = `steps:
  - {id: build, name: docker, args: [build, -t, '\${_REPO}/omni:1', .]}
  - {id: deploy, name: gcloud, entrypoint: gcloud, args: [run, deploy, omni, '--image=\${_REPO}/omni:1', '--region=\${_REGION}']}
images: ['\${_REPO}/omni:1']
substitutions: {_REPO: europe-west1-docker.registry.example/demo-project/apps, _REGION: europe-west1}
`;
    const settings = { ...base, cloudRun: { ...base.cloudRun, buildFile: 'cloudbuild.yaml' } };
    const request = {
      key: 'file',
      context: await tarOf({ 'cloudbuild.yaml': file }),
      dockerfile: null,
      settings,
      timeMs: 60_000,
    };
    const built = value(await platform.build(request, () => undefined));
    expect(built.notes.join()).toContain('deploy');
    expect(google.state.build.builds.at(-1)!.build['steps']).toHaveLength(1);
    google.state.build.outcomes.push({ kind: 'failure', logs: ['E: no such package'] });
    const failed = await platform.build({ ...request, key: 'bad' }, () => undefined);
    expect(failed).toMatchObject({ kind: 'refused', cause: 'build-failed' });
  });
});

function tarOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  return (async () => {
    const parts: Buffer[] = [];
    for await (const part of tar) parts.push(part as Buffer);
    return Buffer.concat(parts);
  })();
}
