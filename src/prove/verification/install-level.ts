import type { Failure, LevelOutcome } from '../../domain/verification.ts';
import type { Environment } from '../environment/environment.ts';
import { installEnvironment } from '../environment/install-environment.ts';
import type { Installed } from '../environment/install-request.ts';
import { levelOutcome } from './level-outcome.ts';
import type { SetToVerify, Trial } from './set-to-verify.ts';

export interface InstallTried {
  readonly outcome: LevelOutcome;
  /** Null: nothing was installed. */
  readonly environment: Environment | null;
}

/** Installs exactly the set, by hash, into a clean environment on the interpreter that the target asks for. */
export async function installLevel(set: SetToVerify, trial: Trial): Promise<InstallTried> {
  const { target, rules, world, indexSettings } = trial;
  const told = { level: 'install', how: 'installed into a clean environment, files by hash' } as const;
  const claim = `the set installs (${set.packages.length} packages)`;
  const result = await installEnvironment(
    { target, packages: set.packages, index: indexSettings, rules },
    world,
  );
  if (result.kind === 'installed') {
    const { environment, check, consistency } = result;
    return {
      environment,
      outcome: levelOutcome(trial, set, {
        ...told,
        claim,
        ...installed(result, set),
        checks: [check, consistency.check],
      }),
    };
  }
  const { verdict, why, hint, check } = result;
  const failure = { key: 'installs', what: why, because: null, ofMachine: false };
  const failures = verdict === 'refuted' ? [failure] : [];
  const seen = verdict === 'refuted' ? 'did not install' : `could not be tried (${why})`;
  return {
    environment: null,
    outcome: levelOutcome(trial, set, {
      ...{ ...told, claim, verdict, seen, hint, failures, record: why, checks: [check] },
      durationMs: check?.durationMs ?? 0,
    }),
  };
}

function installed(
  { reused, durationMs, consistency, notes }: Installed,
  { apart, packages }: SetToVerify,
): Pick<LevelOutcome, 'verdict' | 'seen' | 'failures' | 'notes' | 'hint' | 'durationMs'> {
  const failures =
    consistency.verdict === 'inconsistent'
      ? consistency.said.map((what): Failure => ({
          key: `consistent: ${what}`,
          what,
          because: null,
          ofMachine: false,
        }))
      : [];
  const count = `${packages.length} package${packages.length === 1 ? '' : 's'}`;
  return {
    verdict: failures.length > 0 ? 'refuted' : apart.length > 0 ? 'unknown' : 'proven',
    seen: [
      count,
      ...(reused ? ['kept from an earlier run'] : []),
      ...(apart.length > 0 ? [`without ${apart.join(', ')}`] : []),
    ].join(', '),
    failures,
    notes: [
      ...notes,
      ...(consistency.verdict === 'unknown'
        ? consistency.said.map((why) => `not checked for consistency: ${why}`)
        : []),
    ],
    hint: apart.length > 0 ? 'what comes from no index is not installed here' : null,
    durationMs: reused ? 0 : durationMs,
  };
}
