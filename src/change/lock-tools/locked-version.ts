import type { PackageName } from '../../domain/package-name.ts';
import type { LockedSet } from '../../domain/plan.ts';
import type { Target } from '../../domain/target.ts';
import type { Version } from '../../domain/version.ts';
import { readTomlTable, tomlAt, tomlString } from '../../io/toml-table.ts';
import type { Ecosystem } from '../../read/ecosystems/ecosystem.ts';
import type { RelockRequest } from './relock-request.ts';

/** One package at one version as a lock has it. */
export interface LockedVersion {
  readonly name: PackageName;
  readonly version: Version;
  /** It counts where one of them holds; none: everywhere. */
  readonly markers: readonly string[];
  /** Where it comes from, in the lock's own words; empty where the lock does not say. */
  readonly source: string;
}

type Rules = Pick<Ecosystem, 'parseDependency' | 'applies' | 'name' | 'parseVersion'>;

/** Where a lock is not what the plan is. */
export interface Difference {
  readonly name: PackageName;
  /** Null: the lock does not have the package on the target. */
  readonly locked: Version | null;
  readonly planned: Version;
  readonly target: Target;
}

/** An entry whose name and version can be read, or null. */
export function lockedVersion(
  rules: Pick<Rules, 'name' | 'parseVersion'>,
  written: { readonly name: string | null; readonly version: string | null },
  markers: readonly string[],
  source: string,
): LockedVersion | null {
  const name = rules.name(written.name ?? '');
  const version = rules.parseVersion(written.version ?? '');
  if (typeof name !== 'string' || 'kind' in version) return null;
  return { name, version, markers, source };
}

/** How one tool's lock says of a `[[package]]` when it counts and where it comes from. */
export interface PackageWords {
  markers(entry: unknown): readonly string[];
  source(entry: unknown): string;
}

/** The `[[package]]` tables of a lock that have a name and a version; null where the text is not TOML. */
export function lockedPackages(
  text: string,
  { rules }: Pick<RelockRequest, 'rules'>,
  words: PackageWords,
): readonly LockedVersion[] | null {
  const table = readTomlTable(text);
  if (table === null) return null;
  const packages = tomlAt(table, 'package');
  return (Array.isArray(packages) ? (packages as unknown[]) : []).flatMap((entry) => {
    const written = { name: tomlString(entry, 'name'), version: tomlString(entry, 'version') };
    return lockedVersion(rules, written, words.markers(entry), words.source(entry)) ?? [];
  });
}

/**
 * Each package of the plan's sets that the lock has in another version, or not at all. What else a lock holds is for other
 * systems and groups, of which the plan says nothing.
 */
export function differences(
  locked: readonly LockedVersion[],
  sets: readonly LockedSet[],
  rules: Rules,
): readonly Difference[] {
  const byName = new Map<PackageName, LockedVersion[]>();
  for (const entry of locked) byName.set(entry.name, [...(byName.get(entry.name) ?? []), entry]);
  return sets.flatMap(({ target, packages }) =>
    packages.flatMap(({ name, version }): readonly Difference[] => {
      const here = (byName.get(name) ?? []).filter((entry) => counts(entry, target, rules));
      // A marker that the target does not decide leaves several: the plan's is among them.
      if (here.some((entry) => entry.version.text === version.text)) return [];
      return [{ name, locked: here[0]?.version ?? null, planned: version, target }];
    }),
  );
}

function counts({ markers }: LockedVersion, target: Target, rules: Rules): boolean {
  return (
    markers.length === 0 ||
    markers.some((marker) => {
      const parsed = rules.parseDependency(`marked ; ${marker}`);
      return 'kind' in parsed || rules.applies(parsed.condition, target, extrasIn(marker)) !== 'no';
    })
  );
}

/** Extras that a marker speaks of: a plan has every extra of the project, and Poetry marks what only an extra brings in. */
function extrasIn(marker: string): readonly string[] {
  return Array.from(marker.matchAll(/\bextra == ["']([^"']{1,200})["']/g), (match) => match[1]!);
}

/** "uv would lock flask 2.3.0 where the plan has 2.2.5". */
export function differenceText(tool: string, { name, locked, planned }: Difference): string {
  return locked === null
    ? `${tool} would leave out ${name}, of which the plan has ${planned.text}`
    : `${tool} would lock ${name} ${locked.text} where the plan has ${planned.text}`;
}

/** The first package of both locks that would come from elsewhere, in a sentence, or null. */
export function movedSource(
  tool: string,
  before: readonly LockedVersion[],
  after: readonly LockedVersion[],
): string | null {
  const known = new Map<PackageName, Set<string>>();
  for (const { name, source } of before) known.set(name, (known.get(name) ?? new Set()).add(source));
  for (const { name, source } of after) {
    const sources = known.get(name);
    if (sources !== undefined && !sources.has(source))
      return `${tool} would take ${name} from ${source} instead of ${[...sources].join(' and ')}`;
  }
  return null;
}
