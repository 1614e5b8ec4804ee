import type { Severity } from '../../domain/advisory.ts';
import type { Policy } from '../../domain/policy.ts';
import type { ChangeSize } from '../../domain/version.ts';
import type { Term } from '../solver/incompatibility.ts';
import type { Solved } from '../solver/outcome.ts';
import type { Line } from '../resolution/line.ts';
import { isFixed, sizeRank } from '../resolution/line.ts';
import { LEVELS } from '../resolution/resolution.ts';
import type { Resolution } from '../resolution/resolution.ts';
import type { Rule } from '../resolution/rule.ts';
import type { Choice, Level } from './choice.ts';
import { noCost, plus } from './cost.ts';
import type { Cost } from './cost.ts';
import type { RuleBook } from './rules.ts';

/**
 * What a plan minimises, one after the other; the order is the ranking. An advisory never buys a step back: the old version is
 * free of the record, mostly because nobody looked at it. What conflicts or cannot be installed may, and so may malware.
 */
export const TIERS = [
  'malicious versions left',
  'steps back',
  'candidates that are not proven',
  'critical advisories left',
  'high advisories left',
  'medium advisories left',
  'low advisories left',
  'yanked versions left',
  'requirement lines changed',
  'major changes',
  'minor changes',
  'patch changes',
  'post-release changes',
  'transitive changes',
  'transitive changes of what was in order',
] as const;
type Tier = (typeof TIERS)[number];

const RULE_TIER = {
  'goes-back': 'steps back',
  'needs-build': 'candidates that are not proven',
  'unknown-metadata': 'candidates that are not proven',
  'lenient-metadata': 'candidates that are not proven',
  yanked: 'yanked versions left',
  stays: 'transitive changes',
} as const;

const SEVERITY_TIER: Readonly<Record<Severity, Tier>> = {
  critical: 'critical advisories left',
  high: 'high advisories left',
  unknown: 'high advisories left',
  medium: 'medium advisories left',
  low: 'low advisories left',
};

const SIZE_TIER: Readonly<Record<Exclude<ChangeSize, 'same'>, Tier>> = {
  post: 'post-release changes',
  patch: 'patch changes',
  minor: 'minor changes',
  major: 'major changes',
  downgrade: 'steps back',
};

export type RuleChoice = Choice & { readonly rule: Rule };
export type RemovalChoice = Choice & { readonly removes: Line };
export type LineChoice = Choice & { readonly line: Line; readonly sizes: readonly ChangeSize[] };

/** A rule that may be given up: kept for nothing, or left at the price of its tiers. */
export function ruleChoice(resolution: Resolution, rule: Rule, tiers: readonly Tier[]): RuleChoice {
  return {
    id: rule.id,
    rule,
    levels: [
      { selectors: [resolution.rule(rule)], cost: noCost(TIERS.length) },
      { selectors: [], cost: costOf(...tiers) },
    ],
    levelIn: (solution) => (keeps(resolution, rule, solution) ? 0 : 1),
  };
}

/** Whether no target has one of the versions that the rule avoids; to go back where a bound asks for it breaks none. */
export function keeps(resolution: Resolution, rule: Rule, solution: Solved): boolean {
  if (rule.why.kind === 'goes-back') return !resolution.graph.goesBackUncalled(rule, solution);
  return rule.avoid.every((avoid, target) => {
    const position = resolution.selected(solution, rule.name, target);
    return position === null || !avoid.has(position);
  });
}

/** A requirement line: left alone, or changed by one size after the other, as far as the policy lets it. */
export function lineChoice(resolution: Resolution, line: Line, policy: Policy): LineChoice {
  return choiceAmong(resolution, line, sizesOf(line, policy), lineCost);
}

/** A line where the newest is wanted: no step is dear but one back. */
function forwardChoice(resolution: Resolution, line: Line): LineChoice {
  const cost = (size: ChangeSize): Cost =>
    size === 'downgrade' ? costOf('steps back') : noCost(TIERS.length);
  return choiceAmong(resolution, line, ['major', 'downgrade'], cost);
}

function choiceAmong(
  resolution: Resolution,
  line: Line,
  sizes: readonly ChangeSize[],
  costOfSize: (size: ChangeSize) => Cost,
): LineChoice {
  // The last size is everything, or what the policy's own bound holds it to: nothing more is assumed there.
  const levels = sizes.map((size, at): Level => ({
    selectors: sizes.slice(at, -1).map((later) => resolution.level(line, later)),
    cost: costOfSize(size),
  }));
  return {
    id: `line ${line.requirement.id}`,
    line,
    sizes,
    levels,
    levelIn: (solution) => sizeIndex(resolution, line, sizes, solution),
  };
}

/** The sizes that let the line select something more than the size before, within the policy. */
function sizesOf(line: Line, policy: Policy): readonly ChangeSize[] {
  return LEVELS.filter((size, at) => {
    const before = LEVELS[at - 1];
    const reachable = sizeRank(size) <= sizeRank(largestSize(line, policy));
    return before === undefined || (reachable && !line.allowed[size].equals(line.allowed[before]));
  });
}

