import { unreadFiles, verdictOf } from '../index.ts';
import type { JobMatrix, JudgedClaim, Rollout, Scan, ServiceVerification } from '../index.ts';

/**
 * The first that applies of 70, 2, 1, 3, 0: 0 every claim proven, 1 findings remain or a claim is refuted, 2 bad
 * input or usage, 3 unknown or something outside failed, 70 a bug. Of a scan, a plan and a fix `judge` says it, as in their report.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 70;

/** `verify` answers for what it tried out, and for services and files that it could not look at; what is wrong with the set beside that is told by its report, and by `scan`. */
export function verifiedExit(
  { unjudged, project }: Scan,
  verified: readonly ServiceVerification[],
): ExitCode {
  const verdicts = verified.map(verdictOf);
  if (verdicts.includes('refuted')) return 1;
  const unseen = unjudged.length + unreadFiles(project).length;
  return verdicts.includes('unknown') || unseen > 0 ? 3 : 0;
}

/** 0 also where it waits for approval. What ended otherwise than done did not get where it was to go: 1. */
export function rolloutExit({ status, stages }: Rollout): ExitCode {
  if (status === 'done') return 0;
  if (status === 'rolled-back' || status === 'failed') return 1;
  const waits = status === 'waiting' && stages.some((stage) => stage.status === 'approval');
  return waits ? 0 : 3;
}

/** 0 where every claim is proven, also where there is none. */
export function claimsExit(claims: readonly JudgedClaim[]): ExitCode {
  if (claims.some(({ verdict }) => verdict === 'refuted')) return 1;
  return claims.some(({ verdict }) => verdict === 'unknown') ? 3 : 0;
}

/**
 * A table answers whatever stands in it; of cells that were named by flags "does it hold there?" is a question of its own. Without
 * wheels, without metadata or without time nothing is proven.
 */
export function matrixExit({ services }: JobMatrix, named: boolean): ExitCode {
  const cells = services.flatMap(({ today, planned }) => (planned ?? today).cells);
  if (named && cells.some(({ answer }) => answer === 'no')) return 1;
  const unread = services.some(({ service }) =>
    service.manifests.some(({ unreadable }) => unreadable.length > 0),
  );
  const open = cells.some(
    (cell) =>
      cell.answer === 'unknown' ||
      (cell.answer !== 'no' && cell.unread.length > 0) ||
      (named && cell.answer === 'built'),
  );
  return unread || open ? 3 : 0;
}
