import type { Evidence } from '../../domain/evidence.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Target } from '../../domain/target.ts';
import type { ServiceScan } from '../findings/examine.ts';
import type { Examined } from '../findings/found.ts';
import { columnsOf } from '../findings/part.ts';
import type { Cause } from '../resolution/cause.ts';
import type { Line } from '../resolution/line.ts';
import { lockedSets } from '../resolution/locked-set.ts';
import { keepingFirst, nearestFirst, newestFirst } from '../resolution/preference.ts';
import type { Preference } from '../resolution/graph.ts';
import type { Resolution } from '../resolution/resolution.ts';
import { placeText } from '../resolution/wording.ts';
import type { Solved } from '../solver/outcome.ts';
import { boundedChanges } from './added-bounds.ts';
import type { BoundedChanges } from './added-bounds.ts';
import type { PlanBounds, PlanningProblem } from './choice-solver.ts';
import { choicesFor, keeps, lineBounds, removableLines, TIERS } from './choices.ts';
import { ageOrder } from './age-order.ts';
import { impossiblePlan } from './impossible.ts';
import { plannedLock } from './lock-moves.ts';
import { optimise } from './optimise.ts';
import type { Planned } from './optimise.ts';
import { reasons } from './optimise-reasons.ts';
import type { Reason } from './optimise-reasons.ts';
import { settle } from './optimise-settle.ts';
import { proofOf } from './proof.ts';
import { limitedTo, loadAdvisoriesOfAllMet, rulesFor } from './rules.ts';
import type { RuleBook } from './rules.ts';
import { replacedLines } from './replaced-lines.ts';
import type { ReplacedLine } from './replaced-lines.ts';
import { todaysPositions } from './todays-positions.ts';
import { transitiveChanges } from './transitive-changes.ts';
import { unrepairedOf } from './unrepaired.ts';

export interface PlanOptions {
  /** Advisory ids and package names that the repair is limited to; empty: everything. */
  readonly only: readonly string[];
  readonly bounds?: PlanBounds;
}

/** A plan with the records that its sentences rest on. */
export interface ServicePlan {
  readonly plan: Plan;
  readonly evidence: readonly Evidence[];
  /** Of each change that adds a line, the positions of the targets that need it. */
  readonly addedFor?: BoundedChanges['addedFor'];
}

/** All that the parts of a plan are read off. */
export interface Settled {
  readonly scan: ServiceScan;
  readonly only: readonly string[];
  readonly lines: readonly Line[];
  readonly rules: RuleBook;
  /** Lines that were taken out before the search, for their package has a successor and can no longer be installed. */
  readonly replaced: readonly ReplacedLine[];
  readonly problem: PlanningProblem<Cause>;
  readonly optimum: Planned;
  readonly solution: Solved;
  readonly reasons: ReadonlyMap<string, Reason<Cause>>;
}

/**
 * The smallest safe set of changes for one service: fewest advisories left, then fewest lines changed, then the smallest steps, each
 * optimum frozen before the next (docs/solver.md). Rounds are repeated while a solution brings in packages whose
 * advisories or metadata nobody had looked at yet.
 */
export async function makePlan(scan: ServiceScan, options: PlanOptions): Promise<ServicePlan> {
  const { examined } = scan;
  const { resolution } = examined;
  await resolution.learn(examined.learned, (service) =>
    service === null ? [...resolution.graph.targets.keys()] : columnsOf(examined, service),
  );
  // It may have met packages that today's set has nothing to do with.
  if (examined.learned.length > 0) await loadAdvisoriesOfAllMet(examined);
  const lines = planLines(examined);
  const { targets } = resolution.graph;
  resolution.graph.preference =
    examined.policy.strategy === 'latest'
      ? newestFirst(targets)
      : keeping(targets, todaysPositions(examined), resolution.held);
  /** Lines of packages that the planned set turned out to need. */
  const needed = new Set<Line>();
  for (;;) {
    const rules = limitedTo(options.only, rulesFor(examined), scan);
    const replaced = replacedLines(scan, removableLines(resolution, rules), options.only).filter(
      ({ line }) => !needed.has(line),
    );
    const problem = planningProblem(examined, lines, rules, replaced);
    const optimum = await optimise(problem, options.bounds);
    if (optimum.kind === 'impossible' || optimum.kind === 'unfinished')
      return impossiblePlan(examined, optimum);
    const { solution } = await settle(
      problem,
      optimum,
      ageOrder(examined, lines, optimum.solution),
      options.bounds,
    );
    if (await meetsUnjudged(scan, rules, solution, options.only)) continue;
    const stillThere = replaced.filter(({ line }) => isSelected(resolution, solution, line));
    for (const { line } of stillThere) needed.add(line);
    if (stillThere.length > 0) continue;
    // What no line asks for moves without a word: reasons are for lines, and for what is left.
    const untold = new Set(rules.stays.map(({ id }) => id));
    const why = await reasons(problem, optimum, options.bounds, (choice) => !untold.has(choice));
    return finish({
      scan,
      only: options.only,
      lines,
      rules,
      replaced,
      problem,
      optimum,
      solution,
      reasons: new Map(why.map((reason) => [reason.choice, reason])),
    });
  }
}

