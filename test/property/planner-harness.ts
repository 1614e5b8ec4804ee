import type { Advisory } from '../../src/domain/advisory.ts';
import type { LearnedBreak } from '../../src/domain/learned-break.ts';
import type { PackageName } from '../../src/domain/package-name.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { VersionSet } from '../../src/domain/version-set.ts';
import type { Examined } from '../../src/decide/findings/found.ts';
import { ownSourceRules } from '../../src/decide/plan/learned-rules.ts';
import { choicesFor, TIERS } from '../../src/decide/plan/choices.ts';
import type { PlanningProblem, Solving } from '../../src/decide/plan/choice-solver.ts';
import { optimise } from '../../src/decide/plan/optimise.ts';
import type { Optimum, Planned } from '../../src/decide/plan/optimise.ts';
import { settle } from '../../src/decide/plan/optimise-settle.ts';
import type { Preference } from '../../src/decide/plan/optimise-settle.ts';
import type { Cause } from '../../src/decide/resolution/cause.ts';
import { sizeRank } from '../../src/decide/resolution/line.ts';
import { keepingFirst } from '../../src/decide/resolution/preference.ts';
import { Resolution } from '../../src/decide/resolution/resolution.ts';
import type { Rule } from '../../src/decide/resolution/rule.ts';
import type { Solved } from '../../src/decide/solver/outcome.ts';
import { pypiRules } from '../../src/read/ecosystems/pypi/rules.ts';
import { indexOf, serviceOf, targetsOf, versionOf } from './planner-index.ts';
import type { Assignment, Judgement } from './planner-oracle.ts';
import type { Universe, UniverseBreak } from './planner-universe.ts';

const POLICY: Policy = {
  severity: 'low',
  strategy: 'minimal',
  holds: [],
  ceilings: [],
  allowedSize: 'downgrade',
  cooldownDays: 0,
  groups: [],
  ignored: [],
  prereleases: false,
};

/** A universe as the planner is given it: the project's own resolution and choices over an index in memory. */
export interface Prepared {
  readonly universe: Universe;
  readonly resolution: Resolution;
  readonly problem: PlanningProblem<Cause>;
  readonly order: readonly Preference[];
}

export interface PrepareOptions {
  /** How many turns of the event loop's microtasks an answer of the index takes; null: none, it is no promise. */
  readonly later?: () => number | null;
  /** Metadata is read only when the solver asks for it. */
  readonly lazily?: boolean;
  /** Puts something between planner and solver. */
  readonly wrap?: (solver: Solving<Cause>) => Solving<Cause>;
}

export async function prepare(universe: Universe, options: PrepareOptions = {}): Promise<Prepared> {
  const { later = () => null, lazily = false, wrap = (solver) => solver } = options;
  const targets = targetsOf(universe);
  const index = indexOf(universe, targets, later);
  const resolution = await Resolution.open(serviceOf(universe, targets), {
    rules: pypiRules,
    index,
    targets,
    prereleases: false,
  });
  await resolution.graph.pages.load(universe.packages.map(({ name }) => name as PackageName));
  if (!lazily) await readEverything(universe, resolution);
  const lines = resolution.lines.map((line) => {
    const { current } = universe.lines.find(({ text }) => text === line.requirement.id)!;
    return line.pinned === null ? resolution.from(line, versionOf(current)) : line;
  });
  const before = targets.map(
    () => new Map(universe.packages.map(({ name }) => [name, todayAt(universe, name)])),
  );
  resolution.graph.preference = keepingFirst(targets, before);
  const learned = (universe.learned ?? []).map(learnedOf);
  await resolution.learn(learned, () => [...targets.keys()]);
  const examined = { learned, resolution, service: { name: '.' } } as unknown as Examined;
  const rules = {
    hard: universe.packages.flatMap(({ name }) =>
      ownSourceRules(examined, resolution.graph.pages.loaded(name as PackageName)!),
    ),
    soft: softRules(universe),
    stays: [...stayRules(universe), ...backRules(universe, resolution, before)],
  };
  const choices = choicesFor(resolution, lines, rules, POLICY);
  const problem: PlanningProblem<Cause> = {
    solver: wrap({ solve: (assumptions, bounds) => resolution.solveUnder(assumptions, bounds) }),
    hard: resolution.withPermissions([
      ...resolution.learnedTerms,
      ...rules.hard.map((rule) => resolution.rule(rule)),
      ...resolution.tied.map((line) => resolution.tie(line)),
      ...resolution.asking.map((line) => resolution.asks(line)),
    ]),
    choices,
    tierNames: TIERS,
  };
  return { universe, resolution, problem, order: orderOf(universe, resolution) };
}

