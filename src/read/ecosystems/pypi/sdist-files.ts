import { isIniProblem, parseIni } from './ini-file.ts';
import { parseCoreMetadata, tellsDynamic, type CoreMetadata } from './metadata-file.ts';
import { normalizeName } from './name.ts';
import { parseRequiresTxt, underConditions } from './requires-txt.ts';
import { readTomlTable, tomlAt, tomlString, tomlStrings, type TomlTable } from '../../../io/toml-table.ts';

/** Whether an archive's path, below its top folder, is one that tells about dependencies. */
export function isTellingPath(path: string): boolean {
  return /^(PKG-INFO|setup\.cfg|setup\.py|pyproject\.toml|(?:[^/]+\/){0,2}[^/]+\.egg-info\/(requires\.txt|PKG-INFO))$/.test(
    path,
  );
}

/** The source of metadata that a setup.py wrote where the sdist was made. */
export const EGG_INFO = 'sdist egg-info';

/** What an sdist's own files tell without running any of them, and which file told. */
export interface SdistAnswer {
  readonly core: CoreMetadata;
  readonly source: string;
}

/** Name and version of the sdist, for the files that do not say them. */
export interface SdistIdentity {
  readonly name: string;
  readonly version: string;
}

/**
 * Metadata from the files of an sdist, by path below its top folder. In turn: PKG-INFO of 2.2 or later with its
 * dependencies not dynamic (PEP 643); `[project]` of pyproject.toml where they are static (PEP 621); what setuptools
 * noted in *.egg-info; setup.cfg where no setup.py could add to it. A string says why none of them tells.
 */
export function sdistMetadata(
  files: ReadonlyMap<string, Uint8Array>,
  identity: SdistIdentity,
): SdistAnswer | string {
  const info = files.get('PKG-INFO');
  const core = info === undefined ? null : parseCoreMetadata(info);
  if (core !== null && tellsDynamic(core.metadataVersion) && !isDynamic(core))
    return { core, source: 'sdist PKG-INFO' };
  const base = core ?? nothingOf(identity);
  return (
    fromPyproject(files, base) ?? fromEggInfo(files, base, identity) ?? fromSetupCfg(files, base) ?? UNTOLD
  );
}

const UNTOLD = 'its source distribution tells its dependencies only when it is built';

function isDynamic(core: CoreMetadata): boolean {
  return core.dynamic.includes('requires-dist') || core.dynamic.includes('provides-extra');
}

function nothingOf({ name, version }: SdistIdentity): CoreMetadata {
  return {
    metadataVersion: '1.0',
    name,
    version,
    requiresDist: [],
    requiresPython: null,
    providesExtra: [],
    classifiers: [],
    dynamic: [],
  };
}

function fromPyproject(files: ReadonlyMap<string, Uint8Array>, base: CoreMetadata): SdistAnswer | null {
  const table = readTable(files.get('pyproject.toml'));
  const project = tomlAt(table, 'project');
  if (!(project instanceof Map)) return null;
  const dynamic = tomlStrings(tomlAt(project, 'dynamic') ?? []);
  if (dynamic === null || dynamic.includes('dependencies') || dynamic.includes('optional-dependencies'))
    return null;
  const dependencies = tomlStrings(tomlAt(project, 'dependencies') ?? []);
  const optional: unknown = tomlAt(project, 'optional-dependencies') ?? new Map();
  if (dependencies === null || !(optional instanceof Map)) return null;
  const requiresDist = [...dependencies];
  const extras: string[] = [];
  for (const [extra, value] of optional as TomlTable) {
    const requirements = tomlStrings(value);
    if (requirements === null) return null;
    extras.push(extra);
    requiresDist.push(...requirements.map((text) => underConditions(text, extra, '')));
  }
  const requiresPython = tomlString(project, 'requires-python') ?? base.requiresPython;
  return {
    core: { ...base, requiresDist, providesExtra: extras, requiresPython },
    source: 'sdist pyproject.toml',
  };
}

/**
 * setuptools writes requires.txt into its *.egg-info whenever there is a requirement: an egg-info with PKG-INFO
 * and without it says that there is none. An egg-info of another project (a vendored one) does not count.
 */
function fromEggInfo(
  files: ReadonlyMap<string, Uint8Array>,
  base: CoreMetadata,
  identity: SdistIdentity,
): SdistAnswer | null {
  for (const [path, bytes] of files) {
    const folder = /^(?:.*\/)?([^/]+)\.egg-info\/PKG-INFO$/.exec(path);
    if (folder === null || normalizeName(folder[1]!) !== identity.name) continue;
    const noted = files.get(path.replace(/PKG-INFO$/, 'requires.txt'));
    const { requiresDist, extras } = parseRequiresTxt(
      noted === undefined ? '' : new TextDecoder().decode(noted),
    );
    const own = parseCoreMetadata(bytes) ?? base;
    const providesExtra = [...new Set([...own.providesExtra, ...extras])];
    const requiresPython = own.requiresPython ?? base.requiresPython;
    const { name, version } = base;
    return {
      core: { ...own, name, version, requiresDist, providesExtra, requiresPython },
      source: EGG_INFO,
    };
  }
  return null;
}

function fromSetupCfg(files: ReadonlyMap<string, Uint8Array>, base: CoreMetadata): SdistAnswer | null {
  const bytes = files.get('setup.cfg');
  const script = files.get('setup.py');
  if (bytes === undefined || (script !== undefined && addsRequirements(script))) return null;
  const file = parseIni(new TextDecoder().decode(bytes));
  if (isIniProblem(file)) return null;
  const options = file.get('options');
  const extras =
    file.get('options.extras-require') ?? file.get('options.extras_require') ?? new Map<string, string>();
  // Without [options] the file configures other tools, and says nothing of dependencies.
  if (options === undefined) return null;
  const values = [options.get('install-requires') ?? '', ...extras.values()];
  if (values.some((value) => value.startsWith('file:') || value.includes('%('))) return null;
  const requiresDist = [
    ...listOf(values[0]!),
    ...[...extras].flatMap(([extra, value]) => listOf(value).map((text) => underExtra(text, extra))),
  ];
  const names = [...extras.keys()]
    .map((extra) => extra.split(':')[0]!.trim())
    .filter((extra) => extra !== '');
  return {
    core: {
      ...base,
      requiresDist,
      providesExtra: [...new Set(names)],
      requiresPython: options.get('python-requires') ?? base.requiresPython,
    },
    source: 'sdist setup.cfg',
  };
}

/** A setup.py that only calls setup() leaves everything to setup.cfg. */
function addsRequirements(script: Uint8Array): boolean {
  return /requires|extras|setup_cfg|distutils/.test(new TextDecoder().decode(script));
}

function underExtra(requirement: string, section: string): string {
  const [extra, ...marker] = section.split(':');
  return underConditions(requirement, extra!.trim(), marker.join(':').trim());
}

/** One a line, or with ";" between them on one line, as setuptools has it. */
function listOf(value: string): readonly string[] {
  return value
    .split(value.includes('\n') ? '\n' : /;(?!\s*(?:python_|sys_|platform_|os_|implementation_|extra))/)
    .map((text) => text.trim())
    .filter((text) => text !== '' && !text.startsWith('#'));
}

function readTable(bytes: Uint8Array | undefined): TomlTable | null {
  return bytes === undefined ? null : readTomlTable(new TextDecoder().decode(bytes));
}
