import * as v from 'valibot';
import { UserFacingError } from '../../../domain/errors.ts';
import { masked } from '../../../io/masked.ts';
import type { World } from '../../../io/world.ts';
import type { NotDone, RefusalCause } from '../../deployment/platform.ts';
import { missingRole } from './missing-role.ts';

/** google.rpc.Code, those that are told apart. */
const CODES = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unimplemented: 12,
  unauthenticated: 16,
} as const;

const Thrown = v.object({
  code: v.optional(v.unknown()),
  message: v.optional(v.string(), ''),
  reason: v.optional(v.unknown()),
  status: v.optional(v.unknown()),
  errorInfoMetadata: v.optional(v.record(v.string(), v.unknown()), {}),
});
type Thrown = v.InferOutput<typeof Thrown>;

const LONGEST = 600;

/**
 * What an error of Google's clients says of the call ("Errors", AIP-193). Whatever is not an answer of the service (a socket that broke, a
 * proxy's page, time that ran out) leaves open whether the call took effect.
 */
export function notDone(error: unknown, world: World): NotDone {
  if (error instanceof UserFacingError)
    return refused(error.code === 'no-login' ? 'permission' : 'invalid', error.message, error.hint ?? '');
  const thrown = v.safeParse(Thrown, error);
  if (!thrown.success) throw error;
  const said = masked(thrown.output.message, world.environment).slice(0, LONGEST);
  if (isBug(error)) throw error;
  return byCode(codeOf(thrown.output), said, thrown.output);
}

/** Whether there is nothing of that name. */
export function isMissing(error: unknown): boolean {
  const thrown = v.safeParse(Thrown, error);
  return thrown.success && codeOf(thrown.output) === CODES.notFound;
}

/** Faults of the program's own; a TypeError of fetch is a network that failed. */
function isBug(error: unknown): boolean {
  if (error instanceof ReferenceError || error instanceof RangeError) return true;
  return (
    error instanceof TypeError && !('cause' in error) && !/fetch|network|terminated/i.test(error.message)
  );
}

function byCode(code: number | null, said: string, thrown: Thrown): NotDone {
  switch (code) {
    case CODES.invalidArgument:
    case CODES.outOfRange:
    case CODES.unimplemented:
      return refused('invalid', said, 'the message names what Google would not take: mend that setting');
    case CODES.notFound:
      return refused('missing', said, 'check the project, the region and the name');
    case CODES.alreadyExists:
    case CODES.aborted:
      return { kind: 'conflict', why: said };
    case CODES.permissionDenied:
      return refusedPermission(said, thrown);
    case CODES.unauthenticated:
      return refused('permission', said, 'log in anew: `gcloud auth application-default login`');
    case CODES.resourceExhausted:
      return refused(
        'quota',
        said,
        'wait, or ask for more of this quota in the project (IAM & Admin, Quotas)',
      );
    case CODES.failedPrecondition:
      return failedPrecondition(said, thrown);
    default:
      return { kind: 'unreachable', why: said === '' ? 'Google did not answer' : said };
  }
}

function refusedPermission(said: string, { reason, errorInfoMetadata }: Thrown): NotDone {
  if (reason === 'SERVICE_DISABLED' || /has not been used in project|is disabled/.test(said)) {
    const service = errorInfoMetadata['service'];
    const name = typeof service === 'string' ? service : 'the service that the message names';
    return refused('permission', said, `switch it on: \`gcloud services enable ${name}\``);
  }
  const permission = errorInfoMetadata['permission'];
  return refused('permission', said, missingRole(typeof permission === 'string' ? permission : said));
}

/** An etag that is not the present one is told by ABORTED or by this code ("Etags", AIP-154). */
function failedPrecondition(said: string, { reason }: Thrown): NotDone {
  if (isPolicy(said, reason)) return refused('policy', said, POLICY_HINT);
  if (/etag|conflict|modified|version|concurrent/i.test(said)) return { kind: 'conflict', why: said };
  return refused('invalid', said, 'the message says what has to be so before');
}

const POLICY_HINT = 'ask whoever keeps the policies of the organisation, or do without what it forbids';

function isPolicy(said: string, reason: unknown): boolean {
  return (
    /organi[sz]ation(?:al)? policy|org policy|constraints\/|permitted customer/i.test(said) ||
    (typeof reason === 'string' && /ORG_POLICY|CUSTOM_CONSTRAINT/.test(reason))
  );
}

/** By number, by the name of the code, or by the status of HTTP (google.rpc.Code). */
function codeOf({ code, status }: Thrown): number | null {
  const byStatus = typeof status === 'number' ? HTTP_CODES.get(status) : undefined;
  if (byStatus !== undefined) return byStatus;
  if (typeof code === 'number') return code >= 100 ? (HTTP_CODES.get(code) ?? null) : code;
  if (typeof code !== 'string') return null;
  const number = Number(code);
  if (Number.isInteger(number)) return HTTP_CODES.get(number) ?? null;
  const name = code.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return name in CODES ? CODES[name as keyof typeof CODES] : null;
}

const HTTP_CODES: ReadonlyMap<number, number> = new Map([
  [400, CODES.invalidArgument],
  [401, CODES.unauthenticated],
  [403, CODES.permissionDenied],
  [404, CODES.notFound],
  [409, CODES.aborted],
  [412, CODES.aborted],
  [429, CODES.resourceExhausted],
  [501, CODES.unimplemented],
]);

export function refused(cause: RefusalCause, why: string, hint: string): NotDone {
  return { kind: 'refused', cause, why, hint };
}
