import { UserFacingError } from '../../../domain/errors.ts';
import { masked } from '../../../io/masked.ts';
import type { World } from '../../../io/world.ts';
import type { NotDone, RefusalCause } from '../../deployment/platform.ts';
import { googleError } from './google-error.ts';
import type { GoogleError } from './google-error.ts';
import { missingRole } from './missing-role.ts';

const LONGEST = 600;

/**
 * What an error of Google's clients says of the call. Whatever is not an answer of the service (a socket that broke, a proxy's page,
 * time that ran out) leaves open whether the call took effect.
 */
export function notDone(error: unknown, world: World): NotDone {
  if (error instanceof UserFacingError)
    return refused(error.code === 'no-login' ? 'permission' : 'invalid', error.message, error.hint ?? '');
  const found = isBug(error) ? null : googleError(error);
  if (found === null) throw error;
  return byCode({ ...found, said: masked(found.said, world.environment).slice(0, LONGEST) });
}

/** Whether there is nothing of that name. */
export function isMissing(error: unknown): boolean {
  return googleError(error)?.code === 'NOT_FOUND';
}

/** Faults of the program's own; a TypeError of fetch is a network that failed. */
function isBug(error: unknown): boolean {
  if (error instanceof ReferenceError || error instanceof RangeError) return true;
  return (
    error instanceof TypeError &&
    error.cause === undefined &&
    !/fetch|network|terminated/i.test(error.message)
  );
}

function byCode(error: GoogleError): NotDone {
  const { code, said } = error;
  switch (code) {
    case 'INVALID_ARGUMENT':
    case 'OUT_OF_RANGE':
    case 'UNIMPLEMENTED':
      return refused('invalid', said, 'the message names what Google would not take: mend that setting');
    case 'NOT_FOUND':
      return refused('missing', said, 'check the project, the region and the name');
    case 'ALREADY_EXISTS':
    case 'ABORTED':
      return { kind: 'conflict', why: said };
    case 'PERMISSION_DENIED':
      return refusedPermission(error);
    case 'UNAUTHENTICATED':
      return refused('permission', said, 'log in anew: `gcloud auth application-default login`');
    case 'RESOURCE_EXHAUSTED':
      return refused(
        'quota',
        said,
        'wait, or ask for more of this quota in the project (IAM & Admin, Quotas)',
      );
    case 'FAILED_PRECONDITION':
      return failedPrecondition(error);
    default:
      return { kind: 'unreachable', why: said === '' ? 'Google did not answer' : said };
  }
}

function refusedPermission({ said, reason, metadata }: GoogleError): NotDone {
  if (reason === 'SERVICE_DISABLED' || /has not been used in project|is disabled/.test(said)) {
    const name = metadata['service'] ?? 'SERVICE';
    return refused('permission', said, `switch it on: \`gcloud services enable ${name}\``);
  }
  if (isPolicy(said, reason)) return refused('policy', said, POLICY_HINT);
  return refused('permission', said, missingRole(`${metadata['permission'] ?? ''} ${said}`));
}

/** An etag that is not the present one is told by ABORTED or by this code ("Etags", AIP-154). */
function failedPrecondition({ said, reason }: GoogleError): NotDone {
  if (isPolicy(said, reason)) return refused('policy', said, POLICY_HINT);
  if (/etag|conflict|modified|concurrent/i.test(said)) return { kind: 'conflict', why: said };
  return refused('invalid', said, 'the message says what has to be so before');
}

const POLICY_HINT = 'ask whoever keeps the policies of the organisation, or do without what it forbids';

function isPolicy(said: string, reason: string | null): boolean {
  return (
    /organi[sz]ation(?:al)? policy|org policy|constraints\/|permitted customer/i.test(said) ||
    /ORG_POLICY|CUSTOM_CONSTRAINT/.test(reason ?? '')
  );
}

export function refused(cause: RefusalCause, why: string, hint: string): NotDone {
  return { kind: 'refused', cause, why, hint };
}
