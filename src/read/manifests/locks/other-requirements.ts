import type { NotedRequirement } from '../../../domain/lock-file.ts';
import { tomlAt, tomlString, tomlStrings } from '../../../io/toml-table.ts';
import type { TomlTable } from '../../../io/toml-table.ts';
import type { Rules } from '../manifest-reader.ts';
import { groupRequirements, normalGroup } from './dependency-groups.ts';

/** A requirement as far as two spellings of it can be compared. Markers are not: uv rewrites and simplifies them. */
interface Comparable {
  readonly name: string;
  readonly extras: string;
  readonly of: string;
  /** Null for a reference: uv leaves its specifier out. */
  readonly specifier: string | null;
}

/**
 * What a `pyproject.toml` asks for otherwise than a uv.lock noted of it (`requires-dist`, `requires-dev`), in one
 * sentence. Null where they agree or where the file does not say it all (dynamic dependencies, a project that asks
 * for its own extras).
 */
export function otherRequirements(
  noted: readonly NotedRequirement[],
  pyproject: TomlTable,
  path: string,
  rules: Rules,
): string | null {
  const asked = requirementsOf(pyproject, rules);
  if (asked === null) return null;
  const known = noted.map((requirement) => comparableNoted(requirement, rules));
  // A lock may hold ten thousand: each is compared with those alone that ask the same thing.
  const [askedBy, knownBy] = [asksIn(asked), asksIn(known)];
  for (const one of asked) {
    const same = knownBy.get(ask(one)) ?? [];
    if (same.some((other) => isSameSpecifier(one, other))) continue;
    const other = same.find(
      ({ specifier }) => !askedBy.get(ask(one))!.some((a) => a.specifier === specifier),
    );
    if (other)
      return `${told(one)} in ${path} is not what the lock was made for (${other.specifier || 'any version'})`;
    return `${told(one)} in ${path} is not among what the lock was made for`;
  }
  const gone = known.find(
    (one) => !(askedBy.get(ask(one)) ?? []).some((other) => isSameSpecifier(one, other)),
  );
  return gone ? `the lock was made for ${told(gone)}, which ${path} no longer asks for` : null;
}

/** Where it is asked, for what, with which extras. */
function ask({ name, of, extras }: Comparable): string {
  return `${name}\n${of}\n${extras}`;
}

function asksIn(requirements: readonly Comparable[]): ReadonlyMap<string, readonly Comparable[]> {
  const by = new Map<string, Comparable[]>();
  for (const one of requirements) {
    const list = by.get(ask(one));
    if (list === undefined) by.set(ask(one), [one]);
    else list.push(one);
  }
  return by;
}

function isSameSpecifier(a: Comparable, b: Comparable): boolean {
  return a.specifier === null || b.specifier === null || a.specifier === b.specifier;
}

function told({ name, extras, specifier, of }: Comparable): string {
  const what = `${name}${extras === '' ? '' : `[${extras}]`}${specifier ? ` ${specifier}` : ''}`;
  return of === 'production' ? what : `${what} (${of})`;
}

/** All that the file asks for, or null where that does not stand in it as plain text. */
function requirementsOf(pyproject: TomlTable, rules: Rules): readonly Comparable[] | null {
  const project = tomlAt(pyproject, 'project');
  if ((tomlStrings(tomlAt(project, 'dynamic')) ?? []).some((field) => /dependencies$/.test(field)))
    return null;
  const own = tomlString(project, 'name');
  const optional = tomlAt(project, 'optional-dependencies');
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['production', tomlStrings(tomlAt(project, 'dependencies')) ?? []],
    ...[...(optional instanceof Map ? (optional as TomlTable) : [])].map(
      ([extra, list]) => [`extra ${normalGroup(extra)}`, tomlStrings(list) ?? []] as const,
    ),
    ...groupRequirements(pyproject).map(({ group, text }) => [`group ${group}`, [text]] as const),
    ['group dev', tomlStrings(tomlAt(pyproject, 'tool', 'uv', 'dev-dependencies')) ?? []],
  ];
  const asked: Comparable[] = [];
  for (const [of, texts] of lists)
    for (const text of texts) {
      const parsed = rules.parseDependency(text);
      if ('kind' in parsed || (own !== null && parsed.name === rules.name(own))) return null;
      const specifier = parsed.url === null ? normalSpecifier(parsed.specifier.text, rules) : null;
      asked.push({ name: parsed.name, extras: [...parsed.extras].sort().join(','), of, specifier });
    }
  return asked;
}

function comparableNoted(requirement: NotedRequirement, rules: Rules): Comparable {
  const extra = /\bextra == ['"]([^'"]*)['"]/.exec(requirement.condition ?? '')?.[1];
  return {
    name: requirement.name,
    extras: [...requirement.extras].map(normalGroup).sort().join(','),
    of:
      extra === undefined || requirement.of !== 'production' ? requirement.of : `extra ${normalGroup(extra)}`,
    specifier: requirement.isReference ? null : normalSpecifier(requirement.specifier, rules),
  };
}

/** Clauses without blanks, versions in their normal form, sorted. */
function normalSpecifier(text: string, rules: Rules): string {
  const clauses = text.split(',').map((clause) => {
    const [, operator = '', version = ''] = /^\s*([<>=!~]*)\s*(\S*)/.exec(clause)!;
    const parsed = rules.parseVersion(version);
    return operator + ('kind' in parsed ? version : parsed.text);
  });
  return [...new Set(clauses.filter(Boolean))].sort().join(',');
}
