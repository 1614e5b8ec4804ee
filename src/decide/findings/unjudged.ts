import { UserFacingError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { Service } from '../../domain/project.ts';
import { serviceTitle } from '../../domain/service-title.ts';

/** A service of which nothing can be said, for an index that it needs cannot be had. */
export interface UnjudgedService {
  readonly service: Service;
  readonly failure: UserFacingError;
}

const OF_INDEX: ReadonlySet<ErrorCode> = new Set(['index-unreachable', 'index-invalid', 'offline-miss']);

/**
 * For commands whose answer has no place for what is unknown: they end, naming the service and the way round.
 * @throws UserFacingError the failure of the first.
 */
export function refuseUnjudged([first]: readonly UnjudgedService[]): void {
  if (first === undefined) return;
  const { service, failure } = first;
  const { code, message, hint, outside } = failure;
  const way = 'or name another service with --service';
  throw new UserFacingError(code, `${serviceTitle(service.name)}: ${message}`, {
    ...{ outside, cause: failure, hint: hint === null ? way : `${hint}; ${way}` },
  });
}

/** The error, where it is an index that could not be had or made no sense: that concerns whoever needs it. Any other is thrown on. */
export function indexFailure(error: unknown): UserFacingError {
  if (error instanceof UserFacingError && OF_INDEX.has(error.code)) return error;
  throw error;
}
