import { createHash } from 'node:crypto';
import type { Handlers } from './google-world.ts';
import { canonical, objectAt, objectsAt, textAt, textsAt, type JsonObject } from './json.ts';
import { invalid, Refusal } from './refusal.ts';
import { found } from './run-services.ts';
import type { Run, ServiceRecord } from './run-state.ts';

/** Who may call a service: the policy methods of google.cloud.run.v2.Services. */
export function policyHandlers(run: Run): Handlers {
  return {
    'Services.GetIamPolicy': (request) => policyMessage(found(run, textAt(request, 'resource'))),
    'Services.SetIamPolicy': (request) => setPolicy(run, request),
    'Services.TestIamPermissions': (request) => ({ permissions: textsAt(request, 'permissions') }),
  };
}

function setPolicy(run: Run, request: JsonObject): JsonObject {
  const service = found(run, textAt(request, 'resource'));
  const policy = objectAt(request, 'policy');
  const etag = textAt(policy, 'etag');
  if (etag !== '' && etag !== policyMessage(service)['etag'])
    throw new Refusal(
      'ABORTED',
      'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
    );
  const bindings = objectsAt(policy, 'bindings');
  for (const binding of bindings) checkBinding(run, binding);
  service.policy = { bindings, version: service.policy.version + 1 };
  return policyMessage(service);
}

function checkBinding(run: Run, binding: JsonObject): void {
  if (!/^(roles|projects|organizations)\//.test(textAt(binding, 'role')))
    throw invalid(
      'policy.bindings.role',
      `Role ${textAt(binding, 'role')} is not supported for this resource.`,
    );
  for (const member of textsAt(binding, 'members')) {
    const isEveryone = member === 'allUsers' || member === 'allAuthenticatedUsers';
    if (!isEveryone && !/^(user|serviceAccount|group|domain|principal|principalSet):/.test(member))
      throw invalid('policy.bindings.members', `Invalid member ${member}`);
    if (isEveryone && run.options.publicForbidden === true)
      throw new Refusal(
        'FAILED_PRECONDITION',
        'One or more users named in the policy do not belong to a permitted customer, perhaps due to an organization policy.',
      );
  }
}

function policyMessage({ policy }: ServiceRecord): JsonObject {
  const text = `${policy.version}/${canonical(policy.bindings)}`;
  return {
    version: 1,
    etag: createHash('sha256').update(text).digest('base64').slice(0, 12),
    bindings: policy.bindings,
  };
}
