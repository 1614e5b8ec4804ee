import type { PackageName } from '../../domain/package-name.ts';
import type { Change } from '../../domain/plan.ts';
import { newestFirst } from '../resolution/preference.ts';
import type { Solved } from '../solver/outcome.ts';
import { Bounds } from './bounds-by-name.ts';
import { stillAffected } from './changes.ts';
import { keeps } from './choices.ts';
import type { Settled } from './make-plan.ts';
import { culpritOf } from './culprit.ts';
import { keptLines } from './removed-lines.ts';
import type { Rule } from '../resolution/rule.ts';
import { limitedTo, loadAdvisoriesOfAllMet, rulesFor } from './rules.ts';

/** The changes with what had to be added to them. */
export interface BoundedChanges {
  readonly changes: readonly Change[];
  /** What an installer may select against the plan all the same. */
  readonly warnings: readonly string[];
}

/**
 * An installer takes the newest that the files admit, and not the plan's own set. Where that would bring back an advisory which
 * the plan does not have (or what the policy holds or caps), a bound is added: to the range line of the package, or as a
 * new line where nobody wrote it down.
 */
export async function withBounds(settled: Settled, changes: readonly Change[]): Promise<BoundedChanges> {
  const { graph } = settled.scan.examined.resolution;
  const planned = graph.preference;
  graph.preference = newestFirst(graph.targets);
  try {
    return await bounded(settled, changes);
  } finally {
    graph.preference = planned;
  }
}

async function bounded(settled: Settled, changes: readonly Change[]): Promise<BoundedChanges> {
  const { resolution } = settled.scan.examined;
  const asking = keptLines(settled);
  const bounds = new Bounds(settled, changes);
  for (;;) {
    const outcome = await resolution.solve(bounds.terms(), {}, asking);
    if (outcome.kind !== 'solved')
      return {
        changes: bounds.changes(),
        warnings: ['what an installer selects from the changed files could not be worked out'],
      };
    const broken = await brokenRule(settled, outcome);
    if (broken === null) return { changes: bounds.changes(), warnings: [] };
    const culprit = await culpritOf(settled, broken, outcome);
    if (
      culprit === null ||
      !bounds.tighten(culprit, becauseOf(broken, culprit), outcome, repaired(settled, broken, changes))
    )
      return { changes: bounds.changes(), warnings: [warningOf(broken)] };
  }
}

/** A rule that the plan keeps and that an installer's set does not, over everything that was met by now. */
async function brokenRule(settled: Settled, unbounded: Solved): Promise<Rule | null> {
  const { scan, solution, only } = settled;
  const { resolution } = scan.examined;
  await loadAdvisoriesOfAllMet(scan.examined);
  const { soft, hard } = limitedTo(only, rulesFor(scan.examined), scan);
  const lasting = [...soft, ...hard].filter(
    ({ why }) => why.kind === 'advisory' || (why.kind === 'policy' && why.what !== 'cooldown'),
  );
  return (
    lasting.find((rule) => keeps(resolution, rule, solution) && !keeps(resolution, rule, unbounded)) ?? null
  );
}

function subjectOf(rule: Rule): string {
  if (rule.why.kind === 'policy') return `against the policy: ${rule.why.text}`;
  return `with ${rule.why.kind === 'advisory' ? rule.why.advisory.id : rule.id}`;
}

function becauseOf(rule: Rule, culprit: PackageName): string {
  const brings = culprit === rule.name ? `of ${rule.name}` : `of ${culprit} that brings in ${rule.name}`;
  return `without a bound an installer takes a version ${brings} ${subjectOf(rule)}`;
}

function warningOf(rule: Rule): string {
  return `an installer may still take a version of ${rule.name} ${subjectOf(rule)}`;
}

/** Today's vulnerabilities of the package that are gone in the plan and that no other change claims. */
function repaired(settled: Settled, rule: Rule, changes: readonly Change[]): readonly string[] {
  if (rule.why.kind !== 'advisory') return [];
  const claimed = new Set(changes.flatMap((change) => change.repairs));
  return settled.scan.found.flatMap(({ finding }) =>
    finding.kind === 'vulnerable' &&
    finding.problem &&
    finding.name === rule.name &&
    !claimed.has(finding.id) &&
    !stillAffected(settled, finding)
      ? [finding.id]
      : [],
  );
}
