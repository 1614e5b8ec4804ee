import { importedText } from '../../domain/learned-break.ts';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Change } from '../../domain/plan.ts';
import { newestFirst } from '../resolution/preference.ts';
import type { Solved } from '../solver/outcome.ts';
import { changesOf, stillAffected, stillBreaks } from './changes.ts';
import { keeps } from './choices.ts';
import type { Settled } from './make-plan.ts';
import { culpritOf } from './culprit.ts';
import { FileBounds } from './file-bounds.ts';
import type { Culprit } from './file-bounds.ts';
import { besideRules } from './learned-rules.ts';
import { neededLines } from './needed-lines.ts';
import { keptLines } from './removed-lines.ts';
import type { Rule } from '../resolution/rule.ts';
import { limitedTo, loadAdvisoriesOfAllMet, rulesFor } from './rules.ts';

/** The changes with what had to be added to them. */
export interface BoundedChanges {
  readonly changes: readonly Change[];
  /** What an installer may select against the plan all the same. */
  readonly warnings: readonly string[];
  /** Of each change that adds a line, the positions of the targets that need it. */
  readonly addedFor: ReadonlyMap<Change, readonly number[]>;
}

/**
 * An installer takes the newest that the files admit, and not the plan's own set. Where that would bring back an advisory which
 * the plan does not have (or what the policy holds or caps), a bound is added: to the range line of the package, or as a
 * new line where nobody wrote it down. So it is with what verification learned. What a bound repairs no change claims. A lock holds
 * the plan's set by itself; what nobody asks for and something needs gets its line all the same.
 */
export async function boundedChanges(settled: Settled): Promise<BoundedChanges> {
  const { graph } = settled.scan.examined.resolution;
  const bounds = new FileBounds(settled, changesOf(settled));
  for (const line of await neededLines(settled)) bounds.ask(line, repairedBreaks(settled, line.learned));
  if (settled.scan.examined.resolution.held.every((held) => held !== null))
    return { ...bounds.addedTo(changesOf(settled, bounds.repairs)), warnings: [] };
  const planned = graph.preference;
  graph.preference = newestFirst(graph.targets);
  try {
    const warnings = await addBounds(settled, bounds);
    return { ...bounds.addedTo(changesOf(settled, bounds.repairs)), warnings };
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
    const because = becauseOf(settled, broken, culprit, outcome);
    if (
      !bounds.tighten(
        { ...culprit, ...capOf(broken, culprit) },
        because,
        outcome,
        repairedFindings(settled, broken),
      )
    )
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
    ({ why }) =>
      why.kind === 'advisory' || why.kind === 'learned' || (why.kind === 'policy' && why.what !== 'cooldown'),
  );
  const all = [...lasting, ...besideRules(scan.examined, unbounded)];
  return all.find((rule) => keeps(resolution, rule, solution) && !keeps(resolution, rule, unbounded)) ?? null;
}

/** What was learned names the versions that must not come: up to them all others may. */
function capOf({ name, avoid, why }: Rule, culprit: Culprit): Pick<Culprit, 'forbidden'> {
  return why.kind === 'learned' && name === culprit.name ? { forbidden: avoid[culprit.target]! } : {};
}

function subjectOf(rule: Rule): string {
  if (rule.why.kind === 'learned') return `against what was learned by running: ${rule.why.learned.because}`;
  if (rule.why.kind === 'policy') return `against the policy: ${rule.why.text}`;
  return `with ${rule.why.kind === 'advisory' ? rule.why.advisory.id : rule.id}`;
}

function becauseOf(settled: Settled, rule: Rule, { name, target }: Culprit, unbounded: Solved): string {
  if (rule.why.kind === 'learned' && name === rule.name) {
    const { learned } = rule.why;
    const at = (one: PackageName): string => versionText(settled, unbounded, one, target);
    const { importer, provider } = learned;
    const what = importedText(learned);
    const by = importer === null ? 'the service' : at(importer.name);
    const takes = `without a bound an installer takes ${at(name)}`;
    if (name === provider.name) return `${takes}, which does not give ${what}, that ${by} imports`;
    return `${takes}, which imports ${what}, and ${at(provider.name)} does not give it`;
  }
  const brings = name === rule.name ? `of ${rule.name}` : `of ${name} that brings in ${rule.name}`;
  return `without a bound an installer takes a version ${brings} ${subjectOf(rule)}`;
}

function warningOf(rule: Rule): string {
  return `an installer may still take a version of ${rule.name} ${subjectOf(rule)}`;
}

function versionText({ scan }: Settled, solved: Solved, name: PackageName, target: number): string {
  const { resolution } = scan.examined;
  const position = resolution.selected(solved, name, target);
  return position === null
    ? `a set without ${name}`
    : `${name} ${resolution.graph.pages.loaded(name)!.versions[position]!.text}`;
}

/** Today's breaks of that kind which the plan does not have. */
function repairedBreaks(settled: Settled, { id }: LearnedBreak): readonly string[] {
  return settled.scan.found.flatMap(({ finding }) =>
    finding.kind === 'breaks-at-import' && finding.learned.id === id && !stillBreaks(settled, finding)
      ? [finding.id]
      : [],
  );
}

/** Today's vulnerabilities of the package, or breaks, that the plan does not have. */
function repairedFindings(settled: Settled, rule: Rule): readonly string[] {
  if (rule.why.kind === 'learned') return repairedBreaks(settled, rule.why.learned);
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
