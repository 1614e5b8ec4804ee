import type { Condition } from '../../../domain/dependency.ts';
import type { LockEntry, LockFile } from '../../../domain/lock-file.ts';
import type { ReadingContext } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import { LockReading, shownUrl } from './lock-reading.ts';
import { nothingLocked } from './nothing-locked.ts';
import { placedAt, placedList, placedTable, placedText, placedTexts } from '../placed/placed.ts';
import type { Placed, PlacedTable } from '../placed/placed.ts';
import { readPlacedToml } from '../placed/placed-toml.ts';

const KNOWN_MAJOR = 1;
/** PEP 751: `'name' in dependency_groups`, in a marker. */
const IN_GROUPS = /(?:'([^']*)'|"([^"]*)")\s+(not\s+in|in)\s+dependency_groups\b/g;

/**
 * `pylock.toml` (PEP 751). A newer minor version is read, a newer major one is not ("lock-version"). Installed are the
 * default groups and no extras, unless somebody asks for more; all groups are what those who work on the project have.
 */
export function readPylock(source: SourceText, context: ReadingContext): LockFile {
  const { root, unreadable } = readPlacedToml(source);
  const reading = new LockReading(source, context.rules, unreadable);
  const lockVersion = root.get('lock-version');
  reading.needs(lockVersion, 'lock-version');
  const written = placedText(lockVersion);
  if (lockVersion && Number(written?.split('.')[0]) > KNOWN_MAJOR) {
    const message = `this lock is of version ${written}, newer than the known format (${KNOWN_MAJOR}.x)`;
    reading.problem(message, lockVersion);
    return nothingLocked(source.path, 'pylock', reading.unreadable);
  }
  const groups = {
    default: new Set(placedTexts(root.get('default-groups'))),
    all: new Set([...placedTexts(root.get('dependency-groups')), ...placedTexts(root.get('default-groups'))]),
  };
  return {
    path: source.path,
    tool: 'pylock',
    entries: reading.tables(root.get('packages'), 'packages').flatMap(([table, placed]) => {
      const entry = entryOf(table, placed, groups, reading);
      return entry === null ? [] : [entry];
    }),
    roots: null,
    extras: placedTexts(root.get('extras')),
    requiresRuntime: placedText(root.get('requires-python')),
    madeFor: [],
    unreadable: reading.unreadable,
    outdated: null,
  };
}

interface Groups {
  readonly default: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
}

function entryOf(table: PlacedTable, placed: Placed, groups: Groups, reading: LockReading): LockEntry | null {
  const name = reading.name(table.get('name'), 'name', placed);
  if (name === null) return null;
  const written = table.get('version');
  const text = written === undefined ? null : reading.text(written, 'version', null);
  const version = text === null ? null : reading.versionOf(text, written!);
  if (written !== undefined && version === null) return null;
  const from = sourceOf(table);
  if (from.source === 'index' && version === null)
    return reading.problem(`the lock does not say which version of ${name} is installed`, table.get('name')!);
  return {
    name,
    version: from.source === 'local' ? null : version,
    ...from,
    ...countsWhen(table.get('marker'), groups, reading),
    asks: askedOf(table, reading),
    hashes: hashesOf(table),
    span: reading.spanWithin(from.source === 'local' ? table.get('name')! : (written ?? table.get('name')!)),
  };
}

/** In PEP 751's order of what is looked at first: a repository, a folder, an archive, else sdist and wheels. */
function sourceOf(table: PlacedTable): Pick<LockEntry, 'source' | 'reference'> {
  const vcs = placedTable(table.get('vcs'));
  if (vcs !== null) {
    const place = placedText(vcs.get('url')) ?? placedText(vcs.get('path')) ?? '';
    const commit = placedText(vcs.get('commit-id'));
    const url = `${placedText(vcs.get('type')) ?? 'git'}+${shownUrl(place)}`;
    return { source: 'reference', reference: commit === null ? url : `${url}@${commit}` };
  }
  const directory = placedTable(table.get('directory'));
  if (directory !== null) return { source: 'local', reference: placedText(directory.get('path')) };
  const archive = placedTable(table.get('archive'));
  if (archive === null) return { source: 'index', reference: null };
  const place = placedText(archive.get('url')) ?? placedText(archive.get('path'));
  return { source: 'reference', reference: place === null ? null : shownUrl(place) };
}

function countsWhen(
  marker: Placed | undefined,
  groups: Groups,
  reading: LockReading,
): Pick<LockEntry, 'condition' | 'group' | 'inDevelopment'> {
  const text = placedText(marker);
  const condition = reading.condition(marker);
  if (marker === undefined || text === null || condition === null || !text.includes('dependency_groups'))
    return { condition, group: 'production' };
  const withGroups = (chosen: ReadonlySet<string>): Condition | null => {
    const decided = text.replace(IN_GROUPS, (_, single?: string, double?: string, operator?: string) =>
      chosen.has(single ?? double ?? '') === (operator === 'in') ? ALWAYS : NEVER,
    );
    return reading.conditionOf(decided, marker);
  };
  return {
    condition: withGroups(groups.default),
    group: 'production',
    inDevelopment: { condition: withGroups(groups.all) },
  };
}

/** Terms that every target decides the same way. */
const ALWAYS = 'python_version >= "0"';
const NEVER = 'python_version < "0"';

/** `dependencies` may be left out, and say who asks only; which of several entries of a name is meant is in `version`. */
function askedOf(table: PlacedTable, reading: LockReading): LockEntry['asks'] {
  if (!table.has('dependencies')) return null;
  return reading.tables(table.get('dependencies'), 'dependencies').flatMap(([asked, placed]) => {
    const name = reading.name(asked.get('name'), 'name', placed);
    const text = placedText(asked.get('version'));
    const version = text === null ? null : reading.versionOf(text, asked.get('version')!);
    if (name === null) return [];
    const versions = version && [version];
    return [{ name, versions, extras: [], condition: null, extra: null, group: 'production' } as const];
  });
}

/** `hashes` are tables by algorithm; sha256 is what an installer is given. */
function hashesOf(table: PlacedTable): readonly string[] {
  const files = [table.get('archive'), table.get('sdist'), ...(placedList(table.get('wheels')) ?? [])];
  return files.flatMap((file) => {
    const inner = placedTable(file);
    const hash = inner === null ? null : placedText(placedAt(inner, 'hashes', 'sha256'));
    return hash === null ? [] : [`sha256:${hash.toLowerCase()}`];
  });
}