/** Whether the solution has the line's package on some target where the line counts. */
function isSelected(resolution: Resolution, solution: Solved, line: Line): boolean {
  const { name } = line.requirement.dependency;
  return line.targets.some((target) => resolution.selected(solution, name, target) !== null);
}

/** Today's versions are kept; where a lock has them, what cannot stay moves no further than it must. */
function keeping(
  targets: readonly Target[],
  before: readonly ReadonlyMap<string, number>[],
  held: Resolution['held'],
): Preference {
  const [kept, nearest] = [keepingFirst(targets, before), nearestFirst(targets, before)];
  return (published, target, possible) =>
    (held[target] === null ? kept : nearest)(published, target, possible);
}

/** What is assumed hard and what may be given up, for the lines of one service. */
function planningProblem(
  examined: Examined,
  lines: readonly Line[],
  rules: RuleBook,
  replaced: readonly ReplacedLine[],
): PlanningProblem<Cause> {
  const { resolution, policy } = examined;
  const mayGo = new Set([...removableLines(resolution, rules), ...replaced.map(({ line }) => line)]);
  return {
    solver: { solve: (assumptions, bounds) => resolution.solveUnder(assumptions, bounds) },
    hard: resolution.withPermissions([
      ...resolution.learnedTerms,
      ...resolution.tied.map((line) => resolution.tie(line)),
      ...resolution.asking.filter((line) => !mayGo.has(line)).map((line) => resolution.asks(line)),
      ...rules.hard.map((rule) => resolution.rule(rule)),
      ...lineBounds(resolution, lines, policy),
    ]),
    choices: choicesFor(resolution, lines, rules, policy),
    tierNames: TIERS,
  };
}

async function finish(settled: Settled): Promise<ServicePlan> {
  const { resolution, service } = settled.scan.examined;
  const { changes, warnings, addedFor } = await boundedChanges(settled);
  const unrepaired = await unrepairedOf(settled);
  const locks = await lockedSets(resolution.graph, settled.solution);
  const plan: Plan = {
    service: service.name,
    changes,
    locks,
    lock: settled.scan.examined.parts === undefined ? plannedLock(settled.scan, locks, changes) : null,
    unrepaired,
    proof: proofOf(settled, changes),
    transitiveChanges: transitiveChanges(settled.scan.examined, locks),
    warnings: [...unmetWarnings(settled.scan.examined), ...warnings],
  };
  return { plan, evidence: [], addedFor };
}

/** Lines that no versions can meet: they stay as they are, and nothing is promised of them. */
export function unmetWarnings({ today }: Examined): readonly string[] {
  return today.unmet.map(({ lines }) => {
    const told = lines.map(({ requirement }) => `${requirement.dependency.text} (${placeText(requirement)})`);
    return `${told.join(' and ')} cannot be met by any version, so the rest is planned without ${lines.length === 1 ? 'it' : 'them'}`;
  });
}

/** Lines with their sizes counted from their pin, or from what a range selects today. */
export function planLines(examined: Examined): readonly Line[] {
  const { resolution, today } = examined;
  return resolution.lines.map((line) => {
    if (line.pinned !== null) return line;
    const name = line.requirement.dependency.name;
    const lock = today.locks[line.targets[0]!];
    const version = lock?.packages.find((locked) => locked.name === name)?.version ?? null;
    return resolution.from(line, version ?? line.published.versions[line.allowed.same.last] ?? null);
  });
}

/** Asks for the advisories of what was met since; true where the solution selects something that the rules did not judge yet. */
async function meetsUnjudged(
  scan: ServiceScan,
  rules: RuleBook,
  solution: Solved,
  only: readonly string[],
): Promise<boolean> {
  await loadAdvisoriesOfAllMet(scan.examined);
  const known = new Set([...rules.hard, ...rules.soft].map((rule) => rule.id));
  const now = limitedTo(only, rulesFor(scan.examined), scan);
  return [...now.hard, ...now.soft].some(
    (rule) => !known.has(rule.id) && !keeps(scan.examined.resolution, rule, solution),
  );
}
