import type { Failure, ImageSize, LevelOutcome, ServiceVerification } from '../../domain/verification.ts';
import { targetText } from '../../domain/target.ts';
import { compareLevels, verdictOf } from '../../prove/verification/compare.ts';
import type { Ledger } from './ledger.ts';

/** What was tried out of one service on one target, before and after. */
export interface ReportedVerification {
  readonly target: string;
  /** How far it was asked for. */
  readonly level: string;
  readonly verdict: 'proven' | 'refuted' | 'unknown';
  readonly levels: readonly ReportedLevel[];
  /** Plans that were tried out before the last, in order, with what each of them taught. */
  readonly rounds: readonly {
    readonly changes: readonly string[];
    readonly failures: readonly ReportedFailure[];
    readonly learned: readonly { readonly id: string; readonly because: string; readonly seen: string }[];
    readonly evidence: readonly string[];
  }[];
}

export interface ReportedLevel {
  readonly level: string;
  /** Null: there was no set before, or it did not come that far. */
  readonly before: ReportedOutcome | null;
  readonly after: ReportedOutcome;
  /** Brought in by the plan; gone with it; there before and after; and failing now where before could not be tried. */
  readonly broken: readonly ReportedFailure[];
  readonly repaired: readonly ReportedFailure[];
  readonly asBefore: readonly ReportedFailure[];
  readonly notTriedBefore: readonly ReportedFailure[];
  readonly notes: readonly string[];
  readonly evidence: readonly string[];
}

export interface ReportedOutcome {
  readonly verdict: 'proven' | 'refuted' | 'unknown';
  readonly seen: string;
  readonly hint: string | null;
  readonly durationMs: number;
  /** What the image takes; absent: no image was built, or it could not be measured. */
  readonly image?: ImageSize;
}

export interface ReportedFailure {
  readonly key: string;
  readonly what: string;
  readonly because: string | null;
  readonly ofMachine: boolean;
}

/** A verification with its records in the ledger. */
export function reportedVerification(verified: ServiceVerification, ledger: Ledger): ReportedVerification {
  const { before, after, rounds, level, target, service } = verified;
  return {
    ...{ target: targetText(target), level, verdict: verdictOf(verified) },
    levels: compareLevels(verified).map((compared, at) => {
      const outcome = after.outcomes[at]!;
      const earlier = before?.outcomes.find((one) => one.level === compared.level) ?? null;
      return {
        level: compared.level,
        before: earlier === null ? null : reportedOutcome(earlier),
        after: reportedOutcome(outcome),
        broken: compared.broken.map(reportedFailure),
        repaired: compared.repaired.map(reportedFailure),
        asBefore: compared.asBefore.map(reportedFailure),
        notTriedBefore: compared.notTriedBefore.map(reportedFailure),
        notes: outcome.notes,
        evidence: [...outcome.evidence, ...(earlier?.evidence ?? [])].map((record) => ledger.add(record)),
      };
    }),
    rounds: rounds.map(({ changes, failures, learned }, at) => ({
      changes,
      failures: failures.map(reportedFailure),
      learned: learned.map(({ id, because, seen }) => ({ id, because, seen })),
      evidence: [
        ledger.add({
          id: `evidence:round:${service}:${at + 1}`,
          claim: `plan ${at + 1} works`,
          verdict: 'refuted',
          how: 'tried out as the levels say',
          seen: [
            ...failures.map(({ key, what }) => `${key}: ${what}`),
            ...learned.map(({ because }) => because),
          ].join('; '),
        }),
      ],
    })),
  };
}

function reportedOutcome({ verdict, seen, hint, durationMs, image }: LevelOutcome): ReportedOutcome {
  const measured = image === undefined ? {} : { image };
  return { verdict, seen, hint, durationMs: Math.round(durationMs), ...measured };
}

function reportedFailure({ key, what, because, ofMachine }: Failure): ReportedFailure {
  return { key, what, because, ofMachine };
}
