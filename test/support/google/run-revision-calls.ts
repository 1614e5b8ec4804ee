import { pageOf, type Handlers } from './google-world.ts';
import { textAt, type JsonObject } from './json.ts';
import { notFound, Refusal } from './refusal.ts';
import { revisionMessage, type RevisionRecord } from './run-revisions.ts';
import { found } from './run-services.ts';
import { isRouted, type Run, type ServiceRecord } from './run-state.ts';
import { operationName } from './run-writes.ts';

const REVISION_TYPE = 'type.googleapis.com/google.cloud.run.v2.Revision';

/** google.cloud.run.v2.Revisions. */
export function revisionHandlers(run: Run): Handlers {
  return {
    'Revisions.GetRevision': (request) => {
      const { service, revision } = foundRevision(run, textAt(request, 'name'));
      run.operations.polled(service.name);
      return messageOf(service, revision);
    },
    'Revisions.ListRevisions': (request) => {
      const service = found(run, textAt(request, 'parent'));
      run.operations.polled(service.name);
      const youngestFirst = [...service.revisions].reverse();
      const { page, ...more } = pageOf(youngestFirst, request, 100);
      return { revisions: page.map((revision) => messageOf(service, revision)), ...more };
    },
    'Revisions.DeleteRevision': (request) => remove(run, request),
  };
}

function messageOf(service: ServiceRecord, revision: RevisionRecord): JsonObject {
  return revisionMessage(revision, isRouted(service, revision.name));
}

function foundRevision(
  run: Run,
  name: string,
): { readonly service: ServiceRecord; readonly revision: RevisionRecord } {
  const [parent, id] = name.split('/revisions/') as [string, string];
  const service = found(run, parent);
  const revision = service.revisions.find((one) => one.name === id);
  if (revision === undefined) throw notFound('REVISION', id);
  return { service, revision };
}

function remove(run: Run, request: JsonObject): JsonObject {
  const { service, revision } = foundRevision(run, textAt(request, 'name'));
  const etag = textAt(request, 'etag');
  if (etag !== '' && etag !== messageOf(service, revision)['etag'])
    throw new Refusal(
      'ABORTED',
      `Conflict for resource '${revision.name}': its etag is not the current one.`,
    );
  if (isRouted(service, revision.name))
    throw new Refusal(
      'FAILED_PRECONDITION',
      `Revision '${revision.name}' cannot be deleted: it is referenced by the traffic of service '${service.name.split('/').at(-1)}'.`,
    );
  if (revision.name === service.latestCreated)
    throw new Refusal(
      'FAILED_PRECONDITION',
      `Revision '${revision.name}' cannot be deleted: it is the latest created revision.`,
    );
  const response = { '@type': REVISION_TYPE, ...messageOf(service, revision) };
  if (request['validateOnly'] === true)
    return { name: operationName(run, service.name), done: true, response };
  return run.operations.begin({
    name: operationName(run, service.name),
    about: `${service.name}/revisions/${revision.name}`,
    dueAt: run.world.now().getTime() + (run.options.reconcileMs ?? 0),
    pollsLeft: run.options.reconcilePolls ?? 1,
    metadata: () => response,
    finish: () => {
      const at = service.revisions.indexOf(revision);
      if (at >= 0) service.revisions.splice(at, 1);
      return { response };
    },
  });
}
