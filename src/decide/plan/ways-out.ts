import type { Chain } from '../../domain/finding.ts';
import type { WayOut } from '../../domain/plan.ts';
import type { Policy } from '../../domain/policy.ts';
import { successorOf } from '../findings/successors.ts';
import type { Cause } from '../resolution/cause.ts';
import type { Graph } from '../resolution/graph.ts';
import type { Rule } from '../resolution/rule.ts';
import { placeText, STEP } from '../resolution/wording.ts';
import type { Settled } from './make-plan.ts';
import { splitWayOut } from './split-line.ts';

/** What would repair it after all, with the price of each. */
export async function waysOut(
  settled: Settled,
  rule: Rule,
  causes: readonly Cause[],
): Promise<readonly WayOut[]> {
  const { resolution, policy } = settled.scan.examined;
  const chain = chainOf(settled, rule);
  const ways: (WayOut | null)[] = [
    await splitWayOut(settled, rule),
    removal(rule, chain),
    successor(rule, chain),
    override(resolution.graph, rule, causes),
    stepBack(settled, rule),
    newerRuntime(causes),
    narrowedProject(causes),
    relaxedPolicy(policy, causes),
    rule.why.kind === 'advisory'
      ? { kind: 'waiver', text: `waive ${rule.why.advisory.id} until a date, with a reason, in fettle.toml` }
      : null,
  ];
  return ways.filter((way) => way !== null);
}

/** How the package comes in today, where something was found wrong with it. */
function chainOf({ scan }: Settled, { name }: Rule): Chain | null {
  for (const { finding } of scan.found) if ('chain' in finding && finding.name === name) return finding.chain;
  return null;
}

/** A plan removes a line that asks for a malicious package; one that others bring in goes only with them. */
function removal({ name, why }: Rule, chain: Chain | null): WayOut | null {
  if (why.kind !== 'advisory' || !why.advisory.malicious) return null;
  const { requirement, links } = chain ?? { requirement: null, links: [] };
  const [first] = links;
  if (requirement === null || first === undefined)
    return { kind: 'remove', text: `remove what brings in ${name}: it is malicious` };
  return {
    kind: 'remove',
    text: `remove ${first.name} (${placeText(requirement)})${first.name === name ? '' : `, which brings in ${name}`}: ${name} is malicious`,
  };
}

/** Of the package itself, or of one that brings it in, the nearest first. */
function successor({ name }: Rule, chain: Chain | null): WayOut | null {
  const names = [name, ...(chain?.links ?? []).map((link) => link.name).reverse()];
  for (const candidate of names) {
    const known = successorOf(candidate);
    if (known !== null)
      return { kind: 'successor', text: `replace ${candidate} by ${known.name} (${known.source})` };
  }
  return null;
}

/** Against a parent's bound, where a version beyond it could be installed and would do. */
function override(graph: Graph, rule: Rule, causes: readonly Cause[]): WayOut | null {
  const page = graph.pages.loaded(rule.name)!;
  for (const cause of causes) {
    if (cause.kind !== 'dependency' || cause.dependency.name !== rule.name) continue;
    const target = graph.targets.indexOf(cause.target);
    const beyond = page.installable(cause.target).minus(page.matching(cause.dependency.specifier));
    if (beyond.minus(rule.avoid[target]!).minus(page.yanked).minus(page.prereleases).isEmpty) continue;
    return {
      kind: 'override',
      text: `override ${cause.parent}'s own bound ${cause.dependency.text}, against what its maintainers declare`,
    };
  }
  return null;
}

/** To a version below that the rule does not name: no plan takes it by itself, for old versions are mostly free of records only. */
function stepBack({ lines, scan }: Settled, { name, avoid, why }: Rule): WayOut | null {
  const line = lines.find(({ requirement }) => requirement.dependency.name === name);
  if (line === undefined || (why.kind !== 'advisory' && why.kind !== 'yanked')) return null;
  const { targets } = scan.examined.resolution.graph;
  const below = line.allowed.downgrade.minus(line.allowed.major);
  const others = line.targets.reduce(
    (set, at) => set.minus(avoid[at]!).intersect(line.published.installable(targets[at]!)),
    below.minus(line.published.yanked).minus(line.published.prereleases),
  );
  if (others.isEmpty) return null;
  const { text } = line.published.versions[others.last]!;
  const free = why.kind === 'yanked' ? 'was not yanked' : `${why.advisory.id} does not name`;
  return { kind: 'step-back', text: `go back to ${name} ${text}, which ${free}` };
}

/** Told as what is missing here; what a newer one would change is worked out by `withNewerRuntimes`. */
function newerRuntime(causes: readonly Cause[]): WayOut | null {
  const missing = causes.filter(
    (cause) =>
      cause.kind === 'not-installable' &&
      (cause.obstacle.kind === 'requires-runtime' || cause.obstacle.kind === 'no-distribution'),
  ) as readonly Extract<Cause, { kind: 'not-installable' }>[];
  const [first] = missing;
  if (first === undefined) return null;
  return {
    kind: 'newer-runtime',
    text: `another runtime: versions of ${first.name} cannot be installed on this one (${first.obstacle.why()})`,
    packages: [...new Set(missing.map(({ name }) => name))],
  };
}

function narrowedProject(causes: readonly Cause[]): WayOut | null {
  for (const cause of causes)
    if (cause.kind === 'rule' && cause.rule.why.kind === 'project-range')
      return {
        kind: 'narrow-project',
        text: `ask for a newer Python in the project, which is locked for ${cause.rule.why.range}`,
      };
  return null;
}

function relaxedPolicy({ allowedSize }: Policy, causes: readonly Cause[]): WayOut | null {
  for (const cause of causes) {
    if (cause.kind === 'rule' && cause.rule.why.kind === 'policy')
      return { kind: 'relax-policy', text: `relax the policy: ${cause.rule.why.text}` };
    if (cause.kind === 'level' && cause.size === allowedSize && allowedSize !== 'downgrade') {
      const { writtenName } = cause.requirement.dependency;
      return { kind: 'relax-policy', text: `relax the policy: ${writtenName} may ${STEP[allowedSize]}` };
    }
  }
  return null;
}
