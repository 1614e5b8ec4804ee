import type { Edit } from '../domain/edit.ts';
import type { PackageName } from '../domain/package-name.ts';
import type { Change } from '../domain/plan.ts';
import type { Project, Service } from '../domain/project.ts';
import type { Requirement } from '../domain/requirement.ts';
import type { LineEdits } from './line-edits.ts';
import { checksHashes, ProjectLines } from './project-lines.ts';

/** Files in which settings of a package stand by its name too, away from the requirement: where it comes from, what overrides it. */
const WITH_SETTINGS: ReadonlySet<string> = new Set(['pyproject', 'pipfile']);

/** Why the name of the package in a line cannot be another, as a clause; null where it can. */
export function whyNotRenamed(
  project: Project,
  requirement: Requirement,
  successor: PackageName,
): string | null {
  const { file } = requirement.span;
  const source = project.files.get(file);
  if (source === undefined) return `${file} was not read`;
  const lines = new ProjectLines(project);
  const services = lines.servicesOf(requirement).flatMap((name) => lines.service(name) ?? []);
  const generated = lines.generatedBy(file);
  if (generated !== null) return `${generated.said}: change it there and generate the file again`;
  return (
    whyNotIn(services) ??
    whyNoKey(source.text, requirement, successor, lines.inFile(file)) ??
    whyNotAt(source.text, requirement, lines.inFile(file), WITH_SETTINGS.has(lines.kindOf(file)))
  );
}

function whyNotIn(services: readonly Service[]): string | null {
  const lock = services.find((service) => service.lock !== undefined)?.lock;
  if (lock !== undefined)
    return `${lock.path} has to be written anew by its own tool: change the name by hand`;
  const hashed = services.flatMap(({ manifests }) => manifests).find(checksHashes);
  return hashed === undefined ? null : `${hashed.path} has hashes, and they are of what it asks for now`;
}

function whyNotAt(
  text: string,
  requirement: Requirement,
  inFile: readonly Requirement[],
  hasSettings: boolean,
): string | null {
  if (nameAt(text, requirement) === null) return 'its name does not stand there as it is read';
  const { id, dependency, span } = requirement;
  const within = inFile.find(
    (one) => one.id !== id && one.span.start < span.end && span.start < one.span.end,
  );
  if (within !== undefined) return 'several requirements stand in it';
  const own = inFile.filter((one) => one.dependency.name === dependency.name).map((one) => one.span);
  if (!hasSettings || !isNamedOutside(text, dependency.name, own)) return null;
  return `${span.file} names it elsewhere too, and what it says there would be lost`;
}

/** A table has each key once. */
function whyNoKey(
  text: string,
  requirement: Requirement,
  successor: PackageName,
  inFile: readonly Requirement[],
): string | null {
  const after = text.slice(
    (nameAt(text, requirement)?.start ?? 0) + requirement.dependency.writtenName.length,
    requirement.span.end,
  );
  if (!/^["']?[ \t]*=(?!=)/.test(after)) return null;
  const other = inFile.find(({ dependency }) => dependency.name === successor);
  return other === undefined ? null : `${other.id} has ${successor} for a key already`;
}

/** Where the name stands: at the start of the requirement, or as a key in quotes. Null where something else does. */
function nameAt(text: string, { span, dependency }: Requirement): { readonly start: number } | null {
  const { writtenName } = dependency;
  const quote = /["']/.exec(text[span.start] ?? '')?.[0] ?? '';
  const start = span.start + quote.length;
  const after = text.slice(start + writtenName.length, span.end);
  const isWhole = quote === '' ? !/^[A-Za-z0-9._-]/.test(after) : after.startsWith(quote);
  return text.startsWith(writtenName, start) && isWhole ? { start } : null;
}

/** Whether a name stands in a text outside of these stretches and of comments, however it is spelled. */
function isNamedOutside(text: string, name: PackageName, spans: readonly Requirement['span'][]): boolean {
  const spelled = name.split('-').join('[-_.]+');
  const every = new RegExp(`(?<![A-Za-z0-9._-])${spelled}(?![A-Za-z0-9._-])`, 'gi');
  for (const { index } of text.matchAll(every)) {
    if (spans.some(({ start, end }) => index >= start && index < end)) continue;
    const before = text.slice(text.lastIndexOf('\n', index) + 1, index);
    if (!before.includes('#')) return true;
  }
  return false;
}

/** The edits of a line with its new name among them; one that writes the whole requirement anew says the name itself. */
export function withName(
  edits: LineEdits,
  text: string,
  requirement: Requirement,
  name: PackageName,
): LineEdits {
  if (typeof edits === 'string') return edits;
  const at = nameAt(text, requirement);
  if (at === null) return 'its name does not stand there as it is read';
  const { start } = at;
  const expected = requirement.dependency.writtenName;
  const end = start + expected.length;
  const whole = edits.find((edit) => edit.start <= start && edit.end >= end);
  if (whole === undefined)
    return [{ file: requirement.span.file, start, end, expected, replacement: name }, ...edits];
  const renamed: Edit = { ...whole, replacement: whole.replacement.replace(expected, () => name) };
  return edits.map((edit) => (edit === whole ? renamed : edit));
}

/** The project with the requirements of these changes as they are then: what a set brings in comes in by the successor's name. */
export function renamedProject(project: Project, changes: readonly Change[]): Project {
  const names = new Map(
    changes.flatMap(({ requirement, successor }) =>
      requirement === null || successor === undefined ? [] : [[requirement.id, successor] as const],
    ),
  );
  if (names.size === 0) return project;
  const renamed = (requirement: Requirement): Requirement => {
    const name = names.get(requirement.id);
    return name === undefined
      ? requirement
      : { ...requirement, dependency: { ...requirement.dependency, name } };
  };
  const services = (all: readonly Service[]): readonly Service[] =>
    all.map((service) => ({
      ...service,
      manifests: service.manifests.map((one) => ({ ...one, requirements: one.requirements.map(renamed) })),
    }));
  const { beside } = project;
  return {
    ...project,
    services: services(project.services),
    ...(beside === undefined ? {} : { beside: services(beside) }),
  };
}
