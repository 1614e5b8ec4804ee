import type { Condition, Specifier } from '../domain/dependency.ts';
import type { Edit } from '../domain/edit.ts';
import type { PackageName } from '../domain/package-name.ts';
import type { Change, LockedSet } from '../domain/plan.ts';
import type { Version } from '../domain/version.ts';
import type { EditContext } from './edit-context.ts';
import { fileHashLayout, hashOptions } from './hash-lines.ts';
import type { LineEdits } from './line-edits.ts';
import { lackingIn, listingFiles } from './listing-files.ts';
import { appendLine, fileForNewLine, hashedFiles } from './new-line.ts';
import type { NewPlace } from './new-line.ts';
import { checksHashes } from './project-lines.ts';
import type { Step } from './settle.ts';
import { locksWith, mayStandIn } from './shared-file.ts';
import type { NewEntry } from './structured/new-entry.ts';
import { firstUvConstraint } from './structured/uv-constraints.ts';
import { writtenForm } from './structured/written-forms.ts';

interface NewLine {
  readonly name: PackageName;
  readonly version: Version;
  /** As the plan wrote it; null: pinned in the manner of the file's other pins. */
  readonly specifier: string | null;
  /** As in `Change`. */
  readonly neededBy?: PackageName | null;
}

const LISTED = 'hash-checking mode asks for a line of every package that is installed';

/** The step that adds the line of one change. */
export async function addChange(context: EditContext, change: Change): Promise<Step> {
  const { name, to, requirement } = change;
  const step = { change, name, requirement: null };
  if (to === null)
    return { ...step, file: null, services: [], outcome: 'there is neither a line nor a version' };
  const line = {
    name,
    version: to.version,
    specifier: to.specifier,
    ...(change.neededBy === undefined ? {} : { neededBy: change.neededBy }),
  };
  const services = requirement ? context.lines.servicesOf(requirement) : candidateServices(context);
  let why = 'no service was planned';
  for (const service of services) {
    const hashed = requirement === null && isHashed(context, service);
    const place = requirement
      ? {
          file: requirement.span.file,
          constraint: requirement.role !== 'requirement',
          beside: requirement,
        }
      : fileForNewLine(context.lines, service, line, context.locks, hashed, (file) =>
          mayStandIn(context, service, file, line),
        );
    if (typeof place === 'string') why = place;
    else
      return {
        ...step,
        file: place.file,
        services: [service],
        outcome: await newLine(context, line, place, service),
      };
  }
  return { ...step, file: null, services: [...services], outcome: why };
}

/**
 * In hash-checking mode every package that is installed must be listed (pip, "Hash-checking mode"): the lines of those
 * that the plan's sets have and no line names. Only for services in which something changes.
 */
export async function addUnlistedLines(
  context: EditContext,
  steps: readonly Step[],
): Promise<readonly Step[]> {
  const changed = [
    ...new Set(steps.filter((step) => step.outcome.length > 0).flatMap((step) => step.services)),
  ];
  const added: Step[] = [];
  for (const service of changed.filter(
    (one) => candidateServices(context).includes(one) && isHashed(context, one),
  ))
    for (const { line, among } of [
      ...unlisted(context, service, steps).flatMap((line) =>
        placesOf(context, service, line, steps).map((among) => ({ line, among })),
      ),
      ...listedElsewhere(context, service, steps),
    ])
      added.push(await listedStep(context, service, line, among));
  return added;
}

/** Lines of packages that one hashed file lists, for others that an installer takes without it. */
function listedElsewhere(
  { lines, locks }: EditContext,
  service: string,
  steps: readonly Step[],
): readonly { readonly line: NewLine; readonly among: ReadonlySet<string> }[] {
  const files = [...hashedFiles(lines, service)];
  const moved = new Set(steps.map((step) => step.name));
  return (files.length < 2 ? [] : files).flatMap((file) => {
    const lacking = lackingIn(file, lines, service, locks, moved);
    return versionsIn(locks, (name) => lacking.has(name)).map((line) => ({ line, among: new Set([file]) }));
  });
}

/** The files among which a line of a package is to be added, one line each; undefined: any. None where a step adds it everywhere. */
function placesOf(
  { lines, locks }: EditContext,
  service: string,
  { name }: NewLine,
  steps: readonly Step[],
): readonly (ReadonlySet<string> | undefined)[] {
  const added = steps.filter((step) => step.requirement === null && step.name === name);
  const moved = new Set(steps.map((step) => step.name));
  const files = listingFiles(lines, service, name, locks, moved);
  if (added.some(({ outcome }) => typeof outcome === 'string')) return [];
  if (files === null) return added.length > 0 ? [] : [undefined];
  return files.filter((file) => !added.some((step) => step.file === file)).map((file) => new Set([file]));
}

async function listedStep(
  context: EditContext,
  service: string,
  line: NewLine,
  among: ReadonlySet<string> | undefined,
): Promise<Step> {
  const place = fileForNewLine(context.lines, service, line, context.locks, true, () => true, among);
  const [file, outcome] =
    typeof place === 'string' ? [null, place] : [place.file, await newLine(context, line, place, service)];
  return {
    ...{ change: null, name: line.name, requirement: null, file, services: [service], outcome },
    ...(file === null
      ? {}
      : { listed: { service, file, name: line.name, version: line.version, why: LISTED } }),
  };
}

