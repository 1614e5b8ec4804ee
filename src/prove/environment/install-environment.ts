import { dirname, join } from 'node:path';
import { UserFacingError } from '../../domain/errors.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { World } from '../../io/world.ts';
import { askedSet, differenceFrom, digestOfSet, environmentDigest, requirementsOf } from './asked-set.ts';
import type { AskedSet } from './asked-set.ts';
import { builtWheels } from './build-wheels.ts';
import type { BuildPlace, BuiltWheel } from './build-wheels.ts';
import { compileBytecode } from './compile-bytecode.ts';
import { checkConsistency } from './consistency.ts';
import type { Environment } from './environment.ts';
import { findInstaller, findUvForInstalls } from './find-installer.ts';
import { findInterpreter } from './find-interpreter.ts';
import { indexAddresses } from './index-variables.ts';
import { installFailure } from './install-failure.ts';
import { notInstalled } from './install-request.ts';
import type { InstallOutcome, InstallRequest, Installed, NotInstalled } from './install-request.ts';
import { installedDistributions } from './installed-distributions.ts';
import type { InstalledSet } from './installed-distributions.ts';
import { interpreterIn } from './installer.ts';
import type { Installer, InstallPlace } from './installer.ts';
import type { InterpreterFacts } from './interpreter-facts.ts';
import { keptEnvironments } from './kept-environments.ts';
import type { KeptEnvironments, Marker } from './kept-environments.ts';
import { libcNote, otherMachine } from './other-machine.ts';
import { whyNoFile } from './missing-file.ts';
import { checkedRun } from './tool-check.ts';
import type { CheckedRun } from './tool-check.ts';

/**
 * A clean environment with exactly these distributions, on the interpreter that the target asks for: an earlier one of the same set and
 * interpreter where it is whole, else a new one. Nothing of a package is run here: wheels are unpacked by the installer, their hashes
 * checked, and what was installed is read back from its files.
 */
export async function installEnvironment(request: InstallRequest, world: World): Promise<InstallOutcome> {
  try {
    return await install(request, world);
  } catch (error) {
    // A full disk, settings that cannot be read, an index that does not answer.
    if (!(error instanceof UserFacingError)) throw error;
    return notInstalled('unknown', error.message, error.hint);
  }
}

/** How many other environments are looked at for what is compiled already: those before a change, and of earlier attempts. */
const SHARED_WITH = 4;

/** All that one install knows once it is clear what is to be done. */
interface Job {
  readonly request: InstallRequest;
  readonly set: AskedSet;
  readonly python: InterpreterFacts;
  readonly kept: KeptEnvironments;
  readonly folder: string;
  readonly digest: string;
  readonly notes: readonly string[];
  readonly startedAt: number;
}

async function install(request: InstallRequest, world: World): Promise<InstallOutcome> {
  const { machine } = world;
  const startedAt = world.clock.now().getTime();
  if (machine === undefined)
    return notInstalled('unknown', 'nothing is installed in a world without a machine');
  const other = otherMachine(request.target, machine.platform);
  if (other !== null)
    return notInstalled('unknown', other, 'run fettle on a machine like the target, or in its image');
  const set = askedSet(request);
  if ('kind' in set) return set;
  const uv = await findUvForInstalls(request, machine, world);
  const search = {
    uv: uv.kind === 'found' ? uv : null,
    toolsFolder: machine.toolsFolder,
    offline: request.index.offline,
  };
  const interpreter = await findInterpreter(request.target, search, world);
  if (interpreter.kind === 'missing') return notInstalled('unknown', interpreter.why, interpreter.hint);
  const python = interpreter.facts;
  const libc = libcNote(request.target, machine.platform);
  const job: Job = {
    ...{ request, set, python, startedAt, folder: machine.environmentsFolder },
    kept: keptEnvironments(machine.environmentsFolder, world),
    digest: environmentDigest(set, python, request.index.allowBuild),
    notes: libc === null ? [] : [libc],
  };
  const earlier = await reused(job, world);
  if (earlier !== null) return earlier;
  const installer = await findInstaller(uv, python, request.index.offline, world);
  if ('kind' in installer)
    return notInstalled('unknown', installer.why, 'install uv, or a Python with pip 22.3 or later');
  return built(job, installer, uv.kind === 'found' ? [] : [`installed with pip, since ${uv.why}`], world);
}

