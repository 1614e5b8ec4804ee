import type { Target } from '../../domain/target.ts';
import type { Unrepaired } from '../../domain/plan.ts';
import { findingId } from '../findings/found.ts';
import { causesOf } from '../resolution/causes.ts';
import { prose } from '../resolution/prose.ts';
import type { Rule } from '../resolution/rule.ts';
import { keeps } from './choices.ts';
import type { Settled } from './make-plan.ts';
import { waysOut } from './ways-out.ts';

/** Advisories that the plan leaves, each with the derivation that forbids every repair and with the ways out. */
export async function unrepairedOf(settled: Settled): Promise<readonly Unrepaired[]> {
  const { resolution } = settled.scan.examined;
  const left = settled.rules.soft.filter(
    (rule) => rule.why.kind !== 'unknown-metadata' && !keeps(resolution, rule, settled.solution),
  );
  const told: Unrepaired[] = [];
  // One after the other: each asks the same solver for its ways out.
  for (const rule of left) told.push(await unrepaired(settled, rule));
  return told;
}

async function unrepaired(settled: Settled, rule: Rule): Promise<Unrepaired> {
  const { resolution, service } = settled.scan.examined;
  const { graph } = resolution;
  const hit = [...graph.targets.keys()].filter((target) => {
    const position = resolution.selected(settled.solution, rule.name, target);
    return position !== null && rule.avoid[target]!.has(position);
  });
  const position = resolution.selected(settled.solution, rule.name, hit[0]!)!;
  const version = graph.pages.loaded(rule.name)!.versions[position]!;
  const core = settled.reasons.get(rule.id)?.notLower ?? null;
  const advisory = rule.why.kind === 'advisory' ? rule.why.advisory : null;
  const targets: readonly Target[] = hit.map((target) => graph.targets[target]!);
  return {
    finding:
      advisory === null
        ? findingId('no-distribution', service, rule.name, version.text, 'build')
        : findingId('vulnerable', service, rule.name, version.text, advisory.id),
    name: rule.name,
    advisory,
    targets,
    because:
      core === null
        ? 'the bounds were reached before a reason was found'
        : prose(graph, core.derivation).join('\n'),
    waysOut: await waysOut(settled, rule, core === null ? [] : causesOf(core.derivation)),
  };
}
