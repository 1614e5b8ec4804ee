import type { Answer } from '../../deployment/platform.ts';
import type { Cloud } from './cloud.ts';
import { andThen, asked, done, isDone, ONCE, read } from './google-call.ts';
import { refused } from './google-failure.ts';
import type { RunPlace } from './place-names.ts';
import type { RunService } from './traffic.ts';

const INVOKER = 'roles/run.invoker';
const EVERYONE = 'allUsers';

/**
 * Lets everyone call the service, where that is asked for ("Allowing public access"). A service that is open and should not be is
 * refused, not closed: whoever calls it now would be locked out before anything new is deployed.
 */
export async function ensureAccess(
  cloud: Cloud,
  place: RunPlace,
  service: RunService,
  isPublic: boolean,
): Promise<Answer<null>> {
  if (isPublic && service.invokerIamDisabled) return done(null);
  const policy = await read(cloud.world, async () => {
    const [answer] = await (await cloud.clients.services()).getIamPolicy({ resource: place.name }, ONCE);
    return answer;
  });
  // Who may not read it can tell nothing of it: then it stays as it is.
  if (!isDone(policy)) return isPublic || policy.kind !== 'refused' ? policy : done(null);
  const bindings = policy.value.bindings ?? [];
  const isOpen =
    (service.invokerIamDisabled ?? false) ||
    bindings.some(({ role, members }) => role === INVOKER && members?.includes(EVERYONE));
  if (isOpen === isPublic) return done(null);
  if (!isPublic) return openAlready(place);
  const added = { ...policy.value, bindings: [...bindings, { role: INVOKER, members: [EVERYONE] }] };
  return openTo(cloud, place, added);
}

async function openTo(cloud: Cloud, place: RunPlace, policy: object): Promise<Answer<null>> {
  const answer = await asked(cloud.world, async () => {
    const client = await cloud.clients.services();
    return client.setIamPolicy({ resource: place.name, policy }, ONCE);
  });
  if (answer.kind !== 'refused' || answer.cause !== 'policy') return andThen(answer, () => done(null));
  return refused(
    'policy',
    `the organisation forbids services that everyone may call: ${answer.why}`,
    `write \`public = false\` under [deploy.shape], or have the policy changed (iam.allowedPolicyMemberDomains); where it permits that, \`gcloud run services update ${place.service} --no-invoker-iam-check\` opens the service without a binding`,
  );
}

function openAlready(place: RunPlace): Answer<null> {
  return refused(
    'policy',
    `everyone may call ${place.service}, and \`public\` is not set under [deploy.shape]`,
    `set \`public = true\`, or close it first: \`gcloud run services remove-iam-policy-binding ${place.service} --region=${place.region} --member=${EVERYONE} --role=${INVOKER}\``,
  );
}
