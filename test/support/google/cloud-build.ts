import { randomUUID } from 'node:crypto';
import { substituted } from './build-substitutions.ts';
import { finishBuild } from './cloud-build-run.ts';
import { buildMessage, type BuildRecord, type CloudBuild } from './cloud-build-state.ts';
import { parseFilter } from './filter.ts';
import { pageOf, type Handlers } from './google-world.ts';
import { mapAt, objectAt, objectsAt, textAt, textsAt, type JsonObject } from './json.ts';
import { operationHandlers } from './operations.ts';
import { invalid, Refusal } from './refusal.ts';

const METADATA_TYPE = 'type.googleapis.com/google.devtools.cloudbuild.v1.BuildOperationMetadata';

/** google.devtools.cloudbuild.v1.CloudBuild, builds alone, and their operations. */
export function buildHandlers(cloud: CloudBuild): Handlers {
  return {
    'CloudBuild.CreateBuild': (request) => create(cloud, request),
    'CloudBuild.GetBuild': (request) => {
      const record = found(cloud, request);
      polled(cloud, record);
      return buildMessage(record);
    },
    'CloudBuild.ListBuilds': (request) => list(cloud, request),
    'CloudBuild.CancelBuild': (request) => cancel(cloud, request),
    ...operationHandlers('BuildOperations', cloud.operations),
  };
}

function polled(cloud: CloudBuild, record: BuildRecord): void {
  if (record.status === 'QUEUED') {
    record.status = 'WORKING';
    record.startTime = cloud.world.now().toISOString();
  }
  cloud.operations.polled(record.id);
}

function placeOf(request: JsonObject): { readonly project: string; readonly location: string } {
  const name = textAt(request, 'parent') || textAt(request, 'name');
  const [, project, , location] = name.split('/');
  return { project: project ?? textAt(request, 'projectId'), location: location ?? 'global' };
}

function create(cloud: CloudBuild, request: JsonObject): JsonObject {
  const { project, location } = placeOf(request);
  const id = randomUUID();
  const sent = objectAt(request, 'build');
  const builtIn = { PROJECT_ID: project, PROJECT_NUMBER: '1', BUILD_ID: id, LOCATION: location };
  const build = substituted(sent, mapAt(sent, 'substitutions'), builtIn);
  checkBuild(cloud, build);
  const record: BuildRecord = {
    build,
    id,
    project,
    location,
    createTime: cloud.world.now().toISOString(),
    outcome: cloud.outcomes.shift() ?? { kind: 'success' },
    status: 'QUEUED',
    startTime: null,
    finishTime: null,
    end: {},
  };
  cloud.builds.push(record);
  const opaque = Buffer.from(id).toString('base64url');
  return cloud.operations.begin({
    name:
      location === 'global'
        ? `operations/build/${project}/${opaque}`
        : `projects/${project}/locations/${location}/operations/${opaque}`,
    about: id,
    dueAt: cloud.world.now().getTime() + (cloud.options.buildMs ?? 0),
    pollsLeft: cloud.options.buildPolls ?? 1,
    metadata: () => ({ '@type': METADATA_TYPE, build: buildMessage(record) }),
    finish: () => finishBuild(cloud, record),
  });
}

function checkBuild(cloud: CloudBuild, build: JsonObject): void {
  const steps = objectsAt(build, 'steps');
  if (steps.length === 0) throw invalid('', 'invalid build: build must have at least one step');
  const nameless = steps.findIndex((step) => textAt(step, 'name') === '');
  if (nameless >= 0)
    throw invalid('', `invalid build: invalid build step ${nameless}: build step name must not be empty`);
  if (Number.parseFloat(textAt(build, 'timeout') || '3600') > 86_400)
    throw invalid('', 'invalid value for "timeout": exceeds the maximum of 24h0m0s');
  const badTag = textsAt(build, 'tags').find((tag) => !/^[\w][\w.-]{0,127}$/.test(tag));
  if (badTag !== undefined) throw invalid('', `invalid build: invalid build tag "${badTag}"`);
  const badImage = textsAt(build, 'images').find(
    (image) => !/^[\w.-]+(:\d+)?(\/[\w.-]+)+(:[\w.-]+)?$/.test(image),
  );
  if (badImage !== undefined) throw invalid('', `invalid build: invalid image name "${badImage}"`);
  checkAccount(build);
  checkSource(cloud, objectAt(objectAt(build, 'source'), 'storageSource'));
}

function checkAccount(build: JsonObject): void {
  const options = objectAt(build, 'options');
  const isLogged =
    textAt(build, 'logsBucket') !== '' ||
    options['defaultLogsBucketBehavior'] === 'REGIONAL_USER_OWNED_BUCKET' ||
    ['CLOUD_LOGGING_ONLY', 'NONE'].includes(textAt(options, 'logging'));
  if (textAt(build, 'serviceAccount') !== '' && !isLogged)
    throw invalid(
      '',
      "if 'build.service_account' is specified, the build must either (a) specify 'build.logs_bucket', (b) use the REGIONAL_USER_OWNED_BUCKET build.options.default_logs_bucket_behavior option, or (c) use either CLOUD_LOGGING_ONLY / NONE logging options",
    );
}

function checkSource(cloud: CloudBuild, source: JsonObject): void {
  const bucket = textAt(source, 'bucket');
  if (bucket === '') return;
  const object = cloud.storage.buckets.get(bucket)?.objects.get(textAt(source, 'object'));
  if (object === undefined)
    throw new Refusal(
      'NOT_FOUND',
      `could not resolve source: no such object: ${bucket}/${textAt(source, 'object')}`,
    );
  const generation = textAt(source, 'generation');
  if (generation !== '' && generation !== '0' && generation !== object.generation)
    throw new Refusal(
      'NOT_FOUND',
      `could not resolve source: ${bucket} has no generation ${generation} of the object`,
    );
}

function found(cloud: CloudBuild, request: JsonObject): BuildRecord {
  cloud.operations.settle();
  const id = textAt(request, 'id') || textAt(request, 'name').split('/').at(-1);
  const { project } = placeOf(request);
  const record = cloud.builds.find((one) => one.id === id && one.project === project);
  if (record === undefined) throw new Refusal('NOT_FOUND', 'Requested entity was not found.');
  return record;
}

function list(cloud: CloudBuild, request: JsonObject): JsonObject {
  cloud.operations.settle();
  const { project, location } = placeOf(request);
  const filter = parseFilter(textAt(request, 'filter'), valuesOf);
  const youngestFirst = [...cloud.builds]
    .reverse()
    .filter((one) => one.project === project && one.location === location && filter.matches(one));
  const { page, ...more } = pageOf(youngestFirst, request, 100);
  return { builds: page.map(buildMessage), ...more };
}

function valuesOf(record: BuildRecord, path: string): readonly string[] {
  if (path === 'tags') return textsAt(record.build, 'tags');
  if (path === 'status') return [record.status];
  if (path === 'id' || path === 'build_id') return [record.id];
  if (path === 'create_time') return [record.createTime];
  if (path.startsWith('substitutions.')) return [mapAt(record.build, 'substitutions')[path.slice(14)] ?? ''];
  throw invalid('filter', `'${path}' is not a field that can be filtered by`);
}

function cancel(cloud: CloudBuild, request: JsonObject): JsonObject {
  const record = found(cloud, request);
  if (record.finishTime !== null)
    throw new Refusal('FAILED_PRECONDITION', 'Cannot cancel a build that is already complete.');
  record.status = 'CANCELLED';
  record.finishTime = cloud.world.now().toISOString();
  cloud.operations.endNow(record.id);
  return buildMessage(record);
}
