import { randomName } from './google-world.ts';
import { canonical, mapAt, objectAt, objectsAt, textAt, type JsonObject } from './json.ts';
import { invalid, Refusal } from './refusal.ts';
import { serviceMessage } from './run-message.ts';
import { imageOf, revisionRefusal, type RevisionOutcome, type RevisionRecord } from './run-revisions.ts';
import {
  changed,
  decideRevision,
  serveTraffic,
  shortName,
  type Run,
  type ServiceRecord,
} from './run-state.ts';
import { checkKeys, checkScaling, checkTemplate } from './run-template-rules.ts';
import { checkTraffic } from './run-traffic.ts';

export const SERVICE_TYPE = 'type.googleapis.com/google.cloud.run.v2.Service';

/** What a write makes of a service; null: the template is as before. */
export interface Planned {
  readonly wanted: JsonObject;
  readonly revision: string | null;
}

/** Refuses what would be refused at once, and says which revision would be made. `service` is null for one that is not there yet. */
export function planWrite(
  run: Run,
  name: string,
  wanted: JsonObject,
  service: ServiceRecord | null,
): Planned {
  const id = shortName(name);
  const template = objectAt(wanted, 'template');
  if (run.options.publicForbidden === true && wanted['invokerIamDisabled'] === true)
    throw new Refusal(
      'FAILED_PRECONDITION',
      'Setting invoker_iam_disabled is not allowed by organization policy constraints/run.managed.requireInvokerIam.',
    );
  checkKeys('service.annotations', mapAt(wanted, 'annotations'));
  checkKeys('service.labels', mapAt(wanted, 'labels'));
  checkScaling('service.scaling', objectAt(wanted, 'scaling'));
  checkTemplate(template, id);
  const revision = newRevision(run, id, template, service);
  const names = new Set(service?.revisions.map((one) => one.name) ?? []);
  checkTraffic(objectsAt(wanted, 'traffic'), id, revision === null ? names : names.add(revision));
  return { wanted, revision };
}

/** A changed template makes a revision, under its own name or a new one; a name that is taken must be of the very same template. */
function newRevision(
  run: Run,
  id: string,
  template: JsonObject,
  service: ServiceRecord | null,
): string | null {
  const asked = textAt(template, 'revision');
  const taken = service?.revisions.find((one) => one.name === asked);
  if (taken !== undefined) {
    if (canonical(taken.template) === canonical(template)) return null;
    throw new Refusal(
      'ALREADY_EXISTS',
      `Revision named '${asked}' with different configuration already exists.`,
    );
  }
  if (asked !== '') return asked;
  if (service !== null && canonical(objectAt(service.wanted, 'template')) === canonical(template))
    return null;
  return `${id}-${String((service?.generation ?? 0) + 1).padStart(5, '0')}-${randomName(run.world, 3)}`;
}

/** Takes the write over; the operation that ends it is answered. */
export function applyWrite(run: Run, service: ServiceRecord, planned: Planned): JsonObject {
  service.wanted = planned.wanted;
  service.generation += 1;
  service.problem = null;
  changed(run, service);
  const made = planned.revision === null ? null : makeRevision(run, service, planned.revision);
  const { reconcileMs = 0, reconcilePolls = 1 } = run.options;
  const { generation } = service;
  return run.operations.begin({
    name: operationName(run, service.name),
    about: service.name,
    dueAt: run.world.now().getTime() + reconcileMs + (made?.outcome.afterMs ?? 0),
    pollsLeft: reconcilePolls,
    metadata: () => ({ '@type': SERVICE_TYPE, ...serviceMessage(run, service) }),
    finish: () => finishWrite(run, service, made, generation),
  });
}

export function operationName(run: Run, service: string): string {
  return `${service.split('/').slice(0, 4).join('/')}/operations/${randomName(run.world, 24)}`;
}

function makeRevision(run: Run, service: ServiceRecord, name: string): RevisionRecord {
  const template = objectAt(service.wanted, 'template');
  const revision: RevisionRecord = {
    name,
    service: service.name,
    template,
    uid: randomName(run.world, 24),
    createTime: run.world.now().toISOString(),
    ordinal: (service.revisions.at(-1)?.ordinal ?? 0) + 1,
    outcome: outcomeOf(run, imageOf(template)),
    result: null,
  };
  service.revisions.push(revision);
  service.latestCreated = name;
  return revision;
}

function outcomeOf(run: Run, image: string): RevisionOutcome {
  const digest = image.split('@')[1] ?? '';
  return (
    run.outcomes.get(image) ??
    run.outcomes.get(digest) ?? { kind: run.isImageThere(image) === false ? 'image-not-found' : 'ready' }
  );
}

function finishWrite(
  run: Run,
  service: ServiceRecord,
  made: RevisionRecord | null,
  generation: number,
): { readonly response: JsonObject } | { readonly error: Refusal } {
  if (made !== null) decideRevision(run, service, made);
  const missing = serveTraffic(run, service);
  service.observedGeneration = generation;
  changed(run, service);
  const latest = service.revisions.find((one) => one.name === service.latestCreated);
  const failed = [latest, service.revisions.find((one) => one.name === missing)].find(
    (one) => (one?.result?.failure ?? null) !== null,
  );
  if (failed === undefined) return { response: doneMessage(run, service) };
  const error = revisionRefusal(failed, failed.result!.failure!);
  service.problem = { message: error.message, of: failed === latest ? 'ConfigurationsReady' : 'RoutesReady' };
  return { error };
}

function doneMessage(run: Run, service: ServiceRecord): JsonObject {
  const message = serviceMessage(run, service);
  return { '@type': SERVICE_TYPE, ...message };
}

/** A write that is only tried is an operation that is done. */
export function triedWrite(run: Run, name: string, wanted: JsonObject): JsonObject {
  return {
    name: operationName(run, name),
    done: true,
    response: { '@type': SERVICE_TYPE, ...wanted, name },
  };
}

export function checkServiceId(id: string): void {
  if (!/^[a-z](?:[-a-z0-9]{0,47}[a-z0-9])?$/.test(id))
    throw invalid(
      'service_id',
      `'${id}' must be only lowercase alphanumeric characters and dashes, begin with a letter, not end with a dash, and have less than 50 characters`,
    );
}
