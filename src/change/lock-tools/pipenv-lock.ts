import { join, posix } from 'node:path';
import type { PackageName } from '../../domain/package-name.ts';
import { readTomlTable, tomlAt, tomlString, tomlStrings } from '../../io/toml-table.ts';
import type { TomlTable } from '../../io/toml-table.ts';
import type { Workplace } from '../../io/workplace.ts';
import type { World } from '../../io/world.ts';
import { programsOnPath } from '../../read/ecosystems/pypi/default-index.ts';
import { pipfileHash } from '../../read/manifests/locks/content-hash.ts';
import { lockedRows } from '../lock-file/locked-rows.ts';
import type { LockedRow } from '../lock-file/locked-rows.ts';
import { differences, differenceText, lockedVersion } from './locked-version.ts';
import type { LockedVersion } from './locked-version.ts';
import { mergedLock, sectionsOfPackages } from './pipenv-merge.ts';
import { entriesOf, pinnedPipfile, sectionsOf } from './pipfile.ts';
import type { PipfilePin } from './pipfile.ts';
import { pipenvJson, readJsonTable } from './pipenv-json.ts';
import { refused } from './relock-request.ts';
import type { Relocked, RelockRequest, RelockSettings } from './relock-request.ts';
import { inScratchProject } from './scratch-project.ts';
import type { ScratchProject } from './scratch-project.ts';
import { inToolSandbox } from './tool-sandbox.ts';
import { runTool, toolEnvironment } from './tool-run.ts';
import type { ToolRun } from './tool-run.ts';

const HINT = 'run pipenv lock in the project to see all that it says';

/**
 * Pipfile.lock rewritten: `pipenv lock` on a Pipfile in a copy that pins every package of the plan, and from what it writes the
 * entries of what moved, merged into the old lock. `pipenv verify` then has to accept the lock for the real Pipfile.
 */
export async function relockWithPipenv(
  request: RelockRequest,
  settings: RelockSettings,
  world: World,
  workplace: Workplace,
): Promise<Relocked> {
  const { rules, sets } = request;
  const pipfilePath = posix.join(posix.dirname(request.lock), 'Pipfile');
  const [pipfileText, oldText] = [request.files.get(pipfilePath), request.files.get(request.lock)];
  const pipfile = pipfileText === undefined ? null : readTomlTable(pipfileText);
  const old = oldText === undefined ? null : readJsonTable(oldText);
  if (pipfile === null) return refused(`${pipfilePath} is not there or not valid TOML`, 'mend it');
  if (old === null) return refused(`${request.lock} is not valid JSON`, 'run pipenv lock to make it anew');
  if (settings.offline)
    return refused('pipenv has no way to lock without the network', 'run it without --offline');
  const rows = lockedRows(sets, rules);
  const twice = rows.find((row, at) => rows[at + 1]?.name === row.name);
  if (twice !== undefined)
    return refused(
      `Pipfile.lock holds one version of ${twice.name}, and the plan has several on different targets`,
      'name one target with --python and --platform',
    );
  const [pipenv] = await programsOnPath(world, ['pipenv']);
  if (pipenv === undefined)
    return refused(
      'Pipfile.lock is written by pipenv, which is not installed here',
      'install pipenv, and run it again',
    );
  const defaultSources = tomlAt(old, '_meta', 'sources');
  const hash = pipfileHash(pipfile, defaultSources);
  if (hash === null)
    return refused(
      `the hash of ${pipfilePath} cannot be told: it holds what is neither text nor yes or no`,
      HINT,
    );
  const sections = sectionsOfPackages(pipfile, old, request);
  const pins = pinsOf(rows, sections, pipfile, old, rules);
  return inScratchProject(request, world, workplace, async (project) => {
    await project.write(pipfilePath, pinnedPipfile(pipfile, defaultSources, pins, rules));
    const run = pipenvRun(pipenv, pipfile, await pythonFor(pipfile, world), settings, world, project);
    const failed = await runPipenv({ ...run, command: [pipenv, 'lock'] }, settings, world, project);
    if (failed !== null) return failed;
    const made = readJsonTable((await project.read(request.lock)) ?? '');
    if (made === null) return refused('pipenv wrote no lock that can be read', HINT);
    const merged = mergedLock({ old, made, pipfile }, hash, rows, sections, request);
    const [difference] = differences(pipenvVersions(merged, pipfile, rules), sets, rules);
    if (difference !== undefined) return refused(differenceText('pipenv', difference), HINT);
    const text = pipenvJson(merged);
    await project.write(pipfilePath, pipfileText!);
    await project.write(request.lock, text);
    const verify = { ...run, command: [pipenv, 'verify'] as const };
    const rejected = await runPipenv(verify, settings, world, project);
    return rejected ?? { kind: 'rewritten', text };
  });
}

