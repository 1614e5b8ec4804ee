import { randomUUID } from 'node:crypto';
import { readArchiveMembers } from '../../../io/archive-tar.ts';
import type { World } from '../../../io/world.ts';
import { runInSandbox, type BuildInputs } from './build-sandbox.ts';
import { pipFacts, programsOnPath } from './default-index.ts';
import type { IndexHttp } from './index-http.ts';
import type { IndexSource } from './index-source.ts';
import type { FileToRead, MetadataSource, SourceAnswer } from './metadata-chain.ts';
import { sdistBytes } from './metadata-from-sdist.ts';
import { parseCoreMetadata } from './metadata-file.ts';
import { parseRequirement } from './requirement.ts';
import { isProblem } from './syntax-problem.ts';
import { readTomlTable, tomlAt, tomlString, tomlStrings } from '../../../io/toml-table.ts';

/** PEP 518: what a project without [build-system] is built with. */
const LEGACY = {
  requires: ['setuptools>=40.8.0', 'wheel'],
  backend: 'setuptools.build_meta:__legacy__',
  backendPath: [],
};

interface BuildSystem {
  readonly requires: readonly string[];
  readonly backend: string;
  readonly backendPath: readonly string[];
}

/**
 * PEP 517 `prepare_metadata_for_build_wheel`, in a sandbox without network. Its build requirements are installed
 * beforehand, outside, from wheels alone, which runs none of their code. Only to be used under `--allow-build`.
 */
export function metadataFromBuild(
  world: World,
  http: IndexHttp,
  indexes: readonly IndexSource[],
): MetadataSource {
  return async (file) => {
    const [bubblewrap] = await programsOnPath(world, ['bwrap']);
    const python = await pipFacts(world);
    if (bubblewrap === undefined)
      return none(file, 'bubblewrap (bwrap) is not installed, and without it nothing is run');
    if (python === null) return none(file, 'no Python with pip is installed');
    const bytes = await sdistBytes(http, world.files, file);
    if (!(bytes instanceof Uint8Array)) return bytes;
    const system = await buildSystem(bytes);
    if (typeof system === 'string') return none(file, system);
    const scratch = `${world.environment['TMPDIR'] || '/tmp'}/fettle-build-${randomUUID()}`;
    const inputs: BuildInputs = {
      ...system,
      pythonPrefix: python.sitePrefix,
      environment: `${scratch}/environment`,
      archive: `${scratch}/sdist`,
    };
    try {
      await world.files.makeDirectory(inputs.environment);
      await world.files.writeAtomic(inputs.archive, bytes);
      return await build(world, file, bubblewrap, inputs, {
        system,
        indexes,
        interpreter: python.interpreter,
      });
    } finally {
      await world.files.remove(scratch);
    }
  };
}

interface Installing {
  readonly system: BuildSystem;
  readonly indexes: readonly IndexSource[];
  readonly interpreter: string;
}

async function build(
  world: World,
  file: FileToRead,
  bubblewrap: string,
  inputs: BuildInputs,
  installing: Installing,
): Promise<SourceAnswer> {
  const failed = await install(world, inputs.environment, installing.system.requires, installing);
  if (failed !== null) return none(file, failed);
  const asked = lastJson((await runInSandbox(world, bubblewrap, inputs, 'requires')).stdout);
  const more = tomlStrings(asked?.get('requires')) ?? [];
  const failedMore = await install(world, inputs.environment, more, installing);
  if (failedMore !== null) return none(file, failedMore);
  const result = await runInSandbox(world, bubblewrap, inputs, 'metadata');
  const answer = lastJson(result.stdout);
  if (result.exitCode !== 0 || answer === null)
    return none(
      file,
      result.timedOut ? 'its build took too long' : `its build failed: ${lastLine(result.stderr)}`,
    );
  const text = answer.get('metadata');
  if (typeof text !== 'string')
    return none(file, 'its build backend cannot tell metadata without building all');
  const core = parseCoreMetadata(Buffer.from(text));
  const version = answer.get('python');
  return core === null
    ? none(file, 'its build gave metadata without name and version')
    : {
        kind: 'found',
        core,
        source: `build (Python ${typeof version === 'string' ? version.slice(0, 10) : 'unknown'})`,
      };
}

