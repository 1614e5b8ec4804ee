import { isAtLeast } from '../../domain/advisory.ts';
import { mustBeBuilt } from '../../domain/finding.ts';
import type { Finding } from '../../domain/finding.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { LockedSet } from '../../domain/plan.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Version } from '../../domain/version.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { ServiceScan } from '../findings/examine.ts';
import type { Examined } from '../findings/found.ts';
import { activeAdvisories, touchedVersions } from '../findings/vulnerable.ts';
import type { Graph } from '../resolution/graph.ts';
import { partOf, partsOf } from '../findings/part.ts';
import type { Line } from '../resolution/line.ts';
import type { Rule } from '../resolution/rule.ts';
import { ownSourceRules } from './learned-rules.ts';
import { pinnedToday, unprovenRules } from './unproven-rules.ts';

const DAY_MS = 24 * 3600 * 1000;

/** All rules that a plan is held to over the packages met so far. Meeting more packages gives more rules. */
export interface RuleBook {
  /** Never given up: the user's policy, and what the service's own sources import. */
  readonly hard: readonly Rule[];
  /** Given up where every plan must: advisories, and candidates about which something is unknown. */
  readonly soft: readonly Rule[];
  /** Today's transitive versions, and that none of them goes back; empty where there is no set to compare with. */
  readonly stays: readonly Rule[];
}

/** Every package that was met so far has its advisories after this. */
export async function loadAdvisoriesOfAllMet({ resolution, advisories }: Examined): Promise<void> {
  const met = new Set<PackageName>([...resolution.graph.nodes.packages()].map((node) => node.name));
  await advisories.load([...met]);
}

/** The rules over every package that the graph has met. */
export function rulesFor(examined: Examined): RuleBook {
  const pages = pagesMet(examined.resolution.graph);
  return {
    // Hard rules are given up for nobody, so that one serves all services.
    hard: pages.flatMap((page) => [...policyRules(examined, page), ...ownSourceRules(examined, page)]),
    soft: ofEachPart(
      examined,
      pages.flatMap((page) => [
        ...advisoryRules(examined, page),
        ...unprovenRules(examined, page),
        ...yankedRules(examined, page),
      ]),
    ),
    stays: ofEachPart(examined, [...stayRules(examined), ...goesBackRules(examined)]),
  };
}

/** What one service of several has to leave, no other has to leave with it. */
function ofEachPart(examined: Examined, rules: readonly Rule[]): readonly Rule[] {
  const parts = partsOf(examined);
  if (parts.length === 1) return rules;
  return rules.flatMap((rule) =>
    parts
      .map(({ service, columns }): Rule => {
        const avoid = rule.avoid.map((set, at) => (columns.includes(at) ? set : VersionSet.none(set.size)));
        return { ...rule, id: `${rule.id} in ${service.name}`, avoid };
      })
      .filter(({ avoid }) => avoid.some((set) => !set.isEmpty)),
  );
}

/**
 * The rules of a repair that is limited to advisories and packages (empty: everything), and to the services that were asked for. What
 * else is wrong today is not repaired; what is not wrong today must not become so.
 */
export function limitedTo(
  only: readonly string[],
  rules: RuleBook,
  { examined, found }: ServiceScan,
): RuleBook {
  if (only.length === 0 && partsOf(examined).every(({ asked }) => asked)) return rules;
  const wanted = new Set(only.flatMap((text) => [text, nameIn(examined, text)]));
  const inService = (service: string, what: string): string => JSON.stringify([service, what]);
  const wrongToday = new Set(found.map(({ finding }) => inService(finding.service, subjectOf(finding))));
  const isWanted = ({ name, why }: Rule): boolean =>
    only.length === 0 ||
    wanted.has(name) ||
    (why.kind === 'advisory' && why.advisory.ids.some((id) => wanted.has(id)));
  const soft = rules.soft.filter((rule) => {
    const { service, asked } = partOf(examined, rule);
    return (asked && isWanted(rule)) || !wrongToday.has(inService(service.name, forbids(rule)));
  });
  return { ...rules, soft };
}

