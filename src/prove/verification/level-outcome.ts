import type { Check } from '../../domain/check.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { LevelOutcome } from '../../domain/verification.ts';
import type { SetToVerify, Trial } from './set-to-verify.ts';

type Told = Pick<LevelOutcome, 'level' | 'verdict' | 'seen'> &
  Partial<Pick<LevelOutcome, 'failures' | 'notes' | 'hint' | 'durationMs' | 'image'>> & {
    readonly claim: string;
    readonly how: string;
    /** More than `seen` for the record; absent: the same. */
    readonly record?: string;
    readonly checks?: readonly (Check | null)[];
  };

/** What a level came to, with a record for each program that was run for it, or one for all. */
export function levelOutcome(
  { service }: Pick<Trial, 'service'>,
  { side }: Pick<SetToVerify, 'side'>,
  told: Told,
): LevelOutcome {
  const { level, verdict, seen, failures = [], notes = [], hint = null, durationMs = 0, image } = told;
  const checks = (told.checks ?? []).filter((check) => check !== null);
  const base: Evidence = {
    id: `evidence:${level}:${side}:${service.name}`,
    ...{ claim: told.claim, verdict, how: told.how, approximate: false },
    seen: told.record ?? [seen, ...failures.map(({ key, what }) => `${key}: ${what}`)].join('; '),
  };
  const evidence =
    checks.length === 0
      ? [base]
      : checks.map((check, at) => ({ ...base, id: at === 0 ? base.id : `${base.id}:${at + 1}`, check }));
  const measured = image === undefined ? {} : { image };
  return { level, verdict, seen, failures, notes, hint, durationMs, ...measured, evidence };
}
