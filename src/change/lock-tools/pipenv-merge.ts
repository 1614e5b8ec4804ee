import type { PackageName } from '../../domain/package-name.ts';
import { tomlAt, tomlString } from '../../io/toml-table.ts';
import type { TomlTable } from '../../io/toml-table.ts';
import type { LockedRow } from '../lock-file/locked-rows.ts';
import { entriesOf, sectionsOf } from './pipfile.ts';
import type { RelockRequest } from './relock-request.ts';

type Rules = RelockRequest['rules'];
export type Sections = ReadonlyMap<PackageName, ReadonlySet<string>>;

/**
 * In which sections of the lock each package of the plan stands: where the lock has it or a line of the Pipfile asks for it; what is
 * new stands where what asks for it stands.
 */
export function sectionsOfPackages(
  pipfile: TomlTable,
  lock: TomlTable,
  { sets, rules }: Pick<RelockRequest, 'sets' | 'rules'>,
): Sections {
  const found = new Map<PackageName, Set<string>>();
  const add = (written: string, section: string): void => {
    const name = rules.name(written);
    if (typeof name === 'string') found.set(name, (found.get(name) ?? new Set()).add(section));
  };
  for (const [key, section] of sectionsOf(pipfile)) {
    for (const [written] of entriesOf(pipfile.get(key))) add(written, section);
    for (const [written] of entriesOf(lock.get(section))) add(written, section);
  }
  const packages = sets.flatMap((set) => set.packages);
  const unplaced = new Set(packages.map(({ name }) => name).filter((name) => !found.has(name)));
  for (let grown = true; grown;) {
    grown = false;
    for (const { name, requiredBy } of packages) {
      if (!unplaced.has(name)) continue;
      const known = found.get(name)?.size ?? 0;
      for (const asker of requiredBy) for (const section of found.get(asker) ?? []) add(name, section);
      grown ||= (found.get(name)?.size ?? 0) > known;
    }
  }
  for (const name of unplaced) if (!found.has(name)) found.set(name, new Set(['default']));
  return found;
}

/**
 * The old lock with the entries of what moved taken from the new one. pipenv marks pinned lines with their index, so that key stays
 * where it was, or where the package is a line of the Pipfile. A transitive package keeps a marker of more than versions of Python:
 * it says where the package is needed, which a run that pins the package itself does not know.
 */
export function mergedLock(
  parts: { readonly old: TomlTable; readonly made: TomlTable; readonly pipfile: TomlTable },
  hash: string,
  rows: readonly LockedRow[],
  sections: Sections,
  { moves, rules }: Pick<RelockRequest, 'moves' | 'rules'>,
): TomlTable {
  const { old, made, pipfile } = parts;
  const lock = new Map(old);
  const moved = new Set(moves.map(({ name }) => name));
  const meta = new Map(entriesOf(old.get('_meta')));
  meta.set('hash', new Map([['sha256', hash]]));
  for (const key of ['requires', 'sources']) {
    const written = tomlAt(made, '_meta', key);
    if (pipfile.has(key === 'sources' ? 'source' : key) && written !== undefined) meta.set(key, written);
  }
  lock.set('_meta', meta);
  for (const [key, section] of sectionsOf(pipfile)) {
    const before = byName(old.get(section), rules);
    const lines = byName(pipfile.get(key), rules);
    const entries = new Map([...before].filter(([name]) => !moved.has(name)));
    for (const row of rows) {
      if (!moved.has(row.name) || !sections.get(row.name)?.has(section)) continue;
      const entry = [section, 'default', 'develop']
        .map((one) => byName(made.get(one), rules).get(row.name))
        .find((one) => one !== undefined);
      const was = before.get(row.name);
      if (entry !== undefined) entries.set(row.name, mergedEntry(was, entry, lines.has(row.name), row));
    }
    if (old.has(section) || entries.size > 0) lock.set(section, entries);
  }
  return lock;
}

function byName(table: unknown, rules: Rules): Map<PackageName, unknown> {
  return new Map(
    entriesOf(table).flatMap(([written, entry]): [PackageName, unknown][] => {
      const name = rules.name(written);
      return typeof name === 'string' ? [[name, entry]] : [];
    }),
  );
}

function mergedEntry(old: unknown, made: unknown, isLine: boolean, row: LockedRow): TomlTable {
  const entry = new Map(entriesOf(made));
  const index = tomlString(old, 'index');
  if (!isLine && index === null) entry.delete('index');
  else if (index !== null && !entry.has('index')) entry.set('index', index);
  if (isLine) return entry;
  const [was, is] = [tomlString(old, 'markers'), tomlString(made, 'markers')];
  if (
    was !== null &&
    /\b(?!python_version\b|python_full_version\b)[a-z]+_[a-z_]+\b/.test(withoutStrings(was))
  )
    entry.set('markers', was);
  else if (old === undefined && row.condition !== null)
    entry.set('markers', is === null ? row.condition.text : `(${row.condition.text}) and (${is})`);
  return entry;
}

/** A marker without its quoted values. */
function withoutStrings(marker: string): string {
  return marker.replace(/'[^']*'|"[^"]*"/g, '""');
}
