import type { LockEntry, LockFile } from '../../../domain/lock-file.ts';
import type { ReadingContext } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import { LockReading, shownUrl } from './lock-reading.ts';
import { nothingLocked } from './nothing-locked.ts';
import { placedAt, placedList, placedTable, placedText, placedTexts } from '../placed/placed.ts';
import type { Placed, PlacedTable } from '../placed/placed.ts';
import { readPlacedJson } from '../placed/placed-json.ts';

const KNOWN_SPEC = 6;
const REFERENCES = ['git', 'file', 'url', 'hg', 'svn', 'bzr'] as const;

/**
 * `Pipfile.lock`: `default` is installed with the service, `develop` and categories of one's own by those who ask for
 * them. A flat lock: everything whose marker holds is installed.
 */
export function readPipfileLock(source: SourceText, context: ReadingContext): LockFile {
  const { root, unreadable } = readPlacedJson(source);
  const reading = new LockReading(source, context.rules, unreadable);
  const meta = placedTable(root.get('_meta'));
  reading.needs(root.get('_meta'), '_meta');
  const spec = meta?.get('pipfile-spec');
  if (typeof spec?.value === 'number' && spec.value > KNOWN_SPEC) {
    const message = `this lock is of version ${spec.value}, newer than the known format (${KNOWN_SPEC})`;
    reading.problem(message, spec);
    return nothingLocked(source.path, 'pipenv', reading.unreadable);
  }
  const python = placedTable(meta?.get('requires'))?.get('python_version');
  const hash = meta ? placedText(placedAt(meta, 'hash', 'sha256')) : null;
  return {
    path: source.path,
    tool: 'pipenv',
    entries: [...root].flatMap(([category, list]) =>
      category === '_meta' ? [] : entriesOf(category, list, reading),
    ),
    roots: null,
    extras: [],
    requiresRuntime: placedText(python) === null ? null : `==${placedText(python)}.*`,
    madeFor:
      hash === null ? [] : [{ kind: 'hash', hash, toolVersion: null, sources: plain(meta?.get('sources')) }],
    unreadable: reading.unreadable,
    outdated: null,
  };
}

function entriesOf(category: string, placed: Placed, reading: LockReading): readonly LockEntry[] {
  const table = placedTable(placed);
  if (table === null)
    return reading.problem(`an object is expected for ${JSON.stringify(category)}`, placed) ?? [];
  const group = category === 'default' ? 'production' : 'development';
  return [...table].flatMap(([name, value]) => {
    const entry = entryOf(name, value, group, reading);
    return entry === null ? [] : [entry];
  });
}

function entryOf(
  written: string,
  placed: Placed,
  group: LockEntry['group'],
  reading: LockReading,
): LockEntry | null {
  const name = reading.nameOf(written, placed);
  const table = placedTable(placed);
  if (name === null) return null;
  if (table === null) return reading.problem(`an object is expected for ${written}`, placed);
  const from = sourceOf(table);
  const at = table.get('version');
  const text = placedText(at);
  const pin = text === null ? null : /^={2,3}\s*/.exec(text);
  if (pin === null && from.source === 'index')
    return reading.problem(
      `the lock does not say which version of ${written} is installed`,
      at ?? placed,
      'have Pipenv write its lock again',
    );
  const version = pin && from.source !== 'local' ? reading.versionOf(text!.slice(pin[0].length), at!) : null;
  if (version === null && from.source === 'index') return null;
  const isPlain = pin && version && at!.end - at!.start - 2 === text!.length;
  return {
    name,
    version,
    ...from,
    condition: reading.condition(table.get('markers')),
    group,
    asks: null,
    hashes: placedTexts(table.get('hashes')),
    span: isPlain
      ? reading.spanWithin(at!, pin[0].length)
      : reading.source.span(placed.start, placed.start + 1),
  };
}

function sourceOf(table: PlacedTable): Pick<LockEntry, 'source' | 'reference'> {
  const folder = placedText(table.get('path'));
  if (folder !== null) {
    const isFile = /\.(whl|zip|tar\.[a-z0-9]+|tgz)$/i.test(folder);
    return { source: isFile ? 'reference' : 'local', reference: folder };
  }
  for (const key of REFERENCES) {
    const place = placedText(table.get(key));
    if (place === null) continue;
    const ref = placedText(table.get('ref'));
    const isArchive = key === 'file' || key === 'url';
    const url = isArchive ? shownUrl(place) : `${key}+${shownUrl(place)}${ref === null ? '' : `@${ref}`}`;
    return { source: 'reference', reference: url };
  }
  return { source: 'index', reference: null };
}

/** A value as JSON has it, for the hash. */
function plain(placed: Placed | undefined): unknown {
  const list = placedList(placed);
  if (list !== null) return list.map(plain);
  const table = placedTable(placed);
  if (table !== null) return new Map([...table].map(([key, value]) => [key, plain(value)]));
  return placed?.value ?? null;
}
