import { ArtifactRegistryClient } from '@google-cloud/artifact-registry';
import { CloudBuildClient, type protos } from '@google-cloud/cloudbuild';
import { Logging } from '@google-cloud/logging';
import { MetricServiceClient } from '@google-cloud/monitoring';
import { afterEach, describe, expect, it } from 'vitest';
import { startGoogle, type GoogleServer } from '../support/google/google-server.ts';

type IBuild = protos.google.devtools.cloudbuild.v1.IBuild;

const projectId = 'shop-1';
const REPOSITORY = `projects/${projectId}/locations/europe-west1/repositories/images`;
const IMAGE = 'europe-west1-docker.registry.example/shop-1/images/web';

// What an operation gives is not turned into names by the client.
const SUCCESS = 3;

const servers: GoogleServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function started(): Promise<GoogleServer> {
  const google = await startGoogle();
  servers.push(google);
  return google;
}

function buildOf(more: IBuild = {}): IBuild {
  return {
    steps: [{ name: 'docker', args: ['build', '-t', `${IMAGE}:$_TAG`, '.'] }],
    images: [`${IMAGE}:$_TAG`],
    substitutions: { _TAG: 'one' },
    tags: ['rollout-1'],
    ...more,
  };
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown as Error,
  );
  return error.message;
}

describe('Cloud Build', () => {
  it('builds, pushes, and says the digest', async () => {
    const google = await started();
    google.state.registry.addRepository(REPOSITORY);
    const builds = new CloudBuildClient(google.clientOptions());
    const [operation] = await builds.createBuild({ projectId, build: buildOf() });
    const [build] = await operation.promise();
    expect(build).toMatchObject({ status: SUCCESS, results: { images: [{ name: `${IMAGE}:one` }] } });
    const digest = build.results?.images?.[0]?.digest ?? '';
    const [found] = await builds.listBuilds({ projectId, filter: 'tags="rollout-1"' });
    expect(found.map(({ id }) => id)).toEqual([build.id]);
    expect((await builds.listBuilds({ projectId, filter: 'tags="rollout-2"' }))[0]).toEqual([]);
    const images = new ArtifactRegistryClient(google.clientOptions());
    const [image] = await images.getDockerImage({ name: `${REPOSITORY}/dockerImages/web@${digest}` });
    expect(image.tags).toEqual(['one']);
    const [tag] = await images.getTag({ name: `${REPOSITORY}/packages/web/tags/one` });
    expect(tag.version).toBe(`${REPOSITORY}/packages/web/versions/${digest}`);
  });

  it.each<[string, IBuild, string]>([
    [
      'that is not in the template',
      { substitutions: { _TAG: 'one', _PORT: '80' } },
      'key \\"_PORT\\" in the substitution data is not matched',
    ],
    ['that nobody gave', { substitutions: {} }, 'key in the template \\"_TAG\\" is not matched'],
    ['without an underscore', { substitutions: { TAG: 'one' } }, 'not a valid built-in substitution'],
  ])('refuses a key %s', async (_what, more, told) => {
    const google = await started();
    const builds = new CloudBuildClient(google.clientOptions());
    const message = await refusal(builds.createBuild({ projectId, build: buildOf(more) }));
    expect(message).toContain('INVALID_ARGUMENT');
    expect(message).toContain(told);
    expect(google.state.build.builds).toEqual([]);
  });

  it('fails at a step, with its log in Logging and in the bucket', async () => {
    const google = await started();
    google.state.build.outcomes.push({ kind: 'failure', logs: ['no such file: requirements.txt'] });
    const builds = new CloudBuildClient(google.clientOptions());
    const [operation] = await builds.createBuild({ projectId, build: buildOf() });
    expect(await refusal(operation.promise())).toContain('build step 0 "docker" failed');
    const [[build]] = await builds.listBuilds({ projectId });
    expect(build).toMatchObject({ status: 'FAILURE', failureInfo: { type: 'USER_BUILD_STEP' } });
    const log = google.state.storage.buckets
      .get('shop-1.cloudbuild-logs')
      ?.objects.get(`log-${build?.id}.txt`);
    expect(log?.bytes.toString()).toContain('requirements.txt');
    const logging = new Logging({ projectId, ...google.clientOptions() } as object);
    const [entries] = await logging.getEntries({
      resourceNames: [`projects/${projectId}`],
      filter: `resource.type="build" AND resource.labels.build_id="${build?.id}"`,
      autoPaginate: false,
    });
    expect(entries.map((entry) => entry.data as unknown)).toContain('no such file: requirements.txt');
  });

  it('ends a build that is cancelled', async () => {
    const google = await started();
    google.state.build.options.buildPolls = 100;
    const builds = new CloudBuildClient(google.clientOptions());
    await builds.createBuild({ projectId, build: buildOf() });
    const [[queued]] = await builds.listBuilds({ projectId });
    expect(queued?.status).toBe('QUEUED');
    const [cancelled] = await builds.cancelBuild({ projectId, id: queued?.id ?? '' });
    expect(cancelled.status).toBe('CANCELLED');
    expect(await refusal(builds.cancelBuild({ projectId, id: queued?.id ?? '' }))).toContain(
      'already complete',
    );
  });

  it('takes sources from a bucket, and none that are not there', async () => {
    const google = await started();
    const ask = (verb: string, path: string, body: string) =>
      fetch(`http://${google.endpoint}${path}`, {
        method: verb,
        body,
        headers: { authorization: 'Bearer contract-token' },
      });
    const source = { storageSource: { bucket: 'shop-1-sources', object: 'a/source.tgz' } };
    const builds = new CloudBuildClient(google.clientOptions());
    expect(await refusal(builds.createBuild({ projectId, build: buildOf({ source }) }))).toContain(
      'could not resolve source',
    );
    await ask('POST', `/storage/v1/b?project=${projectId}`, JSON.stringify({ name: 'shop-1-sources' }));
    const upload = `/upload/storage/v1/b/shop-1-sources/o?uploadType=media&name=a%2Fsource.tgz&ifGenerationMatch=0`;
    expect(await (await ask('POST', upload, 'bytes')).json()).toMatchObject({
      name: 'a/source.tgz',
      size: '5',
    });
    expect((await ask('POST', upload, 'bytes')).status).toBe(412);
    const [operation] = await builds.createBuild({ projectId, build: buildOf({ source }) });
    expect((await operation.promise())[0].status).toBe(SUCCESS);
  });
});