/** By section: what the plan has, and of lines that count on no target what the old lock has. */
function pinsOf(
  rows: readonly LockedRow[],
  sections: ReturnType<typeof sectionsOfPackages>,
  pipfile: TomlTable,
  old: TomlTable,
  rules: RelockRequest['rules'],
): ReadonlyMap<string, ReadonlyMap<PackageName, PipfilePin>> {
  const planned = new Map(rows.map((row) => [row.name, row.version.text]));
  const pins = new Map<string, Map<PackageName, PipfilePin>>();
  for (const [key, section] of sectionsOf(pipfile)) {
    const here = new Map<PackageName, PipfilePin>();
    pins.set(section, here);
    const lines = new Set(entriesOf(pipfile.get(key)).map(([written]) => rules.name(written)));
    for (const [written, entry] of entriesOf(old.get(section))) {
      const name = rules.name(written);
      if (typeof name !== 'string') continue;
      const version = planned.get(name) ?? (lines.has(name) ? lockedText(entry) : undefined);
      if (version !== undefined)
        here.set(name, { version, extras: tomlStrings(tomlAt(entry, 'extras')) ?? [] });
    }
    for (const [name, version] of planned)
      if (sections.get(name)?.has(section) && !here.has(name)) here.set(name, { version, extras: [] });
  }
  return pins;
}

function lockedText(entry: unknown): string | undefined {
  return /^==([^,;\s]+)$/.exec(tomlString(entry, 'version') ?? '')?.[1];
}

function pipenvVersions(
  lock: TomlTable,
  pipfile: TomlTable,
  rules: RelockRequest['rules'],
): readonly LockedVersion[] {
  return [...sectionsOf(pipfile).values()].flatMap((section) =>
    entriesOf(lock.get(section)).flatMap(([name, entry]) => {
      const found = lockedVersion(rules, { name, version: lockedText(entry) ?? null }, [], '');
      return found === null ? [] : [found];
    }),
  );
}

/** pip's and pipenv's own variables for connections; where packages come from stands in the Pipfile, with names of variables in it. */
function pipenvRun(
  pipenv: string,
  pipfile: TomlTable,
  python: string | null,
  { allowBuild }: RelockSettings,
  world: World,
  { folder, cwd }: ScratchProject,
): ToolRun {
  const inSources = variablesIn(pipfile.get('source'));
  const own = new RegExp(
    `^(PIP_(CERT|CLIENT_CERT|CONFIG_FILE|DEFAULT_TIMEOUT|PROXY|RETRIES|TRUSTED_HOST|KEYRING_PROVIDER)|PIPENV_(PYPI_MIRROR|TIMEOUT|MAX_RETRIES)${inSources.map((name) => `|${name}`).join('')})$`,
  );
  return {
    command: [pipenv],
    cwd,
    environment: toolEnvironment(world, own, {
      ...(python === null ? {} : { PIPENV_PYTHON: python }),
      PIPENV_PIPFILE: join(cwd, 'Pipfile'),
      PIPENV_IGNORE_VIRTUALENVS: '1',
      PIPENV_DONT_LOAD_ENV: '1',
      PIPENV_DONT_USE_PYENV: '1',
      PIPENV_DONT_USE_ASDF: '1',
      PIPENV_NOSPIN: '1',
      PIPENV_YES: '1',
      PIPENV_CACHE_DIR: join(folder, 'cache'),
      WORKON_HOME: join(folder, 'environments'),
      CI: '1',
      LANG: 'C.UTF-8',
      // Nothing is built: a package without a wheel is a failure that pip tells.
      ...(allowBuild ? {} : { PIP_ONLY_BINARY: ':all:' }),
    }),
  };
}

/** Names of the variables in the addresses of sources ("https://${USER}:${PASSWORD}@index.example/simple"). */
function variablesIn(sources: unknown): readonly string[] {
  return (Array.isArray(sources) ? (sources as unknown[]) : []).flatMap((source) =>
    [...(tomlString(source, 'url') ?? '').matchAll(/\$\{?([A-Za-z_]\w{0,100})/g)].map((match) => match[1]!),
  );
}

/** The Python that the Pipfile requires, where it is on the PATH; else any: pipenv resolves for the one that is required. */
async function pythonFor(pipfile: TomlTable, world: World): Promise<string | null> {
  const wanted =
    tomlString(pipfile, 'requires', 'python_version') ??
    tomlString(pipfile, 'requires', 'python_full_version');
  const series = /^\d{1,2}\.\d{1,3}/.exec(wanted ?? '')?.[0];
  for (const program of await programsOnPath(world, [...(series === undefined ? [] : [`python${series}`])])) {
    if (await runs(program, world)) return program;
  }
  for (const program of await programsOnPath(world, ['python3']))
    if (await runs(program, world)) return program;
  return null;
}

/** pyenv has a shim for every Python that any of its versions has, and most of them do not run here. */
async function runs(program: string, world: World): Promise<boolean> {
  const result = await world.processes.run({
    command: [program, '-I', '-c', ''],
    cwd: '/',
    environment: toolEnvironment(world, /^$/, {}),
    timeoutMs: 20_000,
  });
  return result.exitCode === 0;
}

async function runPipenv(
  run: ToolRun,
  { allowBuild }: RelockSettings,
  world: World,
  project: ScratchProject,
): Promise<Extract<Relocked, { kind: 'refused' }> | null> {
  if (!allowBuild)
    return runTool(world, 'pipenv', run, `${HINT}; what must be built is built under --allow-build only`);
  const boxed = await inToolSandbox(world, project.folder, run);
  return 'kind' in boxed ? boxed : runTool(world, 'pipenv', boxed, HINT);
}
