import type { LockEdge, LockEntry, LockFile, MadeFor } from '../../../domain/lock-file.ts';
import type { ReadingContext, Rules } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import { anyOf, hashesOf, LockReading, shownUrl } from './lock-reading.ts';
import { placedAt, placedTable, placedText, placedTexts } from '../placed/placed.ts';
import type { Placed, PlacedTable } from '../placed/placed.ts';
import { readPlacedToml } from '../placed/placed-toml.ts';
import { scanToml } from '../placed/scan-toml.ts';
import { nothingLocked } from './nothing-locked.ts';
import { notedRequirements } from './uv-noted.ts';

const KNOWN_VERSION = 1;

/** What is read of the `[[package]]` tables, one after the other. */
interface Packages {
  readonly entries: LockEntry[];
  readonly madeFor: MadeFor[];
}

/**
 * `uv.lock`. By uv's documentation ("Resolution", "Lockfile versioning") a lock of a newer `version` is refused, and one
 * of a newer `revision` is read: revisions are compatible.
 */
export function readUvLock(source: SourceText, { rules }: ReadingContext): LockFile {
  return readAsWritten(source, rules) ?? readWhole(source, rules);
}

/** As uv writes it, each package is read while the file is scanned, and never all of them stand in memory as tables. Null: it is written otherwise. */
function readAsWritten(source: SourceText, rules: Rules): LockFile | null {
  const reading = new LockReading(source, rules, []);
  const packages: Packages = { entries: [], madeFor: [] };
  const root = scanToml(source.text, {
    key: 'package',
    take: (table, placed) => readPackage(table, placed, packages, reading),
  });
  if (root?.get('version')?.value !== KNOWN_VERSION || root.has('package')) return null;
  return lockOf(root, packages, reading);
}

function readWhole(source: SourceText, rules: Rules): LockFile {
  const { root, unreadable } = readPlacedToml(source);
  const reading = new LockReading(source, rules, unreadable);
  const version = root.get('version');
  reading.needs(version, 'version');
  if (typeof version?.value === 'number' && version.value > KNOWN_VERSION) {
    const message = `this lock is of version ${version.value}, newer than the known format (${KNOWN_VERSION})`;
    reading.problem(message, version);
    return nothingLocked(source.path, 'uv', reading.unreadable);
  }
  const packages: Packages = { entries: [], madeFor: [] };
  for (const [table, placed] of reading.tables(root.get('package'), 'package'))
    readPackage(table, placed, packages, reading);
  return lockOf(root, packages, reading);
}

function lockOf(root: PlacedTable, { entries, madeFor }: Packages, reading: LockReading): LockFile {
  const { source } = reading;
  return {
    path: source.path,
    tool: 'uv',
    entries,
    roots: rootsOf(root, entries, reading),
    extras: exclusiveExtras(source.text),
    requiresRuntime: placedText(root.get('requires-python')),
    madeFor,
    unreadable: reading.unreadable,
    outdated: null,
  };
}

function readPackage(
  table: PlacedTable,
  placed: Placed,
  { entries, madeFor }: Packages,
  reading: LockReading,
): void {
  const entry = entryOf(table, placed, reading);
  if (entry !== null) entries.push(entry);
  const noted = notedOf(table, reading);
  if (noted !== null) madeFor.push(noted);
}

function entryOf(table: PlacedTable, placed: Placed, reading: LockReading): LockEntry | null {
  const name = reading.name(table.get('name'), 'name', placed);
  if (name === null) return null;
  const { source, reference } = sourceOf(placedTable(table.get('source')));
  const written = table.get('version');
  const text = written === undefined ? null : reading.text(written, 'version', null);
  const version = text === null ? null : reading.versionOf(text, written!);
  if (source === 'index' && version === null)
    return written === undefined ? reading.problem(`${name} has no version`, table.get('name')!) : null;
  const markers = placedTexts(table.get('resolution-markers'));
  const sdist = placedText(placedTable(table.get('sdist'))?.get('hash'));
  const wheels = hashesOf(table.get('wheels'));
  return {
    name,
    version: source === 'local' ? null : version,
    source,
    reference,
    condition:
      markers.length === 0 ? null : reading.conditionOf(anyOf(markers), table.get('resolution-markers')!),
    group: 'production',
    asks: edgesOf(table, reading),
    hashes: sdist === null ? wheels : [sdist, ...wheels],
    span: reading.spanWithin(source === 'local' || version === null ? table.get('name')! : written!),
  };
}

const LOCAL = ['virtual', 'editable', 'directory'] as const;
const REFERENCES = ['url', 'git', 'path'] as const;
const FROM_INDEX = { source: 'index', reference: null } as const;