/**
 * Who permits a pre-release or a yanked version is found while metadata is read, and the resolution reads no more than it
 * needs. The oracle knows every permission, so the planner is let know them too.
 */
async function readEverything({ packages }: Universe, { graph }: Resolution): Promise<void> {
  for (const { name, releases } of packages)
    for (const target of graph.targets.keys())
      for (const extra of [null, 'more', 'all'])
        for (const position of releases.keys())
          await graph.dependenciesOf(graph.nodes.package(name as PackageName, target, extra), position);
}

/** Plans and settles; `judgement` is what the planner itself says that the plan costs. */
export async function plan(prepared: Prepared): Promise<{
  readonly optimum: Optimum<Cause>;
  readonly planned: { readonly judgement: Judgement; readonly assignment: Assignment } | null;
  readonly solves: number;
}> {
  const { problem, resolution, order } = prepared;
  const optimum = await optimise(problem);
  if (optimum.kind === 'impossible') return { optimum, planned: null, solves: optimum.solves };
  if (optimum.kind === 'unfinished') throw new Error('unfinished without bounds');
  const settled = await settle(problem, optimum, order);
  const ages = order.map(({ package: id, best }) => {
    const version = settled.solution.versions.get(id);
    return version === undefined ? 0 : best.indexOf(version);
  });
  const judgement = { tiers: optimum.cost, levels: levelsOf(prepared, optimum), ages };
  const assignment = assignmentOf(resolution, settled.solution);
  return { optimum, planned: { judgement, assignment }, solves: optimum.solves + settled.solves };
}

export function assignmentOf(resolution: Resolution, solution: Solved): Assignment {
  const assignment = resolution.graph.targets.map(() => new Map<string, string>());
  for (const { id, name, target } of resolution.graph.nodes.packages()) {
    const position = solution.versions.get(id);
    if (position === undefined) continue;
    assignment[target]!.set(name, resolution.graph.pages.loaded(name)!.versions[position]!.text);
  }
  return assignment;
}

/** Levels of lines as ranks of sizes; a line that is no choice stays as it is. */
function levelsOf({ problem, universe }: Prepared, optimum: Planned): Readonly<Record<string, number>> {
  const levels: Record<string, number> = {};
  for (const { text } of universe.lines) levels[`line ${text}`] = 0;
  for (const choice of problem.choices) {
    const level = optimum.levels.get(choice.id)!;
    levels[choice.id] =
      'sizes' in choice
        ? sizeRank((choice.sizes as readonly Parameters<typeof sizeRank>[0][])[level]!)
        : level;
  }
  return levels;
}

function learnedOf({ kind, importer, provider }: UniverseBreak, at: number): LearnedBreak {
  const side = ({ name, versions }: UniverseBreak['provider']): LearnedBreak['provider'] => ({
    name: name as PackageName,
    versions: { read: versions.slice(0, 1), between: versions.slice(1) },
  });
  return {
    ...{ id: `${at}`, kind, module: provider.name, symbol: null, because: '', seen: '' },
    importer: importer === null ? null : side(importer),
    provider: side(provider),
  };
}

