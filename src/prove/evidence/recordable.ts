import type { Check } from '../../domain/check.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { Environment } from '../../io/environment-secrets.ts';
import { masked, maskedCommand } from '../../io/masked.ts';

/** As long as a report's own records may be. */
const LONGEST = 4000;

/** Evidence as it may be written down: its own fields and no others, every text masked, well-formed and bounded. */
export function recordable(evidence: Evidence, environment: Environment): Evidence {
  const { id, claim, verdict, how, seen, approximate, check } = evidence;
  const text = (one: string): string => bounded(masked(one, environment));
  return {
    ...{ id: text(id), claim: text(claim), verdict, how: text(how), seen: text(seen), approximate },
    ...(check === undefined ? {} : { check: recordableCheck(check, environment, text) }),
  };
}

function recordableCheck(check: Check, environment: Environment, text: (one: string) => string): Check {
  const { command, exitCode, startedAt, durationMs, versions, digests, limits, output } = check;
  const named = (table: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(table).map(([name, value]) => [text(name), text(value)]));
  return {
    command: maskedCommand(command, environment).map(bounded),
    ...{ exitCode, startedAt: text(startedAt), durationMs },
    ...{ versions: named(versions), digests: named(digests), limits: limits.map(text) },
    // A little more than `checkOf` lets through, whose own bounds are in bytes.
    output: masked(output, environment).slice(-2 * LONGEST),
  };
}

/** Cut between two characters, never within one. */
function bounded(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '')}…`;
}