/** The environment that an earlier run made, where all of it is still there; a torn one is forgotten. */
async function reused(job: Job, world: World): Promise<Installed | null> {
  const marker = await job.kept.find(job.digest);
  if (marker === null) return null;
  const path = join(job.folder, marker.folder, 'environment');
  const installed = await installedDistributions(marker.sitePackages, job.request.rules, world);
  const isWhole =
    marker.digest === job.digest &&
    marker.sitePackages.startsWith(`${path}/`) &&
    (await world.files.realPath(interpreterIn(path))) === job.python.path &&
    differenceFrom(job.set, installed, job.request.rules) === null &&
    recordedIn(installed) === marker.recorded &&
    (await hasItsFiles(installed, marker.sitePackages, world));
  if (!isWhole) {
    await job.kept.forget(job.digest);
    return null;
  }
  await job.kept.used(marker);
  const home = await homeOf(path, world);
  return outcome(job, marker, { path, home }, installed, true, world);
}

async function built(
  job: Job,
  installer: Installer,
  notes: readonly string[],
  world: World,
): Promise<InstallOutcome> {
  const draft = await job.kept.draft(job.digest);
  let isKept = false;
  try {
    const result = await buildIn(draft, job, installer, notes, world);
    isKept = result.kind === 'installed';
    return result;
  } finally {
    if (!isKept) await world.files.remove(draft);
  }
}

async function buildIn(
  draft: string,
  job: Job,
  installer: Installer,
  notes: readonly string[],
  world: World,
): Promise<InstallOutcome> {
  const { request, python, set } = job;
  const place: InstallPlace = {
    ...{ environment: join(draft, 'environment'), cwd: join(draft, 'work') },
    requirements: join(draft, 'work', 'requirements.txt'),
  };
  await world.files.makeDirectory(place.cwd);
  // Ends uv's search for settings in the folders above.
  await world.files.writeAtomic(join(place.cwd, 'uv.toml'), new Uint8Array());
  const about = {
    versions: { [installer.name]: installer.version, [nameOf(python)]: python.version },
    digests: { set: digestOfSet(set), environment: job.digest },
    limits: ['no build', 'every file by its hash', 'nothing resolved'],
  };
  const wheels = await wheelsOf(job, installer, join(draft, 'builds'), about, world);
  if ('kind' in wheels) return wheels;
  await world.files.writeAtomic(place.requirements, Buffer.from(requirementsOf(set, wheels)));
  const made = await checkedRun(installer.makeEnvironment(place, python), about, world);
  if (made.result.exitCode !== 0) return failedRun(job, installer, made, world);
  const sitePackages = await sitePackagesOf(place.environment, python, world);
  const run = set.size === 0 ? made : await installedRun(job, installer, place, about, world);
  if (run.result.exitCode !== 0) return failedRun(job, installer, run, world);
  const installed = await installedDistributions(sitePackages, request.rules, world);
  const difference = differenceFrom(set, installed, request.rules);
  if (difference !== null) return notInstalled('refuted', difference, null, run.check);
  const consistency = await checkConsistency(installer, python, sitePackages, place, about, world);
  const compiled = await compileBytecode(python, sitePackages, await job.kept.recent(SHARED_WITH), world);
  await world.files.remove(place.cwd);
  await world.files.remove(join(draft, 'builds'));
  const marker: Omit<Marker, 'form' | 'usedAt'> = {
    ...{ digest: job.digest, folder: draft.slice(job.folder.length + 1), sitePackages },
    ...{ recorded: recordedIn(installed), check: run.check, consistency },
    notes: [
      ...[...wheels.keys()].map((name) => `${name} was built here from its sdist, in a sandbox`),
      ...[...notes, ...(compiled === null ? [] : [compiled])],
    ],
  };
  await job.kept.keep(marker);
  const swept = await job.kept.sweep();
  const finished = { path: place.environment, home: await homeOf(place.environment, world) };
  const result = outcome(job, marker, finished, installed, false, world);
  return swept === null ? result : { ...result, notes: [...result.notes, swept] };
}

