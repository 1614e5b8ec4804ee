import type { PackageName } from '../../domain/package-name.ts';
import type { Change } from '../../domain/plan.ts';
import type { Version } from '../../domain/version.ts';
import { newestFirst } from '../resolution/preference.ts';
import type { Rule } from '../resolution/rule.ts';
import type { Solved } from '../solver/outcome.ts';
import type { Term } from '../solver/incompatibility.ts';
import { keeps } from './choices.ts';
import type { Settled } from './make-plan.ts';

/**
 * Lines to add for packages that nobody wrote down: where an installer, left to take the newest that the changed files admit, would
 * select a version with an advisory that the plan's own set does not have. A lower bound where that is enough, else a pin.
 */
export async function addedBounds(settled: Settled, changes: readonly Change[]): Promise<readonly Change[]> {
  const { resolution } = settled.scan.examined;
  const kept = settled.rules.soft.filter(
    (rule) => rule.why.kind === 'advisory' && keeps(resolution, rule, settled.solution),
  );
  const lines = writtenLines(settled, changes);
  const added: { readonly change: Change; readonly terms: readonly Term[] }[] = [];
  const planned = resolution.graph.preference;
  resolution.graph.preference = newestFirst(resolution.graph.targets);
  for (;;) {
    const outcome = await resolution.solve([...lines, ...added.flatMap((one) => one.terms)]);
    const broken =
      outcome.kind === 'solved' ? kept.find((rule) => !keeps(resolution, rule, outcome)) : undefined;
    if (
      outcome.kind !== 'solved' ||
      broken === undefined ||
      added.some((one) => one.change.name === broken.name)
    )
      break;
    added.push(bound(settled, broken, outcome));
  }
  resolution.graph.preference = planned;
  return added.map((one) => one.change);
}

/** What the files will say: every line within its new text, or within its old one. */
function writtenLines(settled: Settled, changes: readonly Change[]): readonly Term[] {
  const { resolution, rules } = settled.scan.examined;
  return settled.lines.flatMap((line) => {
    const change = changes.find((one) => one.requirement === line.requirement);
    const parsed = change?.to == null ? null : rules.parseSpecifier(change.to.specifier);
    const admitted =
      parsed === null || 'kind' in parsed ? line.allowed.same : line.published.matching(parsed);
    return line.targets.map((target) =>
      resolution.within(line.requirement.dependency.name, target, admitted),
    );
  });
}

function bound(
  settled: Settled,
  rule: Rule,
  unbounded: Solved,
): { readonly change: Change; readonly terms: readonly Term[] } {
  const { resolution, rules } = settled.scan.examined;
  const page = resolution.graph.pages.loaded(rule.name)!;
  const planned = resolution.graph.targets.map((_, target) =>
    resolution.selected(settled.solution, rule.name, target),
  );
  const positions = planned.filter((position) => position !== null);
  const lowest = Math.min(...positions);
  const newer = resolution.graph.targets.some(
    (_, target) => (resolution.selected(unbounded, rule.name, target) ?? -1) > lowest,
  );
  const version: Version = page.versions[lowest]!;
  const specifier = newer ? `==${version.text}` : `>=${version.text}`;
  const parsed = rules.parseSpecifier(specifier);
  if ('kind' in parsed) throw new Error(`${specifier} does not parse: ${parsed.message}`);
  const terms = resolution.graph.targets.map((_, target) =>
    resolution.within(rule.name, target, page.matching(parsed)),
  );
  return { change: addition(rule.name, specifier, version, rule), terms };
}

function addition(name: PackageName, specifier: string, version: Version, rule: Rule): Change {
  const what = rule.why.kind === 'advisory' ? rule.why.advisory.id : rule.id;
  return {
    requirement: null,
    name,
    from: null,
    to: { specifier, version },
    size: 'same',
    repairs: [],
    because: `without a bound an installer takes a version of ${name} with ${what}`,
    whyNotLower: null,
  };
}
