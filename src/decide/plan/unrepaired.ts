import type { Service } from '../../domain/project.ts';
import type { Target } from '../../domain/target.ts';
import type { Unrepaired } from '../../domain/plan.ts';
import { findingId } from '../findings/found.ts';
import { partOf } from '../findings/part.ts';
import { causesOf } from '../resolution/causes.ts';
import { prose } from '../resolution/prose.ts';
import type { Rule } from '../resolution/rule.ts';
import { keeps } from './choices.ts';
import type { Settled } from './make-plan.ts';
import { waysOut } from './ways-out.ts';

/** Said where the time was over before there was a derivation. */
export const UNFINISHED = 'the time limit was reached before a reason was found';

/** What is told as not checked, and is no problem that a plan leaves. */
const NOT_CHECKED: ReadonlySet<Rule['why']['kind']> = new Set(['unknown-metadata', 'lenient-metadata']);

/** Advisories that the plan leaves, each version apart, with the derivation that forbids every repair and with the ways out. */
export async function unrepairedOf(settled: Settled): Promise<readonly Unrepaired[]> {
  const { resolution } = settled.scan.examined;
  const left = settled.rules.soft.filter(
    (rule) => !NOT_CHECKED.has(rule.why.kind) && !keeps(resolution, rule, settled.solution),
  );
  const told: Unrepaired[] = [];
  // One after the other: each asks the same solver for its ways out.
  for (const rule of left) told.push(...(await unrepaired(settled, rule)));
  return told;
}

async function unrepaired(settled: Settled, rule: Rule): Promise<readonly Unrepaired[]> {
  const { examined } = settled.scan;
  const { service } = partOf(examined, rule);
  const { graph } = examined.resolution;
  const core = settled.reasons.get(rule.id)?.notLower ?? null;
  const because = core === null ? UNFINISHED : prose(graph, core.derivation).join('\n');
  const ways = await waysOut(settled, rule, core === null ? [] : causesOf(core.derivation));
  const advisory = rule.why.kind === 'advisory' ? rule.why.advisory : null;
  return [...hitVersions(settled, rule)].map(([position, targets]) => {
    const version = graph.pages.loaded(rule.name)!.versions[position]!.text;
    const finding = findingOf(rule, service, version);
    const certain = rule.why.kind !== 'advisory' || rule.why.possibly?.has(position) !== true;
    return {
      finding,
      kind: kindOf(rule),
      certain,
      name: rule.name,
      advisory,
      targets,
      because,
      waysOut: ways,
    };
  });
}

function kindOf({ why }: Rule): Unrepaired['kind'] {
  if (why.kind === 'advisory' || why.kind === 'yanked') return why.kind;
  return 'needs-build';
}

function findingOf({ name, why }: Rule, service: Service, version: string): string {
  if (why.kind === 'advisory') return findingId('vulnerable', service, name, version, why.advisory.id);
  if (why.kind === 'yanked') return findingId('yanked', service, name, version);
  return findingId('no-distribution', service, name, version, 'build');
}

/** The versions that the rule would avoid and the plan selects, each with its targets. */
function hitVersions(settled: Settled, rule: Rule): ReadonlyMap<number, readonly Target[]> {
  const { resolution } = settled.scan.examined;
  const hit = new Map<number, Target[]>();
  for (const [at, target] of resolution.graph.targets.entries()) {
    const position = resolution.selected(settled.solution, rule.name, at);
    if (position === null || !rule.avoid[at]!.has(position)) continue;
    hit.set(position, [...(hit.get(position) ?? []), target]);
  }
  return hit;
}
