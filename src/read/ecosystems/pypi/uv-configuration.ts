import { UserFacingError } from '../../../domain/errors.ts';
import type { Files } from '../../../io/files.ts';
import type { World } from '../../../io/world.ts';
import {
  readTomlTable,
  tomlAt,
  tomlProblem,
  tomlString,
  tomlStrings,
  type TomlTable,
} from '../../../io/toml-table.ts';
import { withMaskedCredentials } from '../../../io/url-credentials.ts';
import type { FoundSetting } from './index-source.ts';

/** One index of uv's, with the name under which `[tool.uv.sources]` and variables speak of it. */
export interface UvIndex extends FoundSetting {
  readonly name: string | null;
  /** Asked only for packages that name it in `[tool.uv.sources]`. */
  readonly explicit: boolean;
}

/** uv's settings that decide where distributions come from: indexes in the order in which uv asks them. */
export interface UvConfiguration {
  readonly indexes: readonly UvIndex[];
  /** Replaces uv's own default, which is asked last. */
  readonly defaultIndex: UvIndex | null;
  readonly findLinks: readonly FoundSetting[];
  readonly noIndex: FoundSetting | null;
  /** `unsafe-best-match` and `unsafe-first-match` look at every index, as pip does. */
  readonly mergesIndexes: boolean;
  /** As pip's --no-binary and --only-binary: names and ":all:". */
  readonly noBinary: readonly string[];
  readonly onlyBinary: readonly string[];
  /** Package name as written to the names of its indexes (`[tool.uv.sources]`). */
  readonly sources: ReadonlyMap<string, readonly string[]>;
}

const MAX_BYTES = 4 << 20;

/**
 * uv's configuration for the project at `root`, or null where the project does not use uv: it has neither `uv.lock`,
 * `uv.toml` nor `[tool.uv]`. Variables come before the project's file, that before the user's and the system's;
 * `uv.toml` replaces `[tool.uv]` of the same folder.
 */
export async function readUvConfiguration(world: World, root: string): Promise<UvConfiguration | null> {
  const pyproject = await readTable(world.files, `${root}/pyproject.toml`);
  const inPyproject = tomlAt(pyproject, 'tool', 'uv');
  const uvToml = await readTable(world.files, `${root}/uv.toml`);
  const usesUv =
    uvToml !== null || inPyproject instanceof Map || (await world.files.realPath(`${root}/uv.lock`)) !== null;
  if (!usesUv) return null;
  const layers = [fromEnvironment(world)];
  if (uvToml !== null) layers.push(fromTable(uvToml, `${root}/uv.toml`));
  else if (inPyproject instanceof Map)
    layers.push(fromTable(inPyproject as TomlTable, `${root}/pyproject.toml`));
  for (const path of outerFiles(world)) {
    const table = await readTable(world.files, path);
    if (table !== null) layers.push(fromTable(table, path));
  }
  return { ...combine(layers), sources: sourcesOf(inPyproject) };
}

interface Layer {
  readonly indexes: readonly UvIndex[];
  readonly defaultIndex: UvIndex | null;
  readonly findLinks: readonly FoundSetting[];
  readonly noIndex: FoundSetting | null;
  readonly strategy: string | null;
  readonly noBinary: readonly string[];
  readonly onlyBinary: readonly string[];
}

function combine(layers: readonly Layer[]): Omit<UvConfiguration, 'sources'> {
  const strategy = layers.map((layer) => layer.strategy).find((found) => found !== null);
  return {
    indexes: layers.flatMap((layer) => layer.indexes),
    defaultIndex: layers.find((layer) => layer.defaultIndex !== null)?.defaultIndex ?? null,
    findLinks: layers.flatMap((layer) => layer.findLinks),
    noIndex: layers.find((layer) => layer.noIndex !== null)?.noIndex ?? null,
    noBinary: layers.flatMap((layer) => layer.noBinary),
    onlyBinary: layers.flatMap((layer) => layer.onlyBinary),
    mergesIndexes: strategy === 'unsafe-best-match' || strategy === 'unsafe-first-match',
  };
}

function fromEnvironment(world: World): Layer {
  const variable = (name: string): FoundSetting[] =>
    (world.environment[name] ?? '')
      .split(/\s+/)
      .filter((value) => value !== '')
      .map((value) => ({ value, readFrom: name }));
  const fallback = [...variable('UV_DEFAULT_INDEX'), ...variable('UV_INDEX_URL')][0];
  return {
    indexes: [...variable('UV_INDEX'), ...variable('UV_EXTRA_INDEX_URL')].map(named),
    defaultIndex: fallback === undefined ? null : named(fallback),
    findLinks: (world.environment['UV_FIND_LINKS'] ?? '')
      .split(',')
      .filter((value) => value.trim() !== '')
      .map((value) => ({ value: value.trim(), readFrom: 'UV_FIND_LINKS' })),
    noIndex: isOn(world.environment['UV_NO_INDEX']) ? { value: 'true', readFrom: 'UV_NO_INDEX' } : null,
    strategy: world.environment['UV_INDEX_STRATEGY'] || null,
    noBinary: isOn(world.environment['UV_NO_BINARY']) ? [':all:'] : [],
    onlyBinary: isOn(world.environment['UV_NO_BUILD']) ? [':all:'] : [],
  };
}