/**
 * A line that asks for a malicious package: kept, or removed, which costs more than any change of it. The advisory left costs more
 * than either.
 */
export function removalChoice(resolution: Resolution, line: Line): RemovalChoice {
  const asks = resolution.asks(line);
  const cost = costOf('requirement lines changed', 'steps back');
  return {
    id: `ask ${line.requirement.id}`,
    removes: line,
    levels: [
      { selectors: [asks], cost: noCost(TIERS.length) },
      { selectors: [], cost: plus(cost, costOf('steps back')) },
    ],
    levelIn: (solution) => (solution.versions.has(asks.package) ? 0 : 1),
  };
}

/** Lines whose package has a malicious version by some rule. */
export function removableLines(resolution: Resolution, rules: RuleBook): readonly Line[] {
  const malicious = new Set(
    rules.soft.flatMap(({ name, why }) => (why.kind === 'advisory' && why.advisory.malicious ? [name] : [])),
  );
  return resolution.asking.filter(
    (line) => !isFixed(line) && malicious.has(line.requirement.dependency.name),
  );
}

/** The assumptions that no line takes a larger step than the policy allows, and none where it cannot be edited. */
export function lineBounds(resolution: Resolution, lines: readonly Line[], policy: Policy): readonly Term[] {
  return lines
    .filter((line) => !isFixed(line) || !resolution.isAside(line))
    .map((line) => ({ line, size: largestSize(line, policy) }))
    .filter(({ size }) => size !== 'downgrade')
    .map(({ line, size }) => resolution.level(line, size));
}

function largestSize(line: Line, { allowedSize }: Policy): ChangeSize {
  return isFixed(line) ? 'same' : allowedSize;
}

export function choicesFor(
  resolution: Resolution,
  lines: readonly Line[],
  rules: RuleBook,
  policy: Policy,
): readonly Choice[] {
  return [
    ...[...rules.soft, ...rules.stays].map((rule) => ruleChoice(resolution, rule, tiersOf(rule, rules))),
    ...(policy.strategy === 'latest'
      ? forwardChoices(resolution, lines, policy)
      : // A line that has nowhere to go is no choice.
        lines
          .filter((line) => sizesOf(line, policy).length > 1)
          .map((line) => lineChoice(resolution, line, policy))),
    ...removableLines(resolution, rules).map((line) => removalChoice(resolution, line)),
  ];
}

/** Where the policy forbids steps back, nothing is left to choose. */
function forwardChoices(
  resolution: Resolution,
  lines: readonly Line[],
  { allowedSize }: Policy,
): readonly Choice[] {
  if (allowedSize !== 'downgrade') return [];
  const canGoBack = lines.filter(({ allowed }) => !allowed.downgrade.equals(allowed.major));
  return canGoBack.map((line) => forwardChoice(resolution, line));
}

function sizeIndex(
  resolution: Resolution,
  line: Line,
  sizes: readonly ChangeSize[],
  solution: Solved,
): number {
  const { name } = line.requirement.dependency;
  const needed = line.targets.map((target) => {
    const position = resolution.selected(solution, name, target);
    return position === null ? 0 : sizes.findIndex((size) => line.allowed[size].has(position));
  });
  return needed.includes(-1) ? sizes.length : Math.max(...needed);
}

/**
 * Of plans that are as small, the one is taken that moves what has something against it: one that moves its parent, so that it leaves,
 * counts as many changes.
 */
function tiersOf(rule: Rule, { soft }: RuleBook): readonly Tier[] {
  const tier = tierOf(rule);
  const inOrder = rule.why.kind === 'stays' && !soft.some((against) => isAgainstToday(against, rule));
  return inOrder ? [tier, 'transitive changes of what was in order'] : [tier];
}

/** Whether a rule avoids what the other keeps, on some target. */
function isAgainstToday(against: Rule, kept: Rule): boolean {
  return (
    against.name === kept.name &&
    kept.avoid.some((others, at) => !others.isEmpty && against.avoid[at]!.intersects(others.complement()))
  );
}

function tierOf({ id, why }: Rule): Tier {
  if (why.kind === 'policy' || why.kind === 'learned' || why.kind === 'project-range')
    throw new Error(`${id} is hard, and has no price`);
  if (why.kind !== 'advisory') return RULE_TIER[why.kind];
  return why.advisory.malicious ? 'malicious versions left' : SEVERITY_TIER[why.advisory.severity];
}

function lineCost(size: ChangeSize): Cost {
  return size === 'same' ? noCost(TIERS.length) : costOf('requirement lines changed', SIZE_TIER[size]);
}

function costOf(...tiers: readonly Tier[]): Cost {
  return TIERS.map((tier) => (tiers.includes(tier) ? 1 : 0));
}
