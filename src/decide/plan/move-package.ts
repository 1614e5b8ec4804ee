import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { ChangeSize, Version } from '../../domain/version.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { Examined } from '../findings/found.ts';
import { touchedVersions } from '../findings/vulnerable.ts';
import type { Cause } from '../resolution/cause.ts';
import { sizeAt, sizeRank } from '../resolution/line.ts';
import type { Line } from '../resolution/line.ts';
import { keepingFirst } from '../resolution/preference.ts';
import { prose } from '../resolution/prose.ts';
import type { Term } from '../solver/incompatibility.ts';
import type { Solved } from '../solver/outcome.ts';
import { ageOrder, stays } from './age-order.ts';
import type { PlanningProblem } from './choice-solver.ts';
import { lineBounds, lineChoice, TIERS } from './choices.ts';
import { planLines } from './make-plan.ts';
import { todaysPositions } from './todays-positions.ts';
import { optimise } from './optimise.ts';
import { settle } from './optimise-settle.ts';

/** More solves than any question about one package has needed. */
const MAX_SOLVES = 400;

/** A line that has to change for the move: the text that would stand there, and how large a step that is. */
export interface MovedLine {
  readonly requirement: Requirement;
  readonly from: string;
  readonly to: string;
  readonly size: ChangeSize;
}

/** What it takes to have a package at its newest safe version on every target that has it today. */
export type Move =
  | { readonly kind: 'possible'; readonly to: Version; readonly lines: readonly MovedLine[] }
  | { readonly kind: 'impossible'; readonly to: Version; readonly because: readonly string[] }
  /** No version above today's is free of advisories. */
  | { readonly kind: 'none-safe' };

/**
 * The fewest and smallest line changes with which a package stands at its newest version that is installable, final and free of
 * known advisories; steps back only where nothing else leads there. The user's bound on the size of changes holds;
 * other packages' advisories are not looked at.
 */
export async function movePackage(examined: Examined, name: PackageName): Promise<Move> {
  const safe = safeVersions(examined, name);
  return safe.isEmpty ? { kind: 'none-safe' } : moveInto(examined, name, VersionSet.of(safe.size, safe.last));
}

/** The same with whichever safe version asks for the least: what it takes to be rid of the advisories of today's. */
export async function leaveAdvisories(examined: Examined, name: PackageName): Promise<Move> {
  const safe = safeVersions(examined, name);
  return safe.isEmpty ? { kind: 'none-safe' } : moveInto(examined, name, safe);
}

/** To one of these versions; where several are possible, one of those that ask for the least. */
async function moveInto(examined: Examined, name: PackageName, versions: VersionSet): Promise<Move> {
  const { graph } = examined.resolution;
  const having = targetsWith(examined, name);
  const published = graph.pages.loaded(name)!;
  const moved = having.map((target): Term => graph.at(name, target, versions));
  graph.preference = keepingFirst(graph.targets, todaysPositions(examined));
  const forward = await fewestLines(examined, moved, 'major');
  const found = 'lines' in forward ? forward : await fewestLines(examined, moved, 'downgrade');
  if ('because' in found) return { kind: 'impossible', to: published.versions[versions.last]!, ...found };
  const { lines, solution } = found;
  const positions = having.map((target) => examined.resolution.selected(solution, name, target)!);
  return { kind: 'possible', to: published.versions[Math.min(...positions)]!, lines };
}

function targetsWith({ today }: Examined, name: PackageName): readonly number[] {
  return today.locks.flatMap((lock, target) =>
    lock.packages.some((locked) => locked.name === name) ? [target] : [],
  );
}

async function fewestLines(
  examined: Examined,
  moved: readonly Term[],
  largest: ChangeSize,
): Promise<
  | { readonly lines: readonly MovedLine[]; readonly solution: Solved }
  | { readonly because: readonly string[] }
> {
  const { resolution } = examined;
  const allowed = examined.policy.allowedSize;
  const allowedSize = sizeRank(allowed) < sizeRank(largest) ? allowed : largest;
  const policy = { ...examined.policy, allowedSize };
  const lines = planLines(examined);
  const problem: PlanningProblem<Cause> = {
    solver: { solve: (assumptions, bounds) => resolution.solveUnder(assumptions, bounds) },
    hard: resolution.withPermissions([
      ...moved,
      ...resolution.tied.map((line) => resolution.tie(line)),
      ...resolution.asking.map((line) => resolution.asks(line)),
      ...lineBounds(resolution, lines, policy),
    ]),
    choices: lines
      .map((line) => lineChoice(resolution, line, policy))
      .filter(({ sizes }) => sizes.length > 1),
    tierNames: TIERS,
  };
  const bounds = { maxSolves: MAX_SOLVES };
  const optimum = await optimise(problem, bounds);
  if (optimum.kind === 'impossible') return { because: prose(resolution.graph, optimum.derivation) };
  if (optimum.kind === 'unfinished') return { because: [GAVE_UP] };
  // What a package is held to leaves no room for wishes beyond it.
  const held = new Map(moved.map((term) => [term.package, term.states]));
  const order = ageOrder(examined, lines, optimum.solution).map((one) => ({
    ...one,
    best: one.best.filter((position) => held.get(one.package)?.has(position) ?? true),
  }));
  const { solution } = await settle(problem, optimum, order, bounds);
  return { lines: movedLines(examined, lines, solution), solution };
}

const GAVE_UP = 'No set of versions with it was found within the bound on solving.';

/** Above today's on every target that has it: installable there, final, not taken back and free of known advisories. */
function safeVersions(examined: Examined, name: PackageName): VersionSet {
  const { today, resolution } = examined;
  const published = resolution.graph.pages.loaded(name)!;
  const count = published.versions.length;
  const having = targetsWith(examined, name);
  const current = having.map((target) => {
    const locked = today.locks[target]!.packages.find((one) => one.name === name)!;
    return published.position(locked.version);
  });
  return having
    .reduce(
      (all, target) => all.intersect(published.installable(resolution.graph.targets[target]!)),
      VersionSet.range(count, Math.min(...current) + 1, count),
    )
    .minus(published.yanked)
    .minus(published.prereleases)
    .minus(touchedVersions(examined, published));
}

function movedLines(examined: Examined, lines: readonly Line[], solution: Solved): readonly MovedLine[] {
  const { rules, resolution } = examined;
  return lines
    .filter((line) => !stays(examined, line, solution))
    .map((line) => {
      const { dependency } = line.requirement;
      const positions = line.targets
        .map((target) => resolution.selected(solution, dependency.name, target))
        .filter((position) => position !== null)
        .sort((a, b) => a - b);
      const versions = [...new Set(positions)].map((position) => line.published.versions[position]!);
      const sizes = positions.map((position) => sizeAt(rules, line, position));
      return {
        requirement: line.requirement,
        from: dependency.specifier.text,
        to: rules.rewriteSpecifier(dependency.specifier, versions).text,
        size: sizes.reduce((a, b) => (sizeRank(a) >= sizeRank(b) ? a : b)),
      };
    });
}