async function installedRun(
  { request }: Job,
  installer: Installer,
  place: InstallPlace,
  about: Parameters<typeof checkedRun>[1],
  world: World,
): Promise<CheckedRun> {
  return checkedRun(installer.install(place, await indexAddresses(request.index, world)), about, world);
}

/** What has to be built and may be. */
async function wheelsOf(
  { request, set, python }: Job,
  installer: Installer,
  folder: string,
  about: BuildPlace['about'],
  world: World,
): Promise<ReadonlyMap<PackageName, BuiltWheel> | NotInstalled> {
  if (!request.index.allowBuild || installer.uv === null) return new Map();
  return builtWheels(request, set, { folder, uv: installer.uv, python, about }, world);
}

async function failedRun(
  { request, python }: Job,
  installer: Installer,
  run: CheckedRun,
  world: World,
): Promise<InstallOutcome> {
  const failure = installFailure(installer.name, run);
  return failure.kind === 'failed' ? failure : whyNoFile(failure, request, python, run.check, world);
}

/** The installation as `pyvenv.cfg` names it (PEP 405): uv names its own by a link, which a sandbox must show as well. */
async function homeOf(environment: string, world: World): Promise<string | null> {
  const bytes = await world.files.read(join(environment, 'pyvenv.cfg'), 1 << 16);
  const home = /^home\s*=\s*(\/\S.*)$/m.exec(bytes === null ? '' : new TextDecoder().decode(bytes))?.[1];
  return home === undefined ? null : dirname(home.trim());
}

/** The one `lib/python3.11/site-packages` of a new environment (`lib/pypy3.10/…`). */
async function sitePackagesOf(environment: string, python: InterpreterFacts, world: World): Promise<string> {
  const series = python.version.split('.').slice(0, 2).join('.');
  const entries = (await world.files.list(join(environment, 'lib'))) ?? [];
  const found = entries.find(({ name, kind }) => kind === 'directory' && name.endsWith(series));
  return join(environment, 'lib', found?.name ?? `python${series}`, 'site-packages');
}

function outcome(
  job: Job,
  marker: Omit<Marker, 'form' | 'usedAt'>,
  { path, home }: { readonly path: string; readonly home: string | null },
  installed: InstalledSet,
  isReused: boolean,
  world: World,
): Installed {
  const environment: Environment = {
    ...{ path, interpreter: interpreterIn(path), runtimeVersion: job.python.version },
    ...{
      sitePackages: marker.sitePackages,
      readable: [...new Set([path, job.python.prefix, ...(home === null ? [] : [home])])],
    },
    ...{ distributions: installed.distributions, digest: job.digest },
  };
  return {
    ...{ kind: 'installed', environment, reused: isReused },
    durationMs: world.clock.now().getTime() - job.startedAt,
    ...{ check: marker.check, consistency: marker.consistency },
    notes: [...job.notes, ...marker.notes],
  };
}

function recordedIn({ distributions }: InstalledSet): number {
  return [...distributions.values()].reduce((sum, { files }) => sum + files.length, 0);
}

/** The first and the last file of each distribution: cleaners of old files take away more than single ones. */
async function hasItsFiles(
  { distributions }: InstalledSet,
  sitePackages: string,
  world: World,
): Promise<boolean> {
  const some = [...distributions.values()].flatMap(({ files }) => [files[0], files.at(-1)]);
  const places = await Promise.all(
    some.filter((file) => file !== undefined).map((file) => world.files.realPath(join(sitePackages, file))),
  );
  return places.every((path) => path !== null);
}

function nameOf({ implementation }: InterpreterFacts): string {
  return implementation === 'cpython' ? 'CPython' : implementation;
}
