import type { WayOut } from '../../domain/plan.ts';
import { targetText } from '../../domain/target.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { Line } from '../resolution/line.ts';
import type { Rule } from '../resolution/rule.ts';
import type { Choice } from './choice.ts';
import type { PlanningProblem } from './choice-solver.ts';
import type { Cause } from '../resolution/cause.ts';
import type { Settled } from './make-plan.ts';
import { keeps, lineBounds } from './choices.ts';
import { keptLines } from './removed-lines.ts';
import { optimise } from './optimise.ts';

/**
 * Whether pins that may differ between targets would repair more: on which targets the rule could then be kept, with the fewest
 * lines split. Everything else that the plan keeps stays kept. Null with one target, or where nothing is won.
 */
export async function splitWayOut(settled: Settled, rule: Rule): Promise<WayOut | null> {
  const { resolution } = settled.scan.examined;
  const { targets } = resolution.graph;
  if (targets.length < 2 || resolution.tied.length === 0) return null;
  const violated = [...targets.keys()].filter((target) => {
    const position = resolution.selected(settled.solution, rule.name, target);
    return position !== null && rule.avoid[target]!.has(position);
  });
  const curable: number[] = [];
  for (const target of violated)
    if ((await fewestSplits(settled, onTargets(rule, [target]))) !== null) curable.push(target);
  if (curable.length === 0) return null;
  const lines = await fewestSplits(settled, onTargets(rule, curable));
  if (lines === null || lines.length === 0) return null;
  const names = lines.map((line) => line.requirement.dependency.writtenName).join(', ');
  const marker = resolution.graph.rules.conditionFor(
    curable.map((t) => targets[t]!),
    [...targets.keys()].filter((t) => !curable.includes(t)).map((t) => targets[t]!),
  );
  // Services that look alike are told apart by no condition.
  if (marker === null && settled.scan.examined.parts !== undefined) return null;
  const where =
    marker === null ? curable.map((t) => targetText(targets[t]!)).join(' and ') : `'${marker.text}'`;
  return {
    kind: 'split-by-condition',
    text: `split ${names} by condition, so that ${where} gets a newer version (${lines.length} ${lines.length === 1 ? 'line' : 'lines'} more)`,
  };
}

function onTargets(rule: Rule, targets: readonly number[]): Rule {
  const avoid = rule.avoid.map((set, target) => (targets.includes(target) ? set : VersionSet.none(set.size)));
  return { ...rule, id: `${rule.id} on targets ${targets.join(' ')}`, avoid };
}

/** The lines that must be split at least so that the rule holds too; null where no split is enough. */
async function fewestSplits(settled: Settled, rule: Rule): Promise<readonly Line[] | null> {
  const { resolution } = settled.scan.examined;
  const kept = settled.rules.soft.filter((one) => keeps(resolution, one, settled.solution));
  const choices = resolution.tied.map((line): Choice & { readonly line: Line } => ({
    id: `tie ${line.requirement.id}`,
    line,
    levels: [
      { selectors: [resolution.tie(line)], cost: [0] },
      { selectors: [], cost: [1] },
    ],
  }));
  const problem: PlanningProblem<Cause> = {
    solver: settled.problem.solver,
    hard: resolution.withPermissions([
      ...resolution.learnedTerms,
      ...keptLines(settled).map((line) => resolution.asks(line)),
      ...[...settled.rules.hard, ...kept, rule].map((one) => resolution.rule(one)),
      ...lineBounds(resolution, settled.lines, settled.scan.examined.policy),
    ]),
    choices,
    tierNames: ['lines split'],
  };
  const optimum = await optimise(problem, { maxSolves: 200 });
  if (optimum.kind === 'impossible' || optimum.kind === 'unfinished') return null;
  return choices.filter((choice) => optimum.levels.get(choice.id) === 1).map((choice) => choice.line);
}
