import { isAtLeast } from '../../domain/advisory.ts';
import { mustBeBuilt } from '../../domain/finding.ts';
import type { Finding } from '../../domain/finding.ts';
import type { PackageName } from '../../domain/package-name.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { ServiceScan } from '../findings/examine.ts';
import type { Examined } from '../findings/found.ts';
import { activeAdvisories } from '../findings/vulnerable.ts';
import type { Graph } from '../resolution/graph.ts';
import { partOf, partsOf } from '../findings/part.ts';
import type { Rule } from '../resolution/rule.ts';
import { ownSourceRules } from './learned-rules.ts';
import { poetryRules } from './poetry-rules.ts';
import { policyRules } from './policy-rules.ts';
import { goesBackRules, stayRules } from './transitive-rules.ts';
import { unprovenRules } from './unproven-rules.ts';

/** All rules that a plan is held to over the packages met so far. Meeting more packages gives more rules. */
export interface RuleBook {
  /** Never given up: the user's policy, what the service's own sources import, and what its lock's tool would not write. */
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
    hard: pages.flatMap((page) => [
      ...policyRules(examined, page),
      ...ownSourceRules(examined, page),
      ...poetryRules(examined, page),
    ]),
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
