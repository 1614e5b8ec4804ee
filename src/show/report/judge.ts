import type { Planned, Repaired } from '../../change/repaired.ts';
import type { Audit } from '../../decide/findings/audit.ts';
import type { Scan } from '../../decide/findings/scan.ts';
import { isPossible, isUnchecked } from '../../domain/finding.ts';
import type { ServiceVerification } from '../../domain/verification.ts';
import { verdictOf as verdictOfTrial } from '../../prove/verification/compare.ts';
import type { Verdict } from './report.ts';
import { uncheckedServices } from './unchecked.ts';

/** What is judged: a scan alone, a plan, a plan that was written, or an audit. */
export type Judged = { readonly scan: Scan } | Planned | Repaired | { readonly audit: Audit };

/** What speaks for an answer, counted. */
export interface Counts {
  /** Proven problems of the files as they are now. */
  readonly problems: number;
  /** What could not be proven: services, findings, files that are not read, what could not be tried out. */
  readonly unknowns: number;
  /** A source of advisories that did not answer. */
  readonly silent: boolean;
  /** Trials that something failed in. */
  readonly failing: number;
  /** What waits to be written: lines, packages of a lock. */
  readonly changes: number;
  /** Other things wait to be written: another Python, a lock, lines that list what is there. */
  readonly pending: boolean;
  /** Something that the plan cannot repair, or cannot write. */
  readonly hindered: boolean;
  readonly isWritten: boolean;
}

export interface Judgement extends Counts {
  readonly kind: Verdict['kind'];
  readonly exitCode: Verdict['exitCode'];
}

const EXIT_CODES = { problems: 1, unknown: 3, repaired: 0, clean: 0 } as const;

/**
 * What a job came to: the one place that decides it, for reports and exit codes alike. What is proven to be wrong goes before what
 * could not be proven, and only where neither is there is anything clean.
 */
export function judge(input: Judged, verified: readonly ServiceVerification[] = []): Judgement {
  const counts = { ...countsOf(input), ...countsOfTrials(verified) };
  const unknowns = counts.unknowns + counts.untried;
  const kind = kindOf({ ...counts, unknowns });
  return { ...counts, unknowns, kind, exitCode: EXIT_CODES[kind] };
}

/** The word for what was counted. */
export function kindOf(counts: Counts): Verdict['kind'] {
  const { problems, failing, changes, pending, hindered, unknowns, silent, isWritten } = counts;
  if (problems > 0 || failing > 0 || hindered || changes > 0 || pending) return 'problems';
  if (unknowns > 0 || silent) return 'unknown';
  return isWritten ? 'repaired' : 'clean';
}

function countsOf(input: Judged): Omit<Counts, 'failing'> {
  const before = 'audit' in input ? input.audit : input.scan;
  const now = 'after' in input ? (input.after ?? before) : before;
  const findings = now.services.flatMap(({ found }) => found.map(({ finding }) => finding));
  const counted = findings.filter(({ problem }) => problem);
  const open = counted.filter((finding) => isUnchecked(finding) || isPossible(finding)).length;
  return {
    problems: counted.length - open,
    unknowns:
      open +
      uncheckedServices(now).length +
      before.project.notSupported.filter(({ weightless }) => weightless !== true).length,
    silent: now.advisories.sources.some(({ reachable }) => !reachable),
    ...countsOfPlan(input),
  };
}

type PlanCounts = Pick<Counts, 'changes' | 'hindered' | 'isWritten' | 'pending'>;

/** A plan is judged by what it leaves; once it was written, by what was read again. */
function countsOfPlan(input: Judged): PlanCounts {
  if (!('plans' in input)) return { changes: 0, pending: false, hindered: false, isWritten: false };
  const { write } = input;
  const isWritten = 'written' in input && input.written !== null;
  const plans = isWritten ? [] : input.plans.map(({ plan }) => plan);
  const isLeft = plans.some(
    ({ unrepaired, warnings }) => unrepaired.some(({ certain }) => certain) || warnings.length > 0,
  );
  return {
    isWritten,
    changes: plans.reduce((sum, { changes, lock }) => sum + changes.length + movesOf(lock), 0),
    pending: !isWritten && (plans.some(({ lock }) => lock?.rewritten === true) || write.files.length > 0),
    hindered: isLeft || write.refused.length > 0,
  };
}

function movesOf(lock: Planned['plans'][number]['plan']['lock']): number {
  return lock?.rewritten === true ? lock.moves.length : 0;
}

function countsOfTrials(
  verified: readonly ServiceVerification[],
): Pick<Counts, 'failing'> & { readonly untried: number } {
  const verdicts = verified.map(verdictOfTrial);
  const of = (verdict: (typeof verdicts)[number]): number => verdicts.filter((one) => one === verdict).length;
  return { failing: of('refuted'), untried: of('unknown') };
}
