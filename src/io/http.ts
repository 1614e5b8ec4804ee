/** Who asks a host: sent to that origin only, never along a redirect to another, never logged. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface HttpRequest {
  readonly url: string;
  readonly method?: HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly credentials?: Credentials | null;
  /** It changes something, so it is sent once: any answer is a response, redirects and 5xx too, and a failure leaves open what it did. */
  readonly once?: boolean;
  /** Answers larger than this are cut off and told as a failure. Default 64 MiB. */
  readonly maxBytes?: number;
  /** From the request to the last byte. Default 60 s. */
  readonly timeoutMs?: number;
  /** Bytes `start` to `end` (inclusive) of the resource; a negative `start` with no `end` asks for the tail. */
  readonly range?: { readonly start: number; readonly end?: number };
}

export interface HttpResponse {
  readonly kind: 'response';
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** After redirects. */
  readonly url: string;
}

/** No answer that can be used: `reason` is one sentence for the user, without credentials. */
export interface HttpFailure {
  readonly kind: 'failure';
  readonly reason: string;
  /** The answer is larger than was asked for, and will be the next time. Absent: something else. */
  readonly tooLarge?: true;
  readonly url: string;
}

/**
 * HTTP with retries (429 and 5xx with back-off and `Retry-After`), bounded in size and time. A status of 4xx is a
 * response; a 5xx that outlives its retries, a dead host, a truncated body are failures.
 */
export interface Http {
  request(request: HttpRequest): Promise<HttpResponse | HttpFailure>;
  /** Something will be asked soon: makes ready what a first request would wait for, and asks nothing. */
  prepare?(): void;
  close(): Promise<void>;
}
