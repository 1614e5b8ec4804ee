import type { PackageName } from '../domain/package-name.ts';
import type { LockedSet } from '../domain/plan.ts';
import type { Requirement } from '../domain/requirement.ts';
import type { ProjectLines } from './project-lines.ts';
import { checksHashes } from './project-lines.ts';
import { endsInBackslash, lineEndBefore, lineEndOf } from './requirement-text.ts';
import type { Edit } from '../domain/edit.ts';

/** The names that ask for a package, over all targets: level by level from the package up. */
function* levelsAbove(name: PackageName, locks: readonly LockedSet[]): Generator<ReadonlySet<PackageName>> {
  const seen = new Set<PackageName>();
  let level = new Set([name]);
  while (level.size > 0) {
    yield level;
    for (const one of level) seen.add(one);
    const parents = locks
      .flatMap((lock) => lock.packages.filter((locked) => level.has(locked.name)))
      .flatMap((locked) => locked.requiredBy);
    level = new Set(parents.filter((parent) => !seen.has(parent)));
  }
}

/**
 * The requirement line of a file of lines that brings a package in, by the shortest chain; null where none does. `among`: only lines of
 * those files.
 */
export function broughtInBy(
  lines: ProjectLines,
  service: string,
  name: PackageName,
  locks: readonly LockedSet[],
  among: ReadonlySet<string> | null = null,
): Requirement | null {
  const asking = lines
    .inService(service)
    .filter((one) => one.role === 'requirement' && !lines.isCommandFile(one.span.file))
    .filter((one) => among?.has(one.span.file) ?? true);
  for (const level of levelsAbove(name, locks)) {
    const found = asking.filter((one) => level.has(one.dependency.name));
    const [first] = found.sort(
      (a, b) => rank(a) - rank(b) || compare(a.dependency.name, b.dependency.name) || compare(a.id, b.id),
    );
    if (first) return first;
  }
  return null;
}

/**
 * The line beside which a new one belongs: that which brings its package in, or where nothing asks for the package, that which brings in
 * who needs it (null: the service itself, whose first line of production it is). Null where there is none.
 */
export function rootOf(
  lines: ProjectLines,
  service: string,
  { name, neededBy }: { readonly name: PackageName; readonly neededBy?: PackageName | null | undefined },
  locks: readonly LockedSet[],
): Requirement | null {
  if (neededBy !== null) return broughtInBy(lines, service, neededBy ?? name, locks);
  const asking = lines
    .inService(service)
    .filter((one) => one.role === 'requirement' && !lines.isCommandFile(one.span.file));
  return asking.find(({ group }) => group === 'production') ?? asking[0] ?? null;
}

/** Where a new requirement goes. `beside`: one that stands there; null in a file without any. */
export interface NewPlace {
  readonly file: string;
  readonly constraint: boolean;
  readonly beside: Requirement | null;
}

/**
 * The file that a new line for a package goes to: the constraints file of the service, else the file of the requirement that brings
 * it in, else (`mayStand`: not where it would bind services that do not need it) the service's own file. With hashes the line stands
 * among the requirements of a file that has hashes (its source has none), for there each package must be listed; and among requirements
 * it stands where nothing else asks for the package (`among`: in one of those files). A generated file gives way to its source. A sentence where there is no such file.
 */
export function fileForNewLine(
  lines: ProjectLines,
  service: string,
  line: Parameters<typeof rootOf>[2],
  locks: readonly LockedSet[],
  withHashes: boolean,
  mayStand: (file: string) => boolean = () => true,
  among: ReadonlySet<string> = hashedFiles(lines, service),
): NewPlace | string {
  const root =
    (withHashes ? broughtInBy(lines, service, line.name, locks, among) : null) ??
    rootOf(lines, service, line, locks);
  if (root === null) return 'no requirements file brings it in';
  const asks = line.neededBy !== undefined;
  const constraint =
    withHashes || asks
      ? undefined
      : lines.inService(service).find((one) => one.role === 'constraint' && mayStand(one.span.file));
  const own = constraint || mayStand(root.span.file) ? null : ownFile(lines, service, mayStand);
  const { file } = own ?? (constraint ?? root).span;
  const beside = own === null ? (constraint ?? root) : null;
  const generated = lines.generatedBy(file);
  const place = { file, constraint: constraint !== undefined, beside };
  if (!generated || withHashes) return place;
  if (generated.source === null) return `${generated.said}: add it there`;
  const inSource = lines.inFile(generated.source).find((one) => one.dependency.name === root.dependency.name);
  return { ...place, file: generated.source, beside: inSource ?? lines.inFile(generated.source)[0] ?? null };
}

/** The files of a service in which every package that they bring in must be listed. */
export function hashedFiles(lines: ProjectLines, service: string): ReadonlySet<string> {
  const hashed = (lines.service(service)?.manifests ?? []).filter(checksHashes);
  return new Set(hashed.map(({ path }) => path));
}

/** A requirements file in which a line binds nobody else; one of production before one of development. */
function ownFile(
  lines: ProjectLines,
  service: string,
  mayStand: (file: string) => boolean,
): { readonly file: string } | null {
  const own = (lines.service(service)?.manifests ?? []).filter(
    ({ kind, path, requirements }) =>
      kind === 'requirements' && mayStand(path) && requirements.every(({ role }) => role === 'requirement'),
  );
  const forAll = own.find(({ requirements }) => requirements.every(({ group }) => group === 'production'));
  const manifest = forAll ?? own[0];
  return manifest === undefined ? null : { file: manifest.path };
}

/** The edit that adds lines at a file's end, in its line ends; a missing final newline stays missing. */
export function appendLine(file: string, text: string, line: string): Edit {
  const lineEnd = lineEndOf(text);
  const open = text !== '' && text !== '\uFEFF' && lineEndBefore(text, text.length) === '';
  const lead = open || endsInBackslash(text, text.length) ? lineEnd : '';
  const replacement = lead + line + (open ? '' : lineEnd);
  return { file, start: text.length, end: text.length, expected: '', replacement };
}

function rank(requirement: Requirement): number {
  return requirement.group === 'production' ? 0 : 1;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
