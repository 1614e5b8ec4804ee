import { posix } from 'node:path';
import type { LockEntry, LockFile } from '../../../domain/lock-file.ts';
import { readTomlTable } from '../../../io/toml-table.ts';
import type { ReadingContext } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import { anyOf, hashesOf, LockReading, shownUrl } from './lock-reading.ts';
import { nothingLocked } from './nothing-locked.ts';
import { placedAt, placedTable, placedText, placedTexts } from '../placed/placed.ts';
import type { Placed, PlacedTable } from '../placed/placed.ts';
import { readPlacedToml } from '../placed/placed-toml.ts';
import { poetryPythonMarker } from './poetry-python.ts';
import { poetryEdges, resolvedEdges, versionsByName } from './poetry-edges.ts';
import { poetryRoots } from './poetry-roots.ts';

/** Poetry reads locks of versions 1 and 2 (its `Locker`). */
const NEWEST_MAJOR = 2;

/**
 * `poetry.lock`. From lock version 2.1 on each package says its groups and when it counts: a flat lock. Before, that is
 * only known by walking from what the `pyproject.toml` beside the lock asks for; without it, every package counts.
 */
export async function readPoetryLock(source: SourceText, context: ReadingContext): Promise<LockFile> {
  const { root, unreadable } = readPlacedToml(source);
  const reading = new LockReading(source, context.rules, unreadable);
  const metadata = placedTable(root.get('metadata'));
  reading.needs(root.get('metadata'), 'metadata');
  const lockVersion = metadata?.get('lock-version');
  const written = placedText(lockVersion);
  if (lockVersion && Number(written?.split('.')[0]) > NEWEST_MAJOR) {
    const message = `this lock is of version ${written}, newer than the known format (${NEWEST_MAJOR}.x)`;
    reading.problem(message, lockVersion);
    return nothingLocked(source.path, 'poetry', reading.unreadable);
  }
  const packages = reading.tables(root.get('package'), 'package').flatMap(([table, placed]) => {
    const entry = entryOf(table, placed, metadata, reading);
    return entry === null
      ? []
      : [{ entry, edges: poetryEdges(table, reading), python: table.get('python-versions') }];
  });
  const versions = versionsByName(packages.map(({ entry }) => entry));
  const isFlat = reading.tables(root.get('package'), 'package').some(([table]) => table.has('groups'));
  const pyproject = isFlat ? null : await pyprojectBeside(source, context);
  return {
    path: source.path,
    tool: 'poetry',
    entries: packages.map(({ entry, edges, python }) => ({
      ...entry,
      ...((versions.get(entry.name)?.length ?? 0) > 1 && !isFlat
        ? { condition: pythonCondition(python, reading) }
        : {}),
      asks: resolvedEdges(edges, versions, context.rules),
    })),
    roots: pyproject && resolvedEdges(poetryRoots(pyproject, context.rules), versions, context.rules),
    extras: isFlat ? [...(placedTable(root.get('extras'))?.keys() ?? [])] : [],
    requiresRuntime: placedText(metadata?.get('python-versions')),
    madeFor: madeFor(source, metadata),
    unreadable: reading.unreadable,
    outdated: null,
  };
}

/** Of several versions of a package those count whose own bounds of Python hold: Poetry solves among what it has locked. */
function pythonCondition(python: Placed | undefined, reading: LockReading): LockEntry['condition'] {
  const marker = poetryPythonMarker(placedText(python) ?? '*', reading.rules);
  return marker === null || python === undefined ? null : reading.conditionOf(marker, python);
}

async function pyprojectBeside(
  source: SourceText,
  context: ReadingContext,
): Promise<ReturnType<typeof readTomlTable>> {
  const text = await context.peek(posix.join(posix.dirname(source.path), 'pyproject.toml'));
  return text === null ? null : readTomlTable(text.replace(/^\uFEFF/, ''));
}

function entryOf(
  table: PlacedTable,
  placed: Placed,
  metadata: PlacedTable | null,
  reading: LockReading,
): LockEntry | null {
  const name = reading.name(table.get('name'), 'name', placed);
  const written = table.get('version');
  const text = reading.text(written, 'version', placed);
  const version = text === null ? null : reading.versionOf(text, written!);
  if (name === null || version === null) return null;
  const from = sourceOf(placedTable(table.get('source')));
  const files =
    table.get('files') ??
    (metadata ? placedAt(metadata, 'files', placedText(table.get('name'))!) : undefined);
  return {
    name,
    version: from.source === 'local' ? null : version,
    ...from,
    ...countsWhen(table, reading),
    asks: null,
    hashes: hashesOf(files),
    span: reading.spanWithin(from.source === 'local' ? table.get('name')! : written!),
  };
}

function sourceOf(source: PlacedTable | null): Pick<LockEntry, 'source' | 'reference'> {
  const type = placedText(source?.get('type'));
  const url = placedText(source?.get('url'));
  if (type === null || type === 'legacy' || url === null) return { source: 'index', reference: null };
  if (type === 'directory') return { source: 'local', reference: url };
  const commit = placedText(source?.get('resolved_reference'));
  if (type !== 'git') return { source: 'reference', reference: shownUrl(url) };
  return { source: 'reference', reference: `git+${shownUrl(url)}${commit === null ? '' : `@${commit}`}` };
}

/** Lock version 2.1: `groups`, and `markers` as one text for all of them or one for each. Before: `category`. */
function countsWhen(
  table: PlacedTable,
  reading: LockReading,
): Pick<LockEntry, 'condition' | 'group' | 'inDevelopment'> {
  const groups = placedTexts(table.get('groups'));
  const markers = table.get('markers') ?? table.get('marker');
  if (groups.length === 0) {
    const group = placedText(table.get('category')) === 'dev' ? 'development' : 'production';
    return { condition: reading.condition(markers), group };
  }
  const inMain = groups.includes('main');
  const others = groups.filter((group) => group !== 'main');
  const byGroup = placedTable(markers);
  const whole = byGroup === null ? reading.condition(markers) : null;
  const main = byGroup === null ? whole : reading.condition(byGroup.get('main'));
  const development = byGroup === null ? whole : conditionOfAny(byGroup, others, markers!, reading);
  if (!inMain) return { condition: development, group: 'development' };
  const differs = others.length > 0 && main?.text !== development?.text;
  return {
    condition: main,
    group: 'production',
    ...(differs ? { inDevelopment: { condition: development } } : {}),
  };
}

function conditionOfAny(
  byGroup: PlacedTable,
  groups: readonly string[],
  at: Placed,
  reading: LockReading,
): LockEntry['condition'] {
  const texts = groups.map((group) => placedText(byGroup.get(group)) ?? '');
  return texts.length === 0 || texts.includes('') ? null : reading.conditionOf(anyOf(texts), at);
}

function madeFor(source: SourceText, metadata: PlacedTable | null): LockFile['madeFor'] {
  const hash = placedText(metadata?.get('content-hash'));
  if (hash === null) return [];
  const toolVersion = /by Poetry (\d[\w.]*)/.exec(source.text.slice(0, 500))?.[1] ?? null;
  return [{ kind: 'hash', hash, toolVersion, sources: null }];
}
