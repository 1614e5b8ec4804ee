import type { PackageName } from '../domain/package-name.ts';
import type { LockedSet } from '../domain/plan.ts';
import type { Requirement } from '../domain/requirement.ts';
import { broughtInBy, hashedFiles } from './new-line.ts';
import type { ProjectLines } from './project-lines.ts';

/**
 * The hashed files of a service that each must list a package which comes in new; null: one line serves them all. An installer that takes
 * a file by itself (another stage of an image, another job) sees that file's lines alone, and pip refuses what none of them lists. A file is
 * left out where one that it holds lists the package (`-r`), or where it is a layer upon another: something that its lines need, and
 * that the plan does not touch (`moved`), is listed there and not in it. A line too many does no harm: pip takes a pin twice.
 */
export function listingFiles(
  lines: ProjectLines,
  service: string,
  name: PackageName,
  locks: readonly LockedSet[],
  moved: ReadonlySet<PackageName>,
): readonly string[] | null {
  const bringing = [...hashedFiles(lines, service)].filter((file) =>
    bringsIn(file, lines, service, name, locks),
  );
  if (bringing.length < 2) return null;
  const below = new Map(bringing.map((file) => [file, filesBelow(file, lines, service, locks, moved)]));
  const listing = bringing.filter((file) => !bringing.some((other) => below.get(file)!.has(other)));
  return listing.length === 0 ? null : listing;
}

/**
 * The packages that a hashed file has to list beside another one that lists them already: something of it that the plan touches needs them
 * now, and an installer may take it without the other.
 */
export function lackingIn(
  file: string,
  lines: ProjectLines,
  service: string,
  locks: readonly LockedSet[],
  moved: ReadonlySet<PackageName>,
): ReadonlySet<PackageName> {
  const there = new Set([file, ...filesBelow(file, lines, service, locks, moved)]);
  const others = lines.inService(service).filter(({ role }) => role === 'requirement');
  const listed = namesOf([...there].flatMap((path) => lines.inFile(path)));
  return new Set(
    [...namesOf(others)].filter((name) => !listed.has(name) && bringsIn(file, lines, service, name, locks)),
  );
}

function bringsIn(
  file: string,
  lines: ProjectLines,
  service: string,
  name: PackageName,
  locks: readonly LockedSet[],
): boolean {
  return broughtInBy(lines, service, name, locks, new Set([file])) !== null;
}

function namesOf(requirements: readonly Requirement[]): ReadonlySet<PackageName> {
  return new Set(requirements.map(({ dependency }) => dependency.name));
}

/** The files that are there whenever a file is installed: those that it holds, and those that it is a layer upon. */
function filesBelow(
  file: string,
  lines: ProjectLines,
  service: string,
  locks: readonly LockedSet[],
  moved: ReadonlySet<PackageName>,
): ReadonlySet<string> {
  const manifests = lines.service(service)?.manifests ?? [];
  const held = new Set([file]);
  for (const path of held)
    for (const next of manifests.find((one) => one.path === path)?.holds ?? []) held.add(next);
  const own = namesOf([...held].flatMap((path) => lines.inFile(path)));
  const settled = new Set([...own].filter((one) => !moved.has(one)));
  const lacking = new Set(
    locks
      .flatMap(({ packages }) => packages)
      .filter((one) => !own.has(one.name) && one.requiredBy.some((parent) => settled.has(parent)))
      .map((one) => one.name),
  );
  const lists = (path: string): boolean =>
    lines.inFile(path).some(({ role, dependency }) => role === 'requirement' && lacking.has(dependency.name));
  const layers = manifests.map(({ path }) => path).filter((path) => !held.has(path) && lists(path));
  held.delete(file);
  return new Set([...held, ...layers]);
}