function candidateServices({ service, project }: EditContext): readonly string[] {
  return service === undefined ? project.services.map((one) => one.name) : [service];
}

function isHashed({ lines }: EditContext, service: string): boolean {
  return lines.service(service)?.manifests.some(checksHashes) ?? false;
}

/** Packages of the sets without a line, each version once, by name. */
function unlisted(context: EditContext, service: string, steps: readonly Step[]): readonly NewLine[] {
  const removed = new Set(
    steps.filter((step) => step.change?.to === null).map((step) => step.requirement?.id),
  );
  const named = new Set<PackageName>(
    context.lines
      .inService(service)
      .filter((one) => one.role === 'requirement' && !removed.has(one.id))
      .map((one) => one.dependency.name),
  );
  return versionsIn(context.locks, (name) => !named.has(name));
}

function versionsIn(
  locks: readonly LockedSet[],
  isMeant: (name: PackageName) => boolean,
): readonly NewLine[] {
  const found = new Map<string, NewLine>();
  for (const { name, version } of locks.flatMap((lock) => lock.packages))
    if (isMeant(name)) found.set(`${name} ${version.text}`, { name, version, specifier: null });
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

async function newLine(
  context: EditContext,
  line: NewLine,
  place: NewPlace,
  service: string,
): Promise<LineEdits> {
  const file = context.project.files.get(place.file);
  if (!file) return `${place.file} was not read`;
  if (file.notEditable !== undefined) return `${place.file} cannot be edited: ${file.notEditable}`;
  const own = context.lines.inFile(place.file);
  const hashed = isHashed(context, service) && !place.constraint;
  const specifier = hashed || line.specifier === null ? pinLike(context, service, line) : line.specifier;
  if (specifier === null) return `no pin of ${place.file} shows how one is written`;
  const hashes = hashed ? await context.hashesOf(line.name, line.version) : [];
  if (hashed && hashes.length === 0) return `the index gives no hashes of ${line.name} ${line.version.text}`;
  const { specifier: asked } = line;
  const shared = asked !== null && mayStandIn(context, service, place.file, { ...line, specifier: asked });
  const locks = shared && context.plans ? locksWith(context, place.file) : context.locks;
  const condition = place.constraint ? null : conditionOf(context, locks, line);
  if (typeof condition === 'string') return condition;
  const form = writtenForm(context.lines.kindOf(place.file));
  if (form !== null) {
    const entry = { name: line.name, specifier, condition };
    const asks = line.neededBy !== undefined;
    const constraint = place.constraint || asks ? null : constraintOfUv(context, service, entry);
    if (constraint !== null) return [constraint];
    return place.beside === null
      ? `nothing stands in ${place.file} beside which it could be written`
      : form.add(file.text, place.beside, entry);
  }
  const options = hashed ? hashOptions(hashes, fileHashLayout(file.text, own)) : '';
  const marker = condition === null ? '' : ` ; ${condition.text}`;
  return [appendLine(place.file, file.text, `${line.name}${specifier}${marker}${options}`)];
}

/**
 * A bound among uv's constraints, where uv decides what is installed: beside its lock, for it takes them from the root of a workspace
 * alone. Without a lock any tool may install the project, and no other looks at them.
 */
function constraintOfUv({ lines, project }: EditContext, service: string, entry: NewEntry): Edit | null {
  const lock = lines.service(service)?.lock;
  if (lock?.tool !== 'uv') return null;
  const file = project.files.get(lock.path.replace(/[^/]*$/, 'pyproject.toml'));
  return file === undefined || file.notEditable !== undefined
    ? null
    : firstUvConstraint(file.path, file.text, entry);
}

/**
 * A pin in the manner of the service's first one, for only the ecosystem knows how its pins look. Lines in another tool's
 * notation are no model for a line that is added.
 */
function pinLike({ lines, ecosystem }: EditContext, service: string, line: NewLine): string | null {
  const isPin = (specifier: Specifier): boolean =>
    specifier.notation === undefined && ecosystem.pinnedVersion(specifier) !== null;
  const model = lines.inService(service).find((one) => isPin(one.dependency.specifier));
  return model ? ecosystem.rewriteSpecifier(model.dependency.specifier, [line.version]).text : null;
}

/** A package that only some targets have is asked for there alone. A sentence where no condition tells them apart. */
function conditionOf(
  { ecosystem }: EditContext,
  locks: readonly LockedSet[],
  { name, version }: NewLine,
): Condition | null | string {
  const has = (lock: LockedSet): boolean =>
    lock.packages.some((one) => one.name === name && one.version.text === version.text);
  const targets = locks.filter(has).map((lock) => lock.target);
  const others = locks.filter((lock) => !has(lock)).map((lock) => lock.target);
  if (targets.length === 0 || others.length === 0) return null;
  return (
    ecosystem.conditionFor(targets, others) ?? `no condition tells the targets of ${name} from the others`
  );
}
