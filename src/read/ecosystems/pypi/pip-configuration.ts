import { UserFacingError } from '../../../domain/errors.ts';
import type { World } from '../../../io/world.ts';
import type { FoundSetting } from './index-source.ts';
import { isIniProblem, parseIni } from './ini-file.ts';

/** pip's settings that decide where distributions come from. Lists are in pip's own order. */
export interface PipConfiguration {
  readonly indexUrl: FoundSetting | null;
  readonly extraIndexUrls: readonly FoundSetting[];
  readonly findLinks: readonly FoundSetting[];
  readonly noIndex: FoundSetting | null;
  /** Names, ":all:" or ":none:". */
  readonly noBinary: readonly string[];
  readonly onlyBinary: readonly string[];
}

type Options = Map<string, FoundSetting>;

const MAX_BYTES = 1 << 20;

/**
 * pip's configuration as `pip install` sees it: files in the order that `pip config debug` shows (global, user, site,
 * PIP_CONFIG_FILE), a later one overriding an earlier one key by key; in each, `[global]` before `[install]`; last the
 * PIP_* variables. An empty variable counts as not set, as in pip.
 * `sitePrefix` is the interpreter's `sys.prefix`, or null where it is not known.
 */
export async function readPipConfiguration(
  world: World,
  sitePrefix: string | null,
): Promise<PipConfiguration> {
  const sections = new Map<string, Options>([
    ['global', new Map()],
    ['install', new Map()],
  ]);
  for (const path of configurationFiles(world, sitePrefix)) {
    const bytes = await world.files.read(path, MAX_BYTES);
    if (bytes === null) continue;
    for (const [section, options] of readOptions(new TextDecoder().decode(bytes), path))
      for (const [key, setting] of options) sections.get(section)?.set(key, setting);
  }
  const options: Options = new Map([
    ...sections.get('global')!,
    ...sections.get('install')!,
    ...fromEnvironment(world),
  ]);
  return {
    indexUrl: options.get('index-url') ?? null,
    extraIndexUrls: words(options.get('extra-index-url')),
    findLinks: words(options.get('find-links')),
    noIndex: truth(options.get('no-index')),
    noBinary: names(options.get('no-binary')),
    onlyBinary: names(options.get('only-binary')),
  };
}

/** Every place in which pip looks, lowest rank first; PIP_CONFIG_FILE naming the null device turns all files off. */
export function configurationFiles(world: World, sitePrefix: string | null): readonly string[] {
  const env = world.environment;
  const explicit = env['PIP_CONFIG_FILE'] ?? '';
  if (explicit === '/dev/null') return [];
  const home = env['HOME'] ?? '';
  const configHome = env['XDG_CONFIG_HOME'] || (home === '' ? '' : `${home}/.config`);
  const site = env['VIRTUAL_ENV'] || sitePrefix;
  return [
    ...(env['XDG_CONFIG_DIRS'] || '/etc/xdg').split(':').map((folder) => `${folder}/pip/pip.conf`),
    '/etc/pip.conf',
    ...(home === '' ? [] : [`${home}/.pip/pip.conf`]),
    ...(configHome === '' ? [] : [`${configHome}/pip/pip.conf`]),
    ...(site ? [`${site}/pip.conf`] : []),
    ...(explicit === '' ? [] : [explicit]),
  ].filter((path) => path.startsWith('/'));
}

function fromEnvironment(world: World): Options {
  const found: Options = new Map();
  for (const [name, value] of Object.entries(world.environment)) {
    if (!name.startsWith('PIP_') || value === undefined || value === '') continue;
    found.set(name.slice(4).toLowerCase().replaceAll('_', '-'), { value, readFrom: name });
  }
  return found;
}

function readOptions(text: string, path: string): ReadonlyMap<string, Options> {
  const file = parseIni(text);
  if (isIniProblem(file))
    throw new UserFacingError(
      'invalid-file',
      `${path}, line ${file.line}: expected [section] or key = value`,
      { hint: 'pip stops at this line too: mend it, or set PIP_CONFIG_FILE to the null device' },
    );
  const sections = new Map<string, Options>();
  for (const [name, options] of file)
    sections.set(name, new Map([...options].map(([key, value]) => [key, { value, readFrom: path }])));
  return sections;
}

function words(setting: FoundSetting | undefined): readonly FoundSetting[] {
  if (setting === undefined) return [];
  return setting.value
    .split(/\s+/)
    .filter((value) => value !== '')
    .map((value) => ({ value, readFrom: setting.readFrom }));
}

function names(setting: FoundSetting | undefined): readonly string[] {
  return (setting?.value ?? '').split(/[\s,]+/).filter((name) => name !== '');
}

/** Python's strtobool, which pip uses for switches. */
function truth(setting: FoundSetting | undefined): FoundSetting | null {
  return setting && /^(y|yes|t|true|on|1)$/i.test(setting.value) ? setting : null;
}
