import type { LockEdge, LockEntry } from '../../../domain/lock-file.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { Version } from '../../../domain/version.ts';
import type { Rules } from '../manifest-reader.ts';
import type { LockReading } from './lock-reading.ts';
import { placedList, placedTable, placedText, placedTexts } from '../placed/placed.ts';
import type { Placed, PlacedTable } from '../placed/placed.ts';
import { poetryPythonMarker } from './poetry-python.ts';

/** An edge whose version is a constraint yet: which versions the lock has of the name is known when all of it is read. */
export interface ConstrainedEdge extends Omit<LockEdge, 'versions'> {
  readonly constraint: string;
}

/** What a package of a `poetry.lock` asks for: `[package.dependencies]`, with `[package.extras]` for what is optional. */
export function poetryEdges(table: PlacedTable, reading: LockReading): readonly ConstrainedEdge[] {
  const extras = placedTable(table.get('extras'));
  return [...(placedTable(table.get('dependencies')) ?? [])].flatMap(([written, placed]) => {
    const name = reading.nameOf(written, placed);
    if (name === null) return [];
    const choices = placedList(placed) ?? [placed];
    return choices.flatMap((choice) => edgesOf(name, choice, extras, reading));
  });
}

function edgesOf(
  name: PackageName,
  choice: Placed,
  extras: PlacedTable | null,
  reading: LockReading,
): readonly ConstrainedEdge[] {
  const plain = placedText(choice);
  const edge = { name, extras: [], condition: null, extra: null, group: 'production' } as const;
  if (plain !== null) return [{ ...edge, constraint: plain }];
  const table = placedTable(choice);
  if (table === null) {
    reading.problem(`a version or a table is expected for ${name}`, choice);
    return [];
  }
  const markers = [placedText(table.get('markers')), pythonOf(table, reading.rules)].filter(Boolean);
  const condition = reading.conditionOf(
    markers.map((text) => (markers.length > 1 ? `(${text})` : text)).join(' and '),
    choice,
  );
  const constraint = placedText(table.get('version')) ?? '*';
  const whole = { ...edge, extras: placedTexts(table.get('extras')), condition, constraint };
  if (table.get('optional')?.value !== true || /\bextra\b/.test(condition?.text ?? '')) return [whole];
  return extrasWith(name, extras, reading.rules).map((extra) => ({ ...whole, extra }));
}

function pythonOf(table: PlacedTable, rules: Rules): string | null {
  const python = placedText(table.get('python'));
  return python === null ? null : poetryPythonMarker(python, rules);
}

/** The extras of a package that bring in a name. Their requirements are PEP 508, or Poetry's older "name (>=1)". */
function extrasWith(name: PackageName, extras: PlacedTable | null, rules: Rules): readonly string[] {
  return [...(extras ?? [])].flatMap(([extra, list]) => {
    const names = placedTexts(list).map((text) => rules.name(/^[\w.-]{0,256}/.exec(text)![0]));
    return names.includes(name) ? [extra] : [];
  });
}

/** Edges to the versions that the lock has of each name: those that the constraint admits, or just the name. */
export function resolvedEdges(
  edges: readonly ConstrainedEdge[],
  versions: ReadonlyMap<PackageName, readonly Version[]>,
  rules: Rules,
): readonly LockEdge[] {
  return edges.map(({ constraint, ...edge }): LockEdge => {
    const known = versions.get(edge.name) ?? [];
    const admitted = known.length < 2 ? known : known.filter((version) => admits(constraint, version, rules));
    const isAny = admitted.length === 0 || admitted.length === known.length;
    return { ...edge, versions: isAny ? null : admitted };
  });
}

/** The versions of each name that a lock has. */
export function versionsByName(entries: readonly LockEntry[]): ReadonlyMap<PackageName, readonly Version[]> {
  const versions = new Map<PackageName, Version[]>();
  for (const { name, version } of entries) {
    if (version === null) continue;
    const known = versions.get(name);
    if (known) known.push(version);
    else versions.set(name, [version]);
  }
  return versions;
}

function admits(constraint: string, version: Version, rules: Rules): boolean {
  const specifier = rules.parseSpecifier(constraint, 'poetry');
  return 'kind' in specifier || rules.contains(specifier, version);
}