/** Null when it went well. Credentials go by the environment: arguments are visible to others. */
async function install(
  world: World,
  folder: string,
  requires: readonly string[],
  { indexes, interpreter }: Installing,
): Promise<string | null> {
  if (requires.length === 0) return null;
  const foreign = requires.find((text) => {
    const parsed = parseRequirement(text);
    return isProblem(parsed) || parsed.url !== null;
  });
  if (foreign !== undefined)
    return `it needs "${foreign.slice(0, 100)}" for its build, which is not installed from an index`;
  const [primary, ...others] = indexes.map(withCredentials);
  const result = await world.processes.run({
    command: [
      ...([
        interpreter,
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--no-input',
      ] as const),
      ...['--only-binary', ':all:', '--upgrade', '--target', folder, '--', ...requires],
    ],
    cwd: folder,
    environment: {
      ...passedOn(world),
      ...(primary === undefined ? { PIP_NO_INDEX: '1' } : { PIP_INDEX_URL: primary }),
      ...(others.length === 0 ? {} : { PIP_EXTRA_INDEX_URL: others.join(' ') }),
    },
    timeoutMs: 180_000,
  });
  return result.exitCode === 0
    ? null
    : `what its build needs (${requires.join(', ').slice(0, 200)}) cannot be installed from wheels`;
}

/** What pip and its connection need; nothing else of the environment reaches it. */
function passedOn(world: World): Readonly<Record<string, string>> {
  const kept =
    /^(PATH|HOME|PYENV_\w+|PIP_(CERT|FIND_LINKS|DEFAULT_TIMEOUT|PROXY)|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY)$/;
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(world.environment))
    if (value !== undefined && kept.test(name)) passed[name] = value;
  return passed;
}

function withCredentials({ url, credentials }: IndexSource): string {
  if (credentials === null) return url;
  const whole = new URL(url);
  whole.username = encodeURIComponent(credentials.username);
  whole.password = encodeURIComponent(credentials.password);
  return whole.href;
}

/** `[build-system]` of the sdist's pyproject.toml (PEP 517, 518), or why it cannot be used. */
async function buildSystem(archive: Uint8Array): Promise<BuildSystem | string> {
  const members = await readArchiveMembers(archive, (path) => /^[^/]+\/pyproject\.toml$/.test(path));
  if ('kind' in members) return members.message;
  const [bytes] = members.values();
  if (bytes === undefined) return LEGACY;
  const table = readTomlTable(new TextDecoder().decode(bytes));
  if (table === null) return 'its pyproject.toml is not valid TOML';
  if (tomlAt(table, 'build-system') === undefined) return LEGACY;
  const requires = tomlStrings(tomlAt(table, 'build-system', 'requires'));
  if (requires === null) return 'its pyproject.toml does not say what its build requires';
  return {
    requires,
    backend: tomlString(table, 'build-system', 'build-backend') ?? LEGACY.backend,
    backendPath: tomlStrings(tomlAt(table, 'build-system', 'backend-path')) ?? [],
  };
}

/** The driver's answer is the last line; hostile keys stay keys of a Map. */
function lastJson(output: string): ReadonlyMap<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(output.trim().split('\n').at(-1) ?? '');
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function lastLine(text: string): string {
  return JSON.stringify(text.trim().split('\n').at(-1)?.slice(0, 200) ?? '');
}

/** Not lasting: what is missing on this machine, or failed in this build, may be there tomorrow. */
function none(file: FileToRead, why: string): SourceAnswer {
  return { kind: 'none', why: `${file.filename} was not built: ${why}`, lasting: false };
}
