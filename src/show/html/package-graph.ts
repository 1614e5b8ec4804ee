import type { ReportedLock, ReportedPosture, ReportedService, ReportedSeverity } from '../report/report.ts';
import { requirementLines } from './requirement-lines.ts';

export type Side = 'before' | 'after';

/** One package of a service's sets, before and after. */
export interface GraphPackage {
  readonly name: string;
  /** Null: it is not there. Where targets differ, each version once. */
  readonly before: string | null;
  readonly after: string | null;
  /** Positions of the packages that ask for it. */
  readonly askedBefore: readonly number[];
  readonly askedAfter: readonly number[];
  /** Where the files ask for it, as far as that is known. */
  readonly linesBefore: readonly string[];
  readonly linesAfter: readonly string[];
  /** The worst that touches it; null: nothing does. */
  readonly severityBefore: ReportedSeverity | null;
  readonly severityAfter: ReportedSeverity | null;
  readonly advisories: readonly string[];
}

/** The packages of all targets together. */
export interface PackageGraph {
  readonly service: string;
  /** False: there is no plan, so there is only one side. */
  readonly hasAfter: boolean;
  /** How many targets' sets are shown as one. */
  readonly targets: number;
  /** True: the lines conflict or could not be resolved, so what comes in today is an estimate. */
  readonly isEstimate: boolean;
  readonly packages: readonly GraphPackage[];
}

const WORST: readonly ReportedSeverity[] = ['critical', 'high', 'unknown', 'medium', 'low'];

export function packageGraph(service: ReportedService): PackageGraph {
  const { name, today, plan, posture, after } = service;
  const [old, now] = [setOf(today), setOf(plan?.locks ?? [])];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  const at = new Map(names.map((one, position) => [one, position]));
  const [linesOld, linesNow] = [requirementLines(today), requirementLines(plan?.locks ?? [])];
  const [worstOld, worstNow] = [worstOf(posture), worstOf(after?.posture ?? plan?.posture ?? null)];
  const advisories = new Map<string, string[]>();
  for (const one of posture.advisories)
    advisories.set(one.package, [...(advisories.get(one.package) ?? []), one.advisory]);
  return {
    service: name,
    hasAfter: plan !== null,
    targets: Math.max(today.length, plan?.locks.length ?? 0),
    isEstimate: !posture.whole,
    packages: names.map((one) => ({
      name: one,
      before: versionsOf(old.get(one)),
      after: versionsOf(now.get(one)),
      askedBefore: positions(old.get(one), at),
      askedAfter: positions(now.get(one), at),
      linesBefore: linesOld.get(one) ?? [],
      linesAfter: linesNow.get(one) ?? [],
      severityBefore: worstOld.get(one) ?? null,
      severityAfter: worstNow.get(one) ?? null,
      advisories: advisories.get(one) ?? [],
    })),
  };
}

interface Held {
  readonly versions: Set<string>;
  readonly askedBy: Set<string>;
}

function setOf(locks: readonly ReportedLock[]): ReadonlyMap<string, Held> {
  const held = new Map<string, Held>();
  for (const { name, version, requiredBy } of locks.flatMap(({ packages }) => packages)) {
    const one = held.get(name) ?? { versions: new Set(), askedBy: new Set() };
    one.versions.add(version);
    for (const parent of requiredBy) one.askedBy.add(parent);
    held.set(name, one);
  }
  return held;
}

function versionsOf(held: Held | undefined): string | null {
  return held === undefined ? null : [...held.versions].join(' / ');
}

function positions(held: Held | undefined, at: ReadonlyMap<string, number>): readonly number[] {
  return [...(held?.askedBy ?? [])].flatMap((name) => at.get(name) ?? []);
}

function worstOf(posture: ReportedPosture | null): ReadonlyMap<string, ReportedSeverity> {
  const worst = new Map<string, ReportedSeverity>();
  for (const { package: name, severity } of posture?.advisories ?? []) {
    const known = worst.get(name);
    if (known === undefined || WORST.indexOf(severity) < WORST.indexOf(known)) worst.set(name, severity);
  }
  return worst;
}

export function askedBy(one: GraphPackage, side: Side): readonly number[] {
  return side === 'before' ? one.askedBefore : one.askedAfter;
}

export function linesOn(one: GraphPackage, side: Side): readonly string[] {
  return side === 'before' ? one.linesBefore : one.linesAfter;
}

export function versionOn(one: GraphPackage, side: Side): string | null {
  return side === 'before' ? one.before : one.after;
}

export function severityOn(one: GraphPackage, side: Side): ReportedSeverity | null {
  return side === 'before' ? one.severityBefore : one.severityAfter;
}

export function isChanged({ hasAfter }: Pick<PackageGraph, 'hasAfter'>, one: GraphPackage): boolean {
  return hasAfter && one.before !== one.after;
}

/** The shortest way from what a requirement line asks for to a package: positions, itself last. */
export function chainTo({ packages }: PackageGraph, side: Side, at: number): readonly number[] {
  const below = new Map<number, number | null>([[at, null]]);
  const queue = [at];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const parents = askedBy(packages[next]!, side);
    if (parents.length === 0 || linesOn(packages[next]!, side).length > 0) return walk(below, next);
    for (const parent of parents) {
      if (below.has(parent)) continue;
      below.set(parent, next);
      queue.push(parent);
    }
  }
  return [at];
}

function walk(below: ReadonlyMap<number, number | null>, from: number): readonly number[] {
  const chain: number[] = [];
  for (let at: number | null = from; at !== null; at = below.get(at) ?? null) chain.push(at);
  return chain;
}

/** What changed or is vulnerable, with its chains, then its neighbours as far as there is room. */
export function focusOf(graph: PackageGraph, side: Side, most: number): ReadonlySet<number> {
  const { packages } = graph;
  const there = (at: number): boolean => versionOn(packages[at]!, side) !== null;
  const central = [...packages.keys()].filter(
    (at) => there(at) && (isChanged(graph, packages[at]!) || severityOn(packages[at]!, side) !== null),
  );
  const shown = new Set<number>();
  for (const at of central) {
    const chain = chainTo(graph, side, at);
    if (shown.size + chain.length > most) break;
    for (const one of chain) shown.add(one);
  }
  // Those that ask for them before those that they ask for: what has to move along stands above.
  const parents = central.flatMap((at) => askedBy(packages[at]!, side));
  const centre = new Set(central);
  const children = [...packages.keys()].filter(
    (at) => there(at) && askedBy(packages[at]!, side).some((parent) => centre.has(parent)),
  );
  for (const at of [...parents, ...children]) if (shown.size < most) shown.add(at);
  return shown;
}