function softRules({ packages, advisories, targets }: Universe): readonly Rule[] {
  const rules: Rule[] = advisories.map(({ id, name, severity, affected }) => {
    const { releases } = packages.find((each) => each.name === name)!;
    const avoid = VersionSet.where(releases.length, (p) => affected.includes(releases[p]!.version));
    const why = { kind: 'advisory', advisory: { id, severity } as Advisory } as const;
    return { id, name: name as PackageName, avoid: targets.map(() => avoid), why };
  });
  for (const { name, releases } of packages) {
    const avoid = VersionSet.where(releases.length, (p) => releases[p]!.metadataUnknown);
    if (avoid.isEmpty) continue;
    const why = { kind: 'unknown-metadata' } as const;
    rules.push({ id: `unknown ${name}`, name: name as PackageName, avoid: targets.map(() => avoid), why });
  }
  for (const { name, releases } of packages) {
    const avoid = VersionSet.where(releases.length, (p) => releases[p]!.yanked);
    const why = { kind: 'yanked' } as const;
    rules.push({ id: `yanked ${name}`, name: name as PackageName, avoid: targets.map(() => avoid), why });
  }
  return rules;
}

function stayRules({ packages, lock, targets }: Universe): readonly Rule[] {
  return lock.map(({ name, version }) => {
    const { releases } = packages.find((each) => each.name === name)!;
    const avoid = VersionSet.where(releases.length, (p) => releases[p]!.version !== version);
    const why = { kind: 'stays', version: versionOf(version) } as const;
    return { id: `stay ${name}`, name: name as PackageName, avoid: targets.map(() => avoid), why };
  });
}

function backRules(
  { packages, lock, targets, advisories }: Universe,
  { graph }: Resolution,
  before: readonly ReadonlyMap<string, number>[],
): readonly Rule[] {
  return lock.map(({ name, version }) => {
    const { releases } = packages.find((each) => each.name === name)!;
    const page = graph.pages.loaded(name as PackageName)!;
    const position = releases.findIndex((release) => release.version === version);
    const touched = VersionSet.where(releases.length, (p) =>
      advisories.some((each) => each.name === name && each.affected.includes(releases[p]!.version)),
    );
    const below = VersionSet.range(releases.length, 0, position);
    const avoid = touched.has(position) ? below.intersect(touched) : below;
    const from = targets.map((_, at) => {
      const finals = page.installable(graph.targets[at]!).minus(page.prereleases).minus(page.yanked);
      const candidates = finals.union(VersionSet.of(releases.length, position));
      return { position, candidates, touched, others: before[at]! as ReadonlyMap<PackageName, number> };
    });
    const why = { kind: 'goes-back', version: versionOf(version), from } as const;
    return { id: `back ${name}`, name: name as PackageName, avoid: targets.map(() => avoid), why };
  });
}

/** Position of today's version, or of the first one above it where it was never published. */
function todayAt(universe: Universe, name: string): number {
  const { releases } = universe.packages.find((each) => each.name === name)!;
  const from = versionOf(todayOf(universe, name));
  const at = releases.findIndex(({ version }) => pypiRules.compareVersions(versionOf(version), from) >= 0);
  return at === -1 ? releases.length : at;
}

function todayOf({ lines, lock }: Universe, name: string): string {
  const locked = lock.find((each) => each.name === name);
  return locked?.version ?? lines.find(({ text }) => /^[a-z]+/.exec(text)![0] === name)!.current;
}

/** Nearest to today first, below before above; by name, then target. */
function orderOf(universe: Universe, resolution: Resolution): readonly Preference[] {
  return universe.packages.flatMap(({ name, releases }) => {
    const today = todayAt(universe, name);
    const pre = (p: number): boolean => pypiRules.isPrerelease(versionOf(releases[p]!.version));
    const wasFinal = !pypiRules.isPrerelease(versionOf(todayOf(universe, name)));
    const away = (p: number): number =>
      (wasFinal && pre(p) ? 4 * releases.length : 0) + (p >= today ? 2 * (p - today) : 2 * (today - p) - 1);
    const best = [...releases.keys()].sort((a, b) => away(a) - away(b));
    return universe.targets.map((_, target) => ({
      package: resolution.graph.nodes.package(name as PackageName, target),
      versionCount: releases.length,
      best,
    }));
  });
}