const PLACE = { project: projectId, location: 'europe-west1', service: 'shop', revision: 'shop-one' };
const FROM = new Date('2026-01-05T10:00:00Z');
const at = (seconds: number) => new Date(FROM.getTime() + seconds * 1000);
const interval = {
  startTime: { seconds: FROM.getTime() / 1000 },
  endTime: { seconds: at(120).getTime() / 1000 },
};

describe('Monitoring', () => {
  const filter = (metric: string) =>
    `metric.type = "run.googleapis.com/${metric}" AND resource.type = "cloud_run_revision" AND resource.labels.revision_name = "shop-one"`;

  it('aligns and sums what a revision answered', async () => {
    const google = await started();
    const { monitoring } = google.state;
    monitoring.addRequests(PLACE, at(0), at(60), { 200: [10, 20, 30], 500: [5] });
    monitoring.addRequests(PLACE, at(60), at(120), { 200: [10, 900] });
    monitoring.addRequests({ ...PLACE, revision: 'shop-two' }, at(0), at(60), { 200: [1] });
    const client = new MetricServiceClient(google.clientOptions());
    const aggregation = {
      alignmentPeriod: { seconds: 60 },
      perSeriesAligner: 'ALIGN_DELTA' as const,
      crossSeriesReducer: 'REDUCE_SUM' as const,
      groupByFields: ['metric.labels.response_code_class'],
    };
    const ask = { name: `projects/${projectId}`, interval, view: 'FULL' as const };
    const [counts] = await client.listTimeSeries({ ...ask, filter: filter('request_count'), aggregation });
    const told = counts.map(({ metric, points }) => [
      metric?.labels?.['response_code_class'],
      points?.map(({ value }) => Number(value?.int64Value)),
    ]);
    expect(Object.fromEntries(told)).toEqual({ '2xx': [2, 3], '5xx': [1] });
    const [[latencies]] = await client.listTimeSeries({
      ...ask,
      filter: filter('request_latencies'),
      aggregation: { ...aggregation, groupByFields: [] },
    });
    const older = latencies?.points?.[1]?.value?.distributionValue;
    expect(older).toMatchObject({
      count: '4',
      mean: 16.25,
      bucketOptions: { exponentialBuckets: { growthFactor: 1.4 } },
    });
  });

  it('refuses an unknown metric, a short period, and an aligner of another kind', async () => {
    const google = await started();
    google.state.monitoring.addRequests(PLACE, at(0), at(60), { 200: [10] });
    const client = new MetricServiceClient(google.clientOptions());
    const ask = (metric: string, seconds: number) =>
      refusal(
        client.listTimeSeries({
          name: `projects/${projectId}`,
          interval,
          view: 'FULL',
          filter: filter(metric),
          aggregation: { alignmentPeriod: { seconds }, perSeriesAligner: 'ALIGN_PERCENTILE_95' },
        }),
      );
    expect(await ask('request_weights', 60)).toContain('Cannot find metric');
    expect(await ask('request_latencies', 10)).toContain('at least 60 seconds');
    expect(await ask('request_count', 60)).toContain('cannot be applied');
  });

  it('shows nothing before it is ingested', async () => {
    let now = at(130);
    const google = await startGoogle({ now: () => now, ingestDelayMs: 120_000 });
    servers.push(google);
    google.state.monitoring.addRequests(PLACE, at(60), at(120), { 200: [10] });
    const client = new MetricServiceClient(google.clientOptions());
    const ask = async () =>
      (
        await client.listTimeSeries({
          name: `projects/${projectId}`,
          interval,
          view: 'FULL',
          filter: filter('request_count'),
        })
      )[0];
    expect(await ask()).toEqual([]);
    now = at(250);
    expect(await ask()).toHaveLength(1);
  });
});

