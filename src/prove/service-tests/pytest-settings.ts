import { readTomlTable, tomlAt } from '../../io/toml-table.ts';
import type { World } from '../../io/world.ts';

/** What pytest's settings say of where tests are. */
export interface PytestSettings {
  /** File name in the service's folder. */
  readonly file: string;
  readonly testpaths: readonly string[];
  readonly pythonFiles: readonly string[];
}

const MAX_BYTES = 1024 * 1024;
/** pytest's own order ("Configuration file formats"); the first that has the section is the only one that is read. */
const PLACES: readonly (readonly [file: string, section: readonly string[], whole: boolean])[] = [
  ['pytest.toml', ['pytest'], true],
  ['.pytest.toml', ['pytest'], true],
  ['pytest.ini', ['pytest'], true],
  ['.pytest.ini', ['pytest'], true],
  ['pyproject.toml', ['tool', 'pytest'], false],
  ['tox.ini', ['pytest'], false],
  ['setup.cfg', ['tool:pytest'], false],
];

/** Null where no file of the folder holds settings of pytest. */
export async function readPytestSettings(
  files: World['files'],
  folder: string,
): Promise<PytestSettings | null> {
  for (const [file, section, whole] of PLACES) {
    const bytes = await files.read(`${folder}/${file}`, MAX_BYTES);
    if (bytes === null) continue;
    const text = Buffer.from(bytes).toString('utf8');
    const table = file.endsWith('.toml') ? tomlSection(text, section) : iniSection(text, section[0]!);
    if (table === null && !whole) continue;
    return {
      file,
      testpaths: words(table?.get('testpaths')),
      pythonFiles: words(table?.get('python_files')),
    };
  }
  return null;
}

/** `[tool.pytest]` of pyproject.toml holds the settings since pytest 9, `ini_options` in it before. */
function tomlSection(text: string, path: readonly string[]): ReadonlyMap<string, unknown> | null {
  const table = tomlAt(readTomlTable(text), ...path);
  if (!(table instanceof Map)) return null;
  const older: unknown = table.get('ini_options');
  return older instanceof Map ? older : path[0] === 'tool' && table.size === 0 ? null : table;
}

/** One section of an ini file: `key = value` or `key: value`, going on in the indented lines below it. */
export function iniSection(text: string, section: string): ReadonlyMap<string, string> | null {
  let found: Map<string, string> | null = null;
  let [inside, key] = [false, ''];
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    if (line.startsWith('[') && trimmed.endsWith(']')) {
      inside = trimmed.slice(1, -1).trim() === section;
      if (inside) found ??= new Map();
      key = '';
    } else if (inside && /^[ \t]/.test(line) && key !== '') {
      found!.set(key, `${found!.get(key)}\n${trimmed}`);
    } else if (inside) {
      const at = trimmed.search(/[=:]/);
      key = at < 0 ? '' : trimmed.slice(0, at).trim();
      if (key !== '') found!.set(key, trimmed.slice(at + 1).trim());
    }
  }
  return found;
}

function words(value: unknown): readonly string[] {
  const texts: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
  return texts
    .flatMap((text) => (typeof text === 'string' ? text.split(/\s+/) : []))
    .map((word) => word.replace(/^["']|["']$/g, ''))
    .filter((word) => word !== '');
}