function isOn(value: string | undefined): boolean {
  return /^(1|t|true|y|yes|on)$/i.test(value ?? '');
}

/** uv takes `name=URL` wherever it takes an index on the command line or in a variable. */
function named(setting: FoundSetting): UvIndex {
  const match = /^([A-Za-z0-9._-]+)=(.+)$/.exec(setting.value);
  return match
    ? { value: match[2]!, name: match[1]!, readFrom: setting.readFrom, explicit: false }
    : { ...setting, name: null, explicit: false };
}

function fromTable(table: TomlTable, readFrom: string): Layer {
  const entries = tomlAt(table, 'index');
  const indexes: UvIndex[] = [];
  let defaultIndex: UvIndex | null = null;
  for (const entry of Array.isArray(entries) ? (entries as unknown[]) : []) {
    const url = tomlString(entry, 'url');
    if (url === null) continue;
    const index = {
      value: url,
      name: tomlString(entry, 'name'),
      explicit: tomlAt(entry, 'explicit') === true,
      readFrom,
    };
    if (tomlAt(entry, 'default') === true) defaultIndex ??= index;
    else indexes.push(index);
  }
  const old = [...settings(table, 'extra-index-url', readFrom)].map(named);
  const oldDefault = tomlString(table, 'index-url') ?? tomlString(table, 'pip', 'index-url');
  if (oldDefault !== null) defaultIndex ??= named({ value: oldDefault, readFrom });
  return {
    indexes: [...indexes, ...old],
    defaultIndex,
    findLinks: settings(table, 'find-links', readFrom),
    noIndex: tomlAt(table, 'no-index') === true ? { value: 'true', readFrom } : null,
    strategy: tomlString(table, 'index-strategy'),
    noBinary: switched(table, 'no-binary'),
    onlyBinary: switched(table, 'no-build'),
  };
}

/** `no-build = true` is ":all:"; `no-build-package` lists names. */
function switched(table: TomlTable, key: string): readonly string[] {
  const named = tomlStrings(tomlAt(table, `${key}-package`)) ?? [];
  return tomlAt(table, key) === true ? [':all:', ...named] : named;
}

/** A list setting of the table itself, else the same one of its `[pip]` table. */
function settings(table: TomlTable, key: string, readFrom: string): readonly FoundSetting[] {
  const values = tomlStrings(tomlAt(table, key)) ?? tomlStrings(tomlAt(table, 'pip', key)) ?? [];
  return values.map((value) => ({ value, readFrom }));
}

function sourcesOf(table: unknown): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const sources = tomlAt(table, 'sources');
  if (!(sources instanceof Map)) return found;
  for (const [name, value] of sources as TomlTable) {
    const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
    const indexes = entries.map((entry) => tomlString(entry, 'index')).filter((index) => index !== null);
    if (indexes.length > 0) found.set(name, indexes);
  }
  return found;
}

function outerFiles(world: World): readonly string[] {
  const home = world.environment['HOME'] ?? '';
  const configHome = world.environment['XDG_CONFIG_HOME'] || (home === '' ? '' : `${home}/.config`);
  const system = (world.environment['XDG_CONFIG_DIRS'] || '/etc/xdg')
    .split(':')
    .map((folder) => `${folder}/uv/uv.toml`);
  return [...(configHome === '' ? [] : [`${configHome}/uv/uv.toml`]), ...system, '/etc/uv/uv.toml'].filter(
    (path) => path.startsWith('/'),
  );
}

async function readTable(files: Files, path: string): Promise<TomlTable | null> {
  const bytes = await files.read(path, MAX_BYTES);
  if (bytes === null) return null;
  const text = new TextDecoder().decode(bytes);
  const table = readTomlTable(text);
  if (table === null) throw notToml(path, text);
  return table;
}

/** With the place, as for every other file that the user can mend. */
function notToml(path: string, text: string): UserFacingError {
  const { message, offset } = tomlProblem(text) ?? { message: 'a value stands twice', offset: 0 };
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  const sourceLine = withMaskedCredentials(text.split(/\r\n|\n|\r/)[before.length - 1]!);
  const column = before.at(-1)!.length + 1;
  const why = sourceLine.startsWith('<<<<<<<') ? 'a merge conflict is left in the file' : message;
  return new UserFacingError('invalid-file', `${path} is not valid TOML: ${why}`, {
    hint: 'its index settings cannot be read; mend the file, or name the index with --index-url',
    at: { span: { file: path, start: offset, end: offset + 1, line: before.length, column }, sourceLine },
  });
}