describe('Logging', () => {
  it('gives the pages of one revision alone', async () => {
    const google = await started();
    const service = `projects/${projectId}/locations/europe-west1/services/shop`;
    for (const [revision, text] of [
      ['shop-one', 'a'],
      ['shop-two', 'b'],
      ['shop-one', 'c'],
    ] as const)
      google.state.logging.addRevisionLog({ service, revision, severity: 'ERROR', text, stream: 'stderr' });
    const logging = new Logging({ projectId, ...google.clientOptions() } as object);
    const [entries] = await logging.getEntries({
      resourceNames: [`projects/${projectId}`],
      filter:
        'resource.type="cloud_run_revision" AND resource.labels.revision_name="shop-one" AND severity>=WARNING',
    });
    expect(entries.map((entry) => entry.data as unknown).sort()).toEqual(['a', 'c']);
    const page = async (pageToken: string) => {
      const body = JSON.stringify({ resourceNames: [`projects/${projectId}`], pageSize: 2, pageToken });
      const headers = { authorization: 'Bearer contract-token' };
      const answer = await fetch(`http://${google.endpoint}/v2/entries:list`, {
        method: 'POST',
        body,
        headers,
      });
      return (await answer.json()) as { entries: { textPayload: string }[]; nextPageToken?: string };
    };
    const first = await page('');
    expect(first.entries.map((entry) => entry.textPayload)).toEqual(['a', 'b']);
    const last = await page(first.nextPageToken ?? '');
    expect(last.entries.map((entry) => entry.textPayload)).toEqual(['c']);
    expect(last.nextPageToken).toBeUndefined();
    expect(await refusal(logging.getEntries({ filter: 'severity >=' }))).toContain('Unparseable filter');
  });
});
