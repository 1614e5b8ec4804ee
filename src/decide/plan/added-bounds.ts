import type { Change } from '../../domain/plan.ts';
import { newestFirst } from '../resolution/preference.ts';
import type { Solved } from '../solver/outcome.ts';
import { changesOf, stillAffected } from './changes.ts';
import { keeps } from './choices.ts';
import type { Settled } from './make-plan.ts';
import { culpritOf } from './culprit.ts';
import { FileBounds } from './file-bounds.ts';
import type { Culprit } from './file-bounds.ts';
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
 * new line where nobody wrote it down. What a bound repairs no change claims. A lock holds the plan's set by itself.
 */
export async function boundedChanges(settled: Settled): Promise<BoundedChanges> {
  const { graph } = settled.scan.examined.resolution;
  if (settled.scan.examined.resolution.hold !== null) return { changes: changesOf(settled), warnings: [] };
  const planned = graph.preference;
  graph.preference = newestFirst(graph.targets);
  try {
    const bounds = new FileBounds(settled, changesOf(settled));
    const warnings = await addBounds(settled, bounds);
    return { changes: bounds.addedTo(changesOf(settled, bounds.repairs)), warnings };
  } finally {
    graph.preference = planned;
  }
}

async function addBounds(settled: Settled, bounds: FileBounds): Promise<readonly string[]> {
  const { resolution } = settled.scan.examined;
  const asking = keptLines(settled);
  let last: Rule | null = null;
  for (;;) {
    const outcome = await resolution.solve(bounds.terms(), {}, asking);
    if (outcome.kind !== 'solved') {
      bounds.loosen();
      return [last === null ? NOT_WORKED_OUT : warningOf(last)];
    }
    const broken = await brokenRule(settled, outcome);
    if (broken === null) return [];
    const culprit = await culpritOf(settled, broken, outcome);
    if (culprit === null) return [warningOf(broken)];
    const because = becauseOf(broken, culprit);
    if (!bounds.tighten(culprit, because, outcome, repairedFindings(settled, broken)))
      return [warningOf(broken)];
    last = broken;
  }
}

const NOT_WORKED_OUT = 'what an installer selects from the changed files could not be worked out';

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

function becauseOf(rule: Rule, { name }: Culprit): string {
  const brings = name === rule.name ? `of ${rule.name}` : `of ${name} that brings in ${rule.name}`;
  return `without a bound an installer takes a version ${brings} ${subjectOf(rule)}`;
}

function warningOf(rule: Rule): string {
  return `an installer may still take a version of ${rule.name} ${subjectOf(rule)}`;
}

/** Today's vulnerabilities of the package that the plan does not have. */
function repairedFindings(settled: Settled, rule: Rule): readonly string[] {
  if (rule.why.kind !== 'advisory') return [];
  return settled.scan.found.flatMap(({ finding }) =>
    finding.kind === 'vulnerable' &&
    finding.problem &&
    finding.name === rule.name &&
    !stillAffected(settled, finding)
      ? [finding.id]
      : [],
  );
}
