import type { Change } from '../domain/plan.ts';
import type { PackageName } from '../domain/package-name.ts';
import type { Requirement } from '../domain/requirement.ts';
import type { EcosystemRules, ListedLine, PlannedEdits } from './edit-context.ts';
import type { LineEdits } from './line-edits.ts';
import type { ProjectLines } from './project-lines.ts';

/** What is to be done to one line. */
export interface Step {
  /** Null for a line that only hash-checking mode asks for. */
  readonly change: Change | null;
  readonly name: PackageName;
  /** The line that is there; null for one that is added. */
  readonly requirement: Requirement | null;
  readonly file: string | null;
  readonly services: readonly string[];
  readonly outcome: LineEdits;
  /** What to tell of the line, where no change tells it. */
  readonly listed?: ListedLine;
}

/**
 * Keeps the steps that can be taken together: a step that cannot takes with it those of the same package in the same
 * service, a generated file holds what its source admits, and a hash-checked service whose new package has no line is left
 * alone. Repeats until nothing more falls away.
 */
export function settle(steps: readonly Step[], lines: ProjectLines, ecosystem: EcosystemRules): PlannedEdits {
  const refused = new Map<Step, string>();
  for (const step of steps) if (typeof step.outcome === 'string') refused.set(step, step.outcome);
  for (let before = -1; before !== refused.size;) {
    before = refused.size;
    const kept = steps.filter((step) => !refused.has(step));
    for (const step of kept) {
      const why = whyNot(step, kept, refused, lines, ecosystem);
      if (why !== null) refused.set(step, why);
    }
  }
  return {
    edits: steps.flatMap((step) =>
      refused.has(step) || typeof step.outcome === 'string'
        ? []
        : step.outcome.map((edit) => ({ ...edit, name: step.name })),
    ),
    listed: steps.flatMap((step) => (refused.has(step) ? [] : (step.listed ?? []))),
    refused: refusedChanges(steps, refused),
  };
}

function whyNot(
  step: Step,
  kept: readonly Step[],
  refused: ReadonlyMap<Step, string>,
  lines: ProjectLines,
  ecosystem: EcosystemRules,
): string | null {
  for (const [other, why] of refused) {
    if (!other.services.some((service) => step.services.includes(service))) continue;
    if (other.name === step.name)
      return `${other.requirement?.id ?? 'its new line'} has to move with it: ${why}`;
    if (other.change === null) return `${other.name} would have to be listed with its hashes: ${why}`;
  }
  return step.file === null ? null : whyGenerated(step, step.file, kept, lines, ecosystem);
}

function whyGenerated(
  step: Step,
  file: string,
  kept: readonly Step[],
  lines: ProjectLines,
  ecosystem: EcosystemRules,
): string | null {
  const generated = lines.generatedBy(file);
  if (generated === null) return null;
  const { said, source } = generated;
  if (source === null) return `${said}: change it there and generate the file again`;
  const [asked] = lines.inFile(source).filter((one) => one.dependency.name === step.name);
  const version = step.change?.to?.version;
  const moved = kept.some((other) => other.file === source && other.name === step.name);
  // pip-compile and uv keep a pin of their output that the source admits, so it is what they would write themselves.
  const agrees = !asked || !version || moved || ecosystem.contains(asked.dependency.specifier, version);
  return agrees ? null : `${said}, which is not edited with it`;
}

function refusedChanges(steps: readonly Step[], refused: ReadonlyMap<Step, string>): PlannedEdits['refused'] {
  const why = new Map<Change, string>();
  for (const step of steps) {
    const reason = refused.get(step);
    if (step.change && reason !== undefined && !why.has(step.change)) why.set(step.change, reason);
  }
  return [...why].map(([change, reason]) => ({ change, why: reason }));
}
