import type { PackageName } from '../../domain/package-name.ts';
import { tomlAt } from '../../io/toml-table.ts';
import type { TomlTable } from '../../io/toml-table.ts';
import type { Ecosystem } from '../../read/ecosystems/ecosystem.ts';
import { pipfileCategories } from '../../read/manifests/locks/pipfile-categories.ts';

/** Tables with packages: name in the Pipfile, and in its lock. */
export function sectionsOf(pipfile: TomlTable): ReadonlyMap<string, string> {
  return new Map([
    ['packages', 'default'],
    ['dev-packages', 'develop'],
    ...pipfileCategories(pipfile).map((key): [string, string] => [key, key]),
  ]);
}

/** A package as it is pinned for one section of the lock. */
export interface PipfilePin {
  readonly version: string;
  readonly extras: readonly string[];
}

/**
 * A Pipfile that pins every package: sources and requirements of the old one, its lines with their extras, markers and index, and
 * the others besides. Lines that refer to a repository or a folder are left out, for reading what they need is a build.
 */
export function pinnedPipfile(
  pipfile: TomlTable,
  defaultSources: unknown,
  pins: ReadonlyMap<string, ReadonlyMap<PackageName, PipfilePin>>,
  rules: Pick<Ecosystem, 'name'>,
): string {
  const sources = pipfile.get('source') ?? defaultSources;
  const lines = (Array.isArray(sources) ? (sources as unknown[]) : []).map(
    (source) => `[[source]]\n${pairs(source)}`,
  );
  for (const key of ['requires', 'pipenv'])
    if (pipfile.has(key)) lines.push(`[${key}]\n${pairs(pipfile.get(key))}`);
  for (const [key, section] of sectionsOf(pipfile)) {
    const table = new Map<string, unknown>();
    const left = new Map(pins.get(section) ?? []);
    for (const [written, line] of entriesOf(pipfile.get(key))) {
      const name = rules.name(written);
      const pin = typeof name === 'string' ? left.get(name) : undefined;
      if (typeof name === 'string') left.delete(name);
      if (isReference(line)) continue;
      table.set(written, pin === undefined ? line : pinnedLine(line, pin));
    }
    for (const [name, pin] of left) table.set(name, pinnedLine('*', pin));
    lines.push(`[${tomlKey(key)}]\n${pairs(table)}`);
  }
  return lines.join('\n');
}

/** A line of a Pipfile that names a repository, a folder or an archive instead of a version. */
export function isReference(line: unknown): boolean {
  return ['git', 'hg', 'svn', 'bzr', 'path', 'file', 'editable', 'ref'].some(
    (key) => tomlAt(line, key) !== undefined,
  );
}

function pinnedLine(line: unknown, { version, extras }: PipfilePin): unknown {
  if (line instanceof Map) return new Map([...(line as TomlTable), ['version', `==${version}`]]);
  if (extras.length === 0) return `==${version}`;
  return new Map<string, unknown>([
    ['version', `==${version}`],
    ['extras', extras],
  ]);
}

export function entriesOf(table: unknown): readonly (readonly [string, unknown])[] {
  return table instanceof Map ? [...(table as TomlTable)] : [];
}

function pairs(table: unknown): string {
  return entriesOf(table)
    .map(([key, value]) => `${tomlKey(key)} = ${tomlValue(value)}\n`)
    .join('');
}

function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
}

/** TOML's basic strings take all escapes that JSON writes. */
function tomlValue(value: unknown): string {
  if (Array.isArray(value)) return `[${(value as readonly unknown[]).map(tomlValue).join(', ')}]`;
  if (value instanceof Map)
    return `{${entriesOf(value)
      .map(([key, item]) => `${tomlKey(key)} = ${tomlValue(item)}`)
      .join(', ')}}`;
  return typeof value === 'string' ? JSON.stringify(value).replaceAll('\u007f', '\\u007f') : String(value);
}
