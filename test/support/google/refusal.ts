import type { JsonObject } from './json.ts';

/** HTTP status of each code (google/rpc/code.proto says which), and its number. */
const CODES = {
  CANCELLED: [499, 1],
  UNKNOWN: [500, 2],
  INVALID_ARGUMENT: [400, 3],
  DEADLINE_EXCEEDED: [504, 4],
  NOT_FOUND: [404, 5],
  ALREADY_EXISTS: [409, 6],
  PERMISSION_DENIED: [403, 7],
  RESOURCE_EXHAUSTED: [429, 8],
  FAILED_PRECONDITION: [400, 9],
  ABORTED: [409, 10],
  UNIMPLEMENTED: [501, 12],
  INTERNAL: [500, 13],
  UNAVAILABLE: [503, 14],
  UNAUTHENTICATED: [401, 16],
} as const satisfies Readonly<Record<string, readonly [http: number, code: number]>>;

export type GoogleStatus = keyof typeof CODES;

/** What the service answers in place of what was asked; thrown by whatever finds the reason. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: GoogleStatus;
  /** Messages of google/rpc/error_details.proto, each with its "@type". */
  readonly details: readonly JsonObject[];

  constructor(status: GoogleStatus, message: string, details: readonly JsonObject[] = []) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

export function codeOf(status: GoogleStatus): number {
  return CODES[status][1];
}

export function httpStatusOf(status: GoogleStatus): number {
  return CODES[status][0];
}

/** The body of an answer (AIP-193). */
export function errorBody(refusal: Refusal): JsonObject {
  const { status, message, details } = refusal;
  return {
    error: { code: httpStatusOf(status), message, status, ...(details.length === 0 ? {} : { details }) },
  };
}

/** The same within an operation: google.rpc.Status. */
export function operationError(refusal: Refusal): JsonObject {
  return { code: codeOf(refusal.status), message: refusal.message, details: refusal.details };
}

export function invalid(field: string, description: string): Refusal {
  return new Refusal('INVALID_ARGUMENT', field === '' ? description : `${field}: ${description}`, [
    badRequest(field, description),
  ]);
}

export function badRequest(field: string, description: string): JsonObject {
  return {
    '@type': 'type.googleapis.com/google.rpc.BadRequest',
    fieldViolations: [{ ...(field === '' ? {} : { field }), description }],
  };
}

export function errorInfo(
  reason: string,
  domain: string,
  metadata: Readonly<Record<string, string>>,
): JsonObject {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain, metadata };
}

export function notFound(kind: string, name: string): Refusal {
  return new Refusal('NOT_FOUND', `Resource '${name}' of kind '${kind}' in region does not exist.`);
}

/** What the answer to a call is when the account may not make it. */
export function permissionDenied(permission: string, resource: string): Refusal {
  const domain = `${permission.split('.')[0]}.googleapis.com`;
  return new Refusal(
    'PERMISSION_DENIED',
    `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`,
    [errorInfo('IAM_PERMISSION_DENIED', domain, { permission, resource })],
  );
}

/** What it is when a quota is used up. */
export function quotaExceeded(metric: string, limit: string, service: string, consumer: string): Refusal {
  return new Refusal(
    'RESOURCE_EXHAUSTED',
    `Quota exceeded for quota metric '${metric}' and limit '${limit}' of service '${service}' for consumer '${consumer}'.`,
    [
      errorInfo('RATE_LIMIT_EXCEEDED', 'googleapis.com', {
        service,
        consumer,
        quota_metric: metric,
        quota_limit: limit,
      }),
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [{ subject: consumer, description: `${metric}, ${limit}` }],
      },
    ],
  );
}