function sourceOf(source: PlacedTable | null): Pick<LockEntry, 'source' | 'reference'> {
  if (source === null) return FROM_INDEX;
  for (const key of LOCAL) {
    const folder = placedText(source.get(key));
    if (folder !== null) return { source: 'local', reference: folder };
  }
  for (const key of REFERENCES) {
    const place = placedText(source.get(key));
    if (place !== null) return { source: 'reference', reference: referenceUrl(key, place) };
  }
  return FROM_INDEX;
}

/** A repository as a requirement line has it: "git+https://…@commit", from uv's "https://…?rev=main#commit". */
function referenceUrl(kind: string, place: string): string {
  if (kind !== 'git') return shownUrl(place);
  const commit = /#([0-9a-f]{7,64})$/i.exec(place)?.[1];
  return `git+${shownUrl(place)}${commit === undefined ? '' : `@${commit}`}`;
}

function edgesOf(table: PlacedTable, reading: LockReading): readonly LockEdge[] {
  const own = edges(table.get('dependencies'), { extra: null, group: 'production' }, reading);
  const [extras, groups] = ['optional-dependencies', 'dev-dependencies'].map((key) =>
    placedTable(table.get(key)),
  );
  if (!extras && !groups) return own;
  return [
    ...own,
    ...[...(extras ?? [])].flatMap(([extra, list]) => edges(list, { extra, group: 'production' }, reading)),
    ...[...(groups ?? [])].flatMap(([, list]) => edges(list, { extra: null, group: 'development' }, reading)),
  ];
}

function edges(
  list: Placed | undefined,
  of: Pick<LockEdge, 'extra' | 'group'>,
  reading: LockReading,
): readonly LockEdge[] {
  const found: LockEdge[] = [];
  for (const [table, placed] of reading.tables(list, 'dependencies')) {
    const name = reading.name(table.get('name'), 'name', placed);
    const written = table.get('version');
    const text = written === undefined ? null : reading.text(written, 'version', null);
    const version = text === null ? null : reading.versionOf(text, written!);
    if (name === null || (text !== null && version === null)) continue;
    const extras = placedTexts(table.get('extra'));
    const versions = version && [version];
    const condition = reading.condition(table.get('marker'));
    found.push({ name, versions, extras, condition, extra: of.extra, group: of.group });
  }
  return found;
}

/**
 * The members of the workspace, or else the projects of this repository that nobody else in the lock depends on; with all of their
 * extras. What a lock without a project was asked for directly stands in its `manifest`.
 */
function rootsOf(
  root: PlacedTable,
  entries: readonly LockEntry[],
  reading: LockReading,
): readonly LockEdge[] {
  const manifest = placedTable(root.get('manifest')) ?? new Map<string, Placed>();
  const members = new Set(placedTexts(manifest.get('members')).map((text) => reading.rules.name(text)));
  const asked = new Set(entries.flatMap(({ asks }) => (asks ?? []).map(({ name }) => name)));
  const roots = entries.filter(
    ({ name, source, reference }) =>
      source === 'local' &&
      (members.has(name) || (members.size === 0 && (reference === '.' || !asked.has(name)))),
  );
  const groups = [...(placedTable(placedAt(manifest, 'dependency-groups')) ?? [])];
  return [
    ...roots.flatMap(({ name, asks }): readonly LockEdge[] => {
      const extras = new Set((asks ?? []).flatMap(({ extra }) => (extra === null ? [] : [extra])));
      const root = { name, versions: null, condition: null, group: 'production' } as const;
      const withExtra = [...extras].map((extra) => ({ ...root, extras: [extra], extra }));
      return [{ ...root, extras: [], extra: null }, ...withExtra];
    }),
    ...edges(manifest.get('requirements'), { extra: null, group: 'production' }, reading),
    ...groups.flatMap(([, list]) => edges(list, { extra: null, group: 'development' }, reading)),
  ];
}

/**
 * The names by which conditions of a lock with `conflicts` speak of the projects' extras and groups that exclude each other:
 * "extra-3-app-cpu" for the extra `cpu` of `app`.
 */
function exclusiveExtras(text: string): readonly string[] {
  const names = text.matchAll(/\bextra [!=]= '((?:extra|group|project)-\d{1,4}-[\w.-]{1,300})'/g);
  return [...new Set(Array.from(names, (match) => match[1]!))];
}

function notedOf(table: PlacedTable, reading: LockReading): MadeFor | null {
  const metadata = placedTable(table.get('metadata'));
  if (metadata === null) return null;
  const { source, reference } = sourceOf(placedTable(table.get('source')));
  if (source !== 'local') return null;
  const requirements = notedRequirements(metadata, reading);
  return { kind: 'requirements', folder: reference ?? '.', requirements };
}
