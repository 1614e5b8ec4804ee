import type { SourceSpan } from './source-span.ts';

/** Each code has its cause and remedy in `docs/errors.md`. */
export type ErrorCode =
  | 'usage'
  | 'invalid-file'
  | 'invalid-policy'
  | 'no-manifest'
  | 'no-such-package'
  | 'no-index'
  | 'index-unreachable'
  | 'index-invalid'
  | 'offline-miss'
  | 'advisories-unreachable'
  | 'advisories-invalid'
  | 'bundle-invalid'
  | 'invalid-evidence'
  | 'invalid-report'
  | 'invalid-key'
  | 'file-changed'
  | 'cannot-write'
  | 'locked'
  | 'interrupted'
  | 'nothing-to-undo'
  | 'engine-unavailable'
  | 'engine-unsuitable'
  | 'no-rollout'
  | 'cannot-deploy'
  | 'too-large'
  | 'no-login'
  | 'invalid-settings'
  | 'cannot-listen'
  | 'sign-in-unavailable'
  | 'no-forge'
  | 'forge-refused'
  | 'forge-unreachable'
  | 'base-differs'
  | 'not-allowed';

/** Where an error stands, with the source line that the caret is drawn under. */
export interface ErrorPlace {
  readonly span: SourceSpan;
  /** The whole source line, without its line end. */
  readonly sourceLine: string;
}

/**
 * Something the user can mend: printed without a stack, with the source line and `^` under the span. Bugs stay
 * plain errors. `outside` tells that something outside the project failed (exit 3), else it is bad input (exit 2).
 */
export class UserFacingError extends Error {
  override readonly name = 'UserFacingError';
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly at: ErrorPlace | null;
  readonly outside: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    more: { hint?: string; at?: ErrorPlace | null; cause?: unknown; outside?: boolean } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.hint = more.hint ?? null;
    this.at = more.at ?? null;
    this.outside = more.outside ?? false;
  }
}
