import { createHash } from 'node:crypto';
import { tomlAt } from '../../../io/toml-table.ts';
import type { TomlTable } from '../../../io/toml-table.ts';
import { pipfileCategories } from './pipfile-categories.ts';
import { COMPACT_SEPARATORS, PLAIN_SEPARATORS, pythonJson } from './python-json.ts';

const LEGACY_KEYS = ['dependencies', 'source', 'extras', 'dev-dependencies'] as const;
const PROJECT_KEYS = ['requires-python', 'dependencies', 'optional-dependencies'] as const;

/**
 * The hashes that a version of Poetry takes for fresh (its `Locker.is_fresh` and `_get_content_hash`): Poetry 1 looks at its own
 * table alone, Poetry 2 at `[project]` too, and from 2.3 on at `[dependency-groups]`. An unknown version: any of these.
 * Null where one of them cannot be computed.
 */
export function poetryHashes(pyproject: TomlTable, version: string | null): readonly string[] | null {
  const [major, minor] = (version ?? '').split('.').map(Number);
  const isKnown = version !== null && major !== undefined && !Number.isNaN(major);
  const withGroups = poetryContent(pyproject, true, true);
  const withoutGroups = poetryContent(pyproject, true, false);
  const ownTable = poetryContent(pyproject, false, false);
  const contents = !isKnown
    ? [withGroups, withoutGroups, ownTable]
    : major < 2
      ? [ownTable, withGroups, withoutGroups]
      : major === 2 && (minor ?? 0) < 3
        ? [withGroups, withoutGroups]
        : [withGroups];
  const written = contents.map((content) => pythonJson(content, PLAIN_SEPARATORS));
  return written.every((text) => text !== null) ? written.map(sha256) : null;
}

function poetryContent(pyproject: TomlTable, standard: boolean, withGroups: boolean): TomlTable {
  const project = standard ? picked(tomlAt(pyproject, 'project'), PROJECT_KEYS) : new Map<string, unknown>();
  const groups = withGroups ? tomlAt(pyproject, 'dependency-groups') : undefined;
  const hasGroups = groups instanceof Map && groups.size > 0;
  const isLegacy = project.size === 0 && !hasGroups;
  const own = picked(tomlAt(pyproject, 'tool', 'poetry'), [...LEGACY_KEYS, 'group']);
  if (isLegacy) {
    for (const key of LEGACY_KEYS) if (!own.has(key)) own.set(key, null);
    return own;
  }
  const content = new Map<string, unknown>();
  if (project.size > 0) content.set('project', project);
  if (hasGroups) content.set('dependency-groups', groups);
  return content.set('tool', new Map([['poetry', own]]));
}

function picked(table: unknown, keys: readonly string[]): Map<string, unknown> {
  return new Map(
    keys.flatMap((key) => {
      const value = tomlAt(table, key);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

/**
 * The hash of a Pipfile as Pipenv has it (plette's `Pipfile.get_hash`). `lockSources`: what the lock says of sources,
 * for a Pipfile that names none. Null where it cannot be computed.
 */
export function pipfileHash(pipfile: TomlTable, lockSources: unknown): string | null {
  const content = new Map<string, unknown>([
    [
      '_meta',
      new Map([
        ['sources', pipfile.get('source') ?? lockSources],
        ['requires', pipfile.get('requires') ?? new Map()],
      ]),
    ],
    ['default', pipfile.get('packages') ?? new Map()],
    ['develop', pipfile.get('dev-packages') ?? new Map()],
  ]);
  for (const key of pipfileCategories(pipfile)) content.set(key, pipfile.get(key));
  const text = pythonJson(content, COMPACT_SEPARATORS);
  return text === null ? null : sha256(text);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
