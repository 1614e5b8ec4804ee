import { pageOf, randomName, type Handlers } from './google-world.ts';
import { isObject, objectAt, textAt, type JsonObject } from './json.ts';
import { operationHandlers } from './operations.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { isWritable, withDefaults } from './run-defaults.ts';
import { serviceMessage } from './run-message.ts';
import { changed, etagOf, type Run, type ServiceRecord } from './run-state.ts';
import {
  applyWrite,
  checkServiceId,
  operationName,
  planWrite,
  SERVICE_TYPE,
  triedWrite,
} from './run-writes.ts';

/** google.cloud.run.v2.Services without its policies, and the operations that it begins. */
export function serviceHandlers(run: Run): Handlers {
  return {
    'Services.CreateService': (request) => create(run, request),
    'Services.GetService': (request) => {
      const service = found(run, textAt(request, 'name'));
      run.operations.polled(service.name);
      return serviceMessage(run, found(run, service.name));
    },
    'Services.ListServices': (request) => list(run, request),
    'Services.UpdateService': (request) => update(run, request),
    'Services.DeleteService': (request) => remove(run, request),
    ...operationHandlers('RunOperations', run.operations),
  };
}

export function found(run: Run, name: string): ServiceRecord {
  run.operations.settle();
  const service = run.services.get(name);
  if (service === undefined) throw notFound('SERVICE', name.split('/').at(-1)!);
  return service;
}

/** An etag that is given must be that of now. */
export function checkEtag(etag: string, service: Pick<ServiceRecord, 'name' | 'version'>): void {
  if (etag === '' || etag === etagOf(service)) return;
  throw new Refusal(
    'ABORTED',
    `Conflict for resource '${service.name.split('/').at(-1)}': version '${etag}' was specified but current version is '${etagOf(service)}'.`,
  );
}

function create(run: Run, request: JsonObject): JsonObject {
  const id = textAt(request, 'serviceId');
  const name = `${textAt(request, 'parent')}/services/${id}`;
  checkServiceId(id);
  run.operations.settle();
  if (request['service'] === undefined) throw invalid('service', 'must be set');
  if (run.services.has(name)) throw new Refusal('ALREADY_EXISTS', `Resource '${id}' already exists.`);
  return begin(run, name, withDefaults(objectAt(request, 'service')), request['validateOnly'] === true);
}

function begin(run: Run, name: string, wanted: JsonObject, isTried: boolean): JsonObject {
  const planned = planWrite(run, name, wanted, null);
  if (isTried) return triedWrite(run, name, wanted);
  const now = run.world.now().toISOString();
  const service: ServiceRecord = {
    name,
    uid: randomName(run.world, 24),
    createTime: now,
    updateTime: now,
    deleteTime: null,
    wanted,
    generation: 0,
    observedGeneration: 0,
    version: 0,
    served: [],
    revisions: [],
    latestCreated: '',
    latestReady: null,
    problem: null,
    policy: { bindings: [], version: 0 },
  };
  run.services.set(name, service);
  return applyWrite(run, service, planned);
}

function update(run: Run, request: JsonObject): JsonObject {
  const written = objectAt(request, 'service');
  const name = textAt(written, 'name');
  run.operations.settle();
  if (request['allowMissing'] === true && !run.services.has(name)) {
    checkServiceId(name.split('/').at(-1)!);
    return begin(run, name, withDefaults(written), request['validateOnly'] === true);
  }
  const service = found(run, name);
  checkEtag(textAt(written, 'etag'), service);
  if (service.deleteTime !== null)
    throw new Refusal('FAILED_PRECONDITION', `Resource '${name}' is being deleted.`);
  const wanted = withDefaults(masked(service.wanted, written, textAt(request, 'updateMask')));
  const planned = planWrite(run, name, wanted, service);
  return request['validateOnly'] === true ? triedWrite(run, name, wanted) : applyWrite(run, service, planned);
}

/** Without a mask everything is replaced; else the fields that it names, which may be within others (AIP-134). */
function masked(before: JsonObject, written: JsonObject, mask: string): JsonObject {
  if (mask === '' || mask === '*') return written;
  const result = structuredClone(before);
  for (const path of mask
    .split(',')
    .map((one) => one.replace(/_([a-z])/g, (_m, c: string) => c.toUpperCase()))) {
    const keys = path.split('.');
    if (!isWritable(keys[0]!)) throw invalid('update_mask', `'${path}' is not a field that can be updated`);
    copy(result, written, keys);
  }
  return result;
}

function copy(target: JsonObject, source: JsonObject, [first, ...rest]: readonly string[]): void {
  const key = first!;
  if (rest.length > 0) {
    const inner = target[key];
    target[key] = isObject(inner) ? inner : {};
    return copy(target[key] as JsonObject, objectAt(source, key), rest);
  }
  if (source[key] === undefined) delete target[key];
  else target[key] = source[key];
}

function list(run: Run, request: JsonObject): JsonObject {
  run.operations.settle();
  const inPlace = [...run.services.values()].filter((one) =>
    one.name.startsWith(`${textAt(request, 'parent')}/services/`),
  );
  const { page, ...more } = pageOf(inPlace, request, 100);
  return { services: page.map((service) => serviceMessage(run, service)), ...more };
}

function remove(run: Run, request: JsonObject): JsonObject {
  const service = found(run, textAt(request, 'name'));
  checkEtag(textAt(request, 'etag'), service);
  if (request['validateOnly'] === true) return triedWrite(run, service.name, service.wanted);
  service.deleteTime = run.world.now().toISOString();
  changed(run, service);
  return run.operations.begin({
    name: operationName(run, service.name),
    about: service.name,
    dueAt: run.world.now().getTime() + (run.options.reconcileMs ?? 0),
    pollsLeft: run.options.reconcilePolls ?? 1,
    metadata: () => ({ '@type': SERVICE_TYPE, ...serviceMessage(run, service) }),
    finish: () => {
      run.services.delete(service.name);
      return { response: { '@type': SERVICE_TYPE, ...serviceMessage(run, service) } };
    },
  });
}
