import type { Evidence } from '../../domain/evidence.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Change, Plan } from '../../domain/plan.ts';
import type { ServiceScan } from '../findings/examine.ts';
import type { Examined } from '../findings/found.ts';
import type { Cause } from '../resolution/cause.ts';
import type { Line } from '../resolution/line.ts';
import { lockedSets } from '../resolution/locked-set.ts';
import { keepingFirst } from '../resolution/preference.ts';
import type { Rule } from '../resolution/rule.ts';
import type { Solved } from '../solver/outcome.ts';
import { addedBounds } from './added-bounds.ts';
import { changesOf } from './changes.ts';
import type { PlanBounds, PlanningProblem } from './choice-solver.ts';
import { choicesFor, keeps, lineBound, TIERS } from './choices.ts';
import { ageOrder } from './age-order.ts';
import { impossiblePlan } from './impossible.ts';
import { optimise } from './optimise.ts';
import type { Planned } from './optimise.ts';
import { reasons } from './optimise-reasons.ts';
import type { Reason } from './optimise-reasons.ts';
import { settle } from './optimise-settle.ts';
import { proofOf } from './proof.ts';
import { rulesFor } from './rules.ts';
import type { RuleBook } from './rules.ts';
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
}

/** All that the parts of a plan are read off. */
export interface Settled {
  readonly scan: ServiceScan;
  readonly lines: readonly Line[];
  readonly rules: RuleBook;
  readonly problem: PlanningProblem<Cause>;
  readonly optimum: Planned<Cause>;
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
  const lines = planLines(examined);
  resolution.graph.preference = keepingFirst(resolution.graph.targets, todaysPositions(examined));
  for (;;) {
    const rules = limitedTo(options.only, rulesFor(examined));
    const problem: PlanningProblem<Cause> = {
      solver: { solve: (assumptions, bounds) => resolution.solveUnder(assumptions, bounds) },
      hard: () => [
        ...resolution.permissions(),
        ...resolution.tied.map((line) => resolution.tie(line)),
        ...rules.hard.map((rule) => resolution.rule(rule)),
        ...(examined.policy.allowedSize === 'downgrade'
          ? []
          : lines.map((line) => lineBound(resolution, line, examined.policy))),
      ],
      choices: choicesFor(resolution, lines, rules, examined.policy),
      tierNames: TIERS,
    };
    const optimum = await optimise(problem, options.bounds);
    if (optimum.kind === 'impossible' || optimum.kind === 'unfinished')
      return impossiblePlan(examined, optimum);
    const { solution } = await settle(
      problem,
      optimum,
      ageOrder(examined, lines, optimum.solution),
      options.bounds,
    );
    if (await meetsUnjudged(examined, rules, solution, options.only)) continue;
    const why = await reasons(problem, optimum, options.bounds);
    return finish({
      scan,
      lines,
      rules,
      problem,
      optimum,
      solution,
      reasons: new Map(why.map((reason) => [reason.choice, reason])),
    });
  }
}

async function finish(settled: Settled): Promise<ServicePlan> {
  const { resolution, service } = settled.scan.examined;
  const changed = changesOf(settled);
  const added = await addedBounds(settled, changed);
  const unrepaired = await unrepairedOf(settled);
  const changes: readonly Change[] = [...changed, ...added];
  const plan: Plan = {
    service: service.name,
    changes,
    locks: await lockedSets(resolution.graph, settled.solution),
    unrepaired,
    proof: proofOf(settled),
    transitiveChanges: transitiveChanges(settled),
    warnings: [],
  };
  return { plan, evidence: [] };
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

export function todaysPositions(examined: Examined): readonly ReadonlyMap<string, number>[] {
  const { graph } = examined.resolution;
  return examined.today.locks.map(
    (lock) =>
      new Map(
        lock.packages.map((locked) => [
          locked.name,
          graph.pages.loaded(locked.name)!.position(locked.version),
        ]),
      ),
  );
}

function limitedTo(only: readonly string[], rules: RuleBook): RuleBook {
  if (only.length === 0) return rules;
  const wanted = (rule: Rule): boolean =>
    only.includes(rule.name) ||
    (rule.why.kind === 'advisory' && rule.why.advisory.ids.some((id) => only.includes(id)));
  return { ...rules, soft: rules.soft.filter((rule) => rule.why.kind !== 'advisory' || wanted(rule)) };
}

/** Asks for the advisories of what was met since; true where the solution selects something that the rules did not judge yet. */
async function meetsUnjudged(
  examined: Examined,
  rules: RuleBook,
  solution: Solved,
  only: readonly string[],
): Promise<boolean> {
  const { graph } = examined.resolution;
  const met = new Set<PackageName>([...graph.nodes.packages()].map((node) => node.name));
  await examined.advisories.load([...met]);
  const known = new Set([...rules.hard, ...rules.soft].map((rule) => rule.id));
  const now = limitedTo(only, rulesFor(examined));
  return [...now.hard, ...now.soft].some(
    (rule) => !known.has(rule.id) && !keeps(examined.resolution, rule, solution),
  );
}