/** What a rule forbids, in the words of `subjectOf`. */
function forbids({ name, why }: Rule): string {
  if (why.kind === 'advisory') return `${name} ${why.advisory.id}`;
  return why.kind === 'needs-build' ? `build ${name}` : `${why.kind} ${name}`;
}

function subjectOf(finding: Finding): string {
  if (finding.kind === 'vulnerable') return `${finding.name} ${finding.advisory.id}`;
  if (finding.kind === 'yanked') return `yanked ${finding.name}`;
  return finding.kind === 'no-distribution' && mustBeBuilt(finding) ? `build ${finding.name}` : finding.id;
}

function nameIn(examined: Examined, text: string): string {
  const name = examined.rules.name(text);
  return typeof name === 'string' ? name : text;
}

function pagesMet(graph: Graph): readonly PublishedPackage[] {
  const names = new Set([...graph.nodes.packages()].map((node) => node.name));
  return [...names]
    .sort()
    .map((name) => (graph.pages.has(name) ? graph.pages.loaded(name) : null))
    .filter((page) => page !== null);
}

function advisoryRules(examined: Examined, page: PublishedPackage): readonly Rule[] {
  const { targets } = examined.resolution.graph;
  return activeAdvisories(examined, page.name).flatMap((advisory) => {
    if (!isAtLeast(advisory.severity, examined.policy.severity)) return [];
    const { affected, possibly } = examined.advisories.affectedSet(advisory, page);
    const avoid = affected.union(possibly);
    if (avoid.isEmpty) return [];
    return [
      {
        id: `advisory ${advisory.id} in ${page.name}`,
        name: page.name,
        avoid: targets.map(() => avoid),
        why: { kind: 'advisory', advisory, possibly },
      },
    ];
  });
}

function yankedRules({ resolution }: Examined, { name, yanked }: PublishedPackage): readonly Rule[] {
  if (yanked.isEmpty) return [];
  const avoid = resolution.graph.targets.map(() => yanked);
  return [{ id: `yanked ${name}`, name, avoid, why: { kind: 'yanked' } }];
}

/** Where the newest is wanted, nothing is kept for its own sake. */
function stayRules(examined: Examined): readonly Rule[] {
  if (examined.policy.strategy === 'latest') return [];
  return ofTransitives(examined, (page, position) =>
    VersionSet.of(page.versions.length, position).complement(),
  ).map(({ name, avoid, version }) => ({ id: `stay ${name}`, name, avoid, why: { kind: 'stays', version } }));
}

/**
 * What is old is mostly free of records because nobody looks at it any more, and asks for less: it is no repair to go back to it.
 * Only from a version with an advisory of its own may the package itself go back, to one that no record touches.
 */
function goesBackRules(examined: Examined): readonly Rule[] {
  const below = (page: PublishedPackage, position: number): VersionSet => {
    const all = VersionSet.range(page.versions.length, 0, position);
    const touched = touchedVersions(examined, page);
    return touched.has(position) ? all.intersect(touched) : all;
  };
  return ofTransitives(examined, below)
    .filter(({ avoid }) => avoid.some((set) => !set.isEmpty))
    .map(({ name, avoid, version }) => ({
      id: `back ${name}`,
      name,
      avoid,
      why: { kind: 'goes-back', version },
    }));
}

interface Transitive {
  readonly name: PackageName;
  /** On some target. */
  readonly version: Version;
  readonly avoid: readonly VersionSet[];
}

/** For each package that no line settles, what to avoid by today's version of it on each target. None where today's lines conflict. */
function ofTransitives(
  examined: Examined,
  avoided: (page: PublishedPackage, position: number) => VersionSet,
): readonly Transitive[] {
  const { resolution, today } = examined;
  if (!today.whole) return [];
  const { graph, lines, held } = resolution;
  const settled = partsOf(examined).map(({ columns }) => ({
    columns,
    names: settledByLines(
      lines.filter(({ targets }) => targets.some((at) => columns.includes(at))),
      columns.some((at) => held[at] !== null),
    ),
  }));
  const isSettled = (name: PackageName, at: number): boolean =>
    settled.some(({ columns, names }) => columns.includes(at) && names.has(name));
  return transitives(today.locks, isSettled).map(([name, byTarget]) => {
    const page = graph.pages.loaded(name)!;
    const avoid = byTarget.map((version) =>
      version === null ? VersionSet.none(page.versions.length) : avoided(page, page.position(version)),
    );
    return { name, version: byTarget.find((v) => v !== null)!, avoid };
  });
}

