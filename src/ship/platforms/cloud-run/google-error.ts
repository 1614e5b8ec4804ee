import * as v from 'valibot';

/** Codes by their numbers (google/rpc/code.proto). */
const NAMES = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE'],
  ...['UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
] as const;

/** What a status of HTTP alone says, where the body is no error of Google's. */
const BY_STATUS: ReadonlyMap<number, string> = new Map([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [409, 'ABORTED'],
  [412, 'ABORTED'],
  [429, 'RESOURCE_EXHAUSTED'],
]);

/** An answer that is an error ("Errors", AIP-193). */
export interface GoogleError {
  /** "NOT_FOUND"; null: this is no answer of the service. */
  readonly code: string | null;
  readonly said: string;
  /** Of google.rpc.ErrorInfo. */
  readonly reason: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

const Body = v.object({
  error: v.object({
    status: v.optional(v.string()),
    code: v.optional(v.number()),
    message: v.optional(v.string(), ''),
    details: v.optional(v.array(v.record(v.string(), v.unknown())), []),
  }),
});

const Thrown = v.object({
  message: v.optional(v.string(), ''),
  code: v.optional(v.unknown()),
  status: v.optional(v.unknown()),
  reason: v.optional(v.unknown()),
  errorInfoMetadata: v.optional(v.record(v.string(), v.unknown()), {}),
});

/**
 * Over JSON the clients throw what their HTTP library throws, whose message is the body; elsewhere they throw an error with the code's
 * number. Null: it is neither.
 */
export function googleError(error: unknown): GoogleError | null {
  const thrown = v.safeParse(Thrown, error);
  if (!thrown.success) return null;
  const { message, code, status, reason, errorInfoMetadata } = thrown.output;
  const body = bodyOf(message);
  if (body !== null) return body;
  const http = typeof status === 'number' ? BY_STATUS.get(status) : undefined;
  const byNumber = typeof code === 'number' && code < NAMES.length ? NAMES[code] : undefined;
  return {
    code: http ?? byNumber ?? null,
    said: message,
    reason: typeof reason === 'string' ? reason : null,
    metadata: texts(errorInfoMetadata),
  };
}

function bodyOf(message: string): GoogleError | null {
  if (!message.startsWith('{') && !message.startsWith('[')) return null;
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const body = v.safeParse(Body, Array.isArray(json) ? json[0] : json);
  if (!body.success) return null;
  const { error } = body.output;
  const info = error.details.find((detail) => typeof detail['reason'] === 'string');
  return {
    code: error.status ?? BY_STATUS.get(error.code ?? 0) ?? null,
    said: error.message,
    reason: (info?.['reason'] as string | undefined) ?? null,
    metadata: texts(info?.['metadata']),
  };
}

function texts(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
