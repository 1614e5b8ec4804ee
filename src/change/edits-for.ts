import type { Change } from '../domain/plan.ts';
import type { Project } from '../domain/project.ts';
import type { Requirement } from '../domain/requirement.ts';
import { addChange, addUnlistedLines } from './added-lines.ts';
import type { EcosystemRules, EditContext, EditsNeed, PlannedEdits } from './edit-context.ts';
import { moveLine, removeLine } from './line-edits.ts';
import type { LineEdits } from './line-edits.ts';
import { ProjectLines } from './project-lines.ts';
import { renamedProject, withName } from './renamed-line.ts';
import { settle } from './settle.ts';
import type { Step } from './settle.ts';
import { writtenForm } from './structured/written-forms.ts';

/**
 * From a plan's changes to edits of text. Only specifiers, hash options and whole added or removed lines are touched.
 * One pin that stands on several lines of a service moves on all of them or on none; a generated file is edited only
 * together with its source; in hash-checking mode every package that the plan brings in gets its line.
 */
export async function editsFor(
  project: Project,
  changes: readonly Change[],
  ecosystem: EcosystemRules,
  more: EditsNeed,
): Promise<PlannedEdits> {
  const all = [...changes, ...(more.plans ?? []).flatMap((plan) => plan.changes)];
  const lines = new ProjectLines(renamedProject(project, all));
  const context: EditContext = { ...more, project, ecosystem, lines };
  const steps: Step[] = [];
  for (const change of changes) steps.push(...(await stepsOf(context, change, changes)));
  steps.push(...(await addUnlistedLines(context, steps)));
  return settle(steps, context.lines, ecosystem);
}

async function stepsOf(
  context: EditContext,
  change: Change,
  changes: readonly Change[],
): Promise<readonly Step[]> {
  const { requirement, from } = change;
  if (requirement === null || from === null) return [await addChange(context, change)];
  const all = [requirement, ...twinsOf(context, requirement, changes)];
  return Promise.all(
    all.map(async (line) => ({
      change,
      name: change.name,
      requirement: line,
      file: line.span.file,
      services: context.lines.servicesOf(line),
      outcome: await editLine(context, line, change),
    })),
  );
}

/** Lines of the same service with the same pin under the same condition, which no change of their own moves. */
function twinsOf(
  { lines, ecosystem }: EditContext,
  requirement: Requirement,
  changes: readonly Change[],
): readonly Requirement[] {
  if (ecosystem.pinnedVersion(requirement.dependency.specifier) === null) return [];
  const planned = new Set(changes.map((change) => change.requirement?.id));
  const key = pinKey(requirement);
  const all = lines.servicesOf(requirement).flatMap((service) => lines.inService(service));
  const twins = all.filter((one) => !planned.has(one.id) && pinKey(one) === key);
  return [...new Map(twins.map((one) => [one.id, one])).values()];
}

function pinKey({ dependency }: Requirement): string {
  return JSON.stringify([dependency.name, dependency.specifier.text, dependency.condition?.text ?? null]);
}

async function editLine(context: EditContext, line: Requirement, change: Change): Promise<LineEdits> {
  const file = context.project.files.get(line.span.file);
  if (!file) return `${line.span.file} was not read`;
  if (line.notEditable !== null) return line.notEditable;
  const place = {
    text: file.text,
    inCommand: context.lines.isCommandFile(file.path),
    neighbours: context.lines.inFile(file.path),
  };
  if (change.to === null)
    return writtenForm(context.lines.kindOf(file.path))?.remove(file.text, line) ?? removeLine(place, line);
  if (line.dependency.url !== null) return 'it is a direct reference, which has no specifier';
  if (change.successor !== undefined)
    return withName(moveLine(place, line, change.to.specifier, null), file.text, line, change.successor);
  if (line.hashes.length === 0) return moveLine(place, line, change.to.specifier, null);
  const hashes = await context.hashesOf(change.name, change.to.version);
  if (hashes.length === 0) return `the index gives no hashes of ${change.name} ${change.to.version.text}`;
  return moveLine(place, line, change.to.specifier, hashes);
}