/**
 * Names that a line settles: it asks for them, or as a constraint it pins them. Everything else is transitive. Where there is a lock, a
 * range settles nothing: the lock does.
 */
export function settledByLines(lines: readonly Line[], isLocked: boolean): ReadonlySet<PackageName> {
  const settling = lines.filter(
    (line) => line.pinned !== null || (!isLocked && line.requirement.role === 'requirement'),
  );
  return new Set(settling.map((line) => line.requirement.dependency.name));
}

function transitives(
  locks: readonly LockedSet[],
  isAsked: (name: PackageName, at: number) => boolean,
): [PackageName, (LockedSet['packages'][number]['version'] | null)[]][] {
  const names = new Set(
    locks.flatMap((lock, at) =>
      lock.packages.map((locked) => locked.name).filter((name) => !isAsked(name, at)),
    ),
  );
  return [...names]
    .sort()
    .map((name) => [
      name,
      locks.map((lock, at) =>
        isAsked(name, at) ? null : (lock.packages.find((locked) => locked.name === name)?.version ?? null),
      ),
    ]);
}

function policyRules(examined: Examined, page: PublishedPackage): readonly Rule[] {
  const { policy, rules, resolution } = examined;
  type What = Extract<Rule['why'], { kind: 'policy' }>['what'];
  const everywhere = (what: What, id: string, avoid: VersionSet, text: string): Rule => ({
    id: `policy ${id} of ${page.name}`,
    name: page.name,
    avoid: resolution.graph.targets.map(() => avoid),
    why: { kind: 'policy', what, text },
  });
  const bounded = (list: Policy['holds'], kind: What, what: string): readonly Rule[] =>
    list
      .filter((bound) => bound.name === page.name)
      .map((bound) => {
        const specifier = rules.parseSpecifier(bound.specifier);
        if ('kind' in specifier)
          throw new Error(`the policy was read with a specifier that does not parse: ${bound.specifier}`);
        return everywhere(
          kind,
          `${what} ${bound.specifier}`,
          page.matching(specifier).complement(),
          `${page.name} is ${what} ${bound.specifier} by the policy`,
        );
      });
  const young = youngReleases(examined, page);
  return [
    ...bounded(policy.holds, 'hold', 'held at'),
    ...bounded(policy.ceilings, 'ceiling', 'capped at'),
    ...(young.isEmpty
      ? []
      : [
          everywhere(
            'cooldown',
            'cooldown',
            young,
            `releases of ${page.name} younger than ${policy.cooldownDays} days wait, by the policy`,
          ),
        ]),
  ];
}

/** Releases inside the cooldown, but for what is selected today and for those that fix an advisory which today's version has. */
function youngReleases(examined: Examined, page: PublishedPackage): VersionSet {
  const none = VersionSet.none(page.versions.length);
  if (examined.policy.cooldownDays === 0) return none;
  const since = examined.day.getTime() - examined.policy.cooldownDays * DAY_MS;
  const young = VersionSet.where(page.versions.length, (p) => (page.uploaded(p)?.getTime() ?? 0) > since);
  const today = examined.today.locks.reduce(
    (all, lock) => {
      const version = lock.packages.find((locked) => locked.name === page.name)?.version;
      return version === undefined
        ? all
        : all.union(VersionSet.of(page.versions.length, page.position(version)));
    },
    pinnedToday(examined, page.name),
  );
  const fixing = activeAdvisories(examined, page.name).reduce((all, advisory) => {
    const { affected, possibly } = examined.advisories.affectedSet(advisory, page);
    const touched = affected.union(possibly);
    return touched.intersects(today) ? all.union(touched.complement()) : all;
  }, none);
  return young.minus(today).minus(fixing);
}
