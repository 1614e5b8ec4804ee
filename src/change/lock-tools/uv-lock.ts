import { join } from 'node:path';
import { tomlAt, tomlStrings } from '../../io/toml-table.ts';
import type { Workplace } from '../../io/workplace.ts';
import type { World } from '../../io/world.ts';
import { lockedRows } from '../lock-file/locked-rows.ts';
import { differences, differenceText, lockedPackages, movedSource } from './locked-version.ts';
import type { LockedVersion } from './locked-version.ts';
import { refused } from './relock-request.ts';
import type { Relocked, RelockRequest, RelockSettings } from './relock-request.ts';
import { inScratchProject } from './scratch-project.ts';
import type { ScratchProject } from './scratch-project.ts';
import { withoutStandIns, withStaticVersions } from './static-versions.ts';
import { inToolSandbox } from './tool-sandbox.ts';
import { REFUSED_BUILD, runTool, toolEnvironment } from './tool-run.ts';
import type { ToolRun } from './tool-run.ts';
import { agreeingIndex } from './uv-index.ts';
import { findUv } from './uv-tool.ts';

/**
 * uv's own variables that say where packages come from and which of them count. Those that would change what `uv lock`
 * does (UV_FROZEN, UV_PROJECT, UV_CONSTRAINT, UV_BUILD_CONSTRAINT …) are not handed on.
 */
const UV_VARIABLES =
  /^UV_(INDEX\w*|DEFAULT_INDEX|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|INSECURE_HOST|KEYRING_PROVIDER|NATIVE_TLS|SYSTEM_CERTS|HTTP_\w+|REQUEST_TIMEOUT|CONCURRENT_\w+|CACHE_DIR|CONFIG_FILE|NO_CONFIG|CREDENTIALS_DIR|PYTHON_INSTALL_DIR|PYTHON_PREFERENCE|EXCLUDE_NEWER\w*|RESOLUTION|PRERELEASE|FORK_STRATEGY)$/;
const HINT = 'run uv lock in the project to see all that it says';

/**
 * uv.lock rewritten by `uv lock` in a copy: every package that the plan moves may move to the plan's version and no other
 * (`--upgrade-package name==version`), and what does not move stays, since uv prefers what a lock has. No build is run but
 * under `--allow-build`, and then in a sandbox. Home and configuration of the user are uv's as always: it is their tool.
 */
export async function relockWithUv(
  request: RelockRequest,
  settings: RelockSettings,
  world: World,
  workplace: Workplace,
): Promise<Relocked> {
  const before = readUvLock(request.files.get(request.lock) ?? '', request);
  if (before === null) return refused(`${request.lock} is not valid TOML`, 'run uv lock to make it anew');
  const uv = await findUv(request, settings, world, workplace);
  if (uv.kind === 'refused') return uv;
  const index = await agreeingIndex(
    request,
    settings,
    world,
    before.map(({ source }) => source),
  );
  const { files, names: standIns } = withStaticVersions(request.files);
  return inScratchProject({ ...request, files }, world, workplace, async (project) => {
    const environment = toolEnvironment(world, UV_VARIABLES, {
      ...(index === null ? {} : { UV_DEFAULT_INDEX: index }),
      UV_PYTHON_DOWNLOADS: 'never',
      UV_NO_PROGRESS: '1',
      // --no-build has an exception: editable projects are built. uv asks interpreters about themselves with -I, which does not
      // look at this variable; every hook of a build backend does, and ends before it runs.
      ...(settings.allowBuild ? {} : { PYTHONHOME: REFUSED_BUILD }),
    });
    const names = new Set(request.moves.map(({ name }) => name as string));
    const attempt = (from: string | null): Promise<Refusal | null> => {
      const command = [uv.path, ...lockWords(request, settings, names, from)] as const;
      return runUv({ command, cwd: project.cwd, environment }, settings, world, project);
    };
    let from: string | null = null;
    for (let round = 0; ; round++) {
      let failed = await attempt(from);
      if (failed !== null && from === null && UNSOLVED.test(failed.why)) {
        from = firstPython(request);
        failed = await attempt(from);
      }
      if (failed !== null) return failed;
      const written = await project.read(request.lock);
      const text =
        written === null ? null : withoutStandIns(written, request.files.get(request.lock) ?? '', standIns);
      const after = text === null ? null : readUvLock(text, request);
      if (text === null || after === null) return refused('uv wrote no lock that can be read', HINT);
      const differing = differences(after, request.sets, request.rules);
      if (differing.length === 0) {
        const elsewhere = movedSource('uv', before, after);
        return elsewhere === null ? { kind: 'rewritten', text } : refused(elsewhere, INDEX_HINT);
      }
      if (round > 0 || differing.every(({ name }) => names.has(name)))
        return refused(differenceText('uv', differing[0]!), HINT);
      for (const { name } of differing) names.add(name);
    }
  });
}

const INDEX_HINT = 'give uv the index that the lock names (UV_DEFAULT_INDEX, or [[tool.uv.index]])';

/**
 * uv solves for every Python that the project admits, older ones than the plan's among them, on which the plan's versions may not run.
 * Those Pythons are then left to uv: the versions are asked for from the plan's first Python on.
 */
const UNSOLVED = /No solution found when resolving/;

/** The oldest "3.12" that the plan is for. */
function firstPython({ sets, rules }: RelockRequest): string {
  const minors = sets.map(({ target }) => target.runtime.version.split('.').slice(0, 2).join('.'));
  return minors.reduce((oldest, one) => (isBefore(one, oldest, rules) ? one : oldest));
}

function isBefore(a: string, b: string, rules: RelockRequest['rules']): boolean {
  const [first, second] = [rules.parseVersion(a), rules.parseVersion(b)];
  return !('kind' in first) && !('kind' in second) && rules.compareVersions(first, second) < 0;
}

/** Names and versions alone: arguments are visible to others. Some 40 bytes for each, far below what a command may hold. */
function lockWords(
  { sets, rules }: RelockRequest,
  { offline, allowBuild }: RelockSettings,
  names: ReadonlySet<string>,
  from: string | null,
): readonly string[] {
  const rows = lockedRows(sets, rules).filter(({ name }) => names.has(name));
  return [
    'lock',
    ...(allowBuild ? [] : ['--no-build']),
    ...(offline ? ['--offline'] : []),
    ...rows.flatMap(({ name, version, condition }) => {
      const marker = markerOf(condition?.text ?? null, from);
      return ['--upgrade-package', `${name}==${version.text}${marker === null ? '' : ` ; ${marker}`}`];
    }),
  ];
}

function markerOf(condition: string | null, from: string | null): string | null {
  if (from === null) return condition;
  const since = `python_full_version >= '${from}'`;
  return condition === null ? since : `${since} and (${condition})`;
}

type Refusal = Extract<Relocked, { kind: 'refused' }>;

async function runUv(
  run: ToolRun,
  { allowBuild }: RelockSettings,
  world: World,
  project: ScratchProject,
): Promise<Refusal | null> {
  if (!allowBuild)
    return hinted(
      await runTool(world, 'uv', run, `${HINT}; what must be built is built under --allow-build only`),
    );
  const boxed = await inToolSandbox(world, project.folder, {
    ...run,
    environment: { ...run.environment, UV_CACHE_DIR: join(project.folder, 'cache') },
  });
  return 'kind' in boxed ? boxed : hinted(await runTool(world, 'uv', boxed, HINT));
}

/** uv reads the markers of a Python that the project admits, and none is downloaded for it. */
function hinted(failed: Refusal | null): Refusal | null {
  return failed !== null && /\binterpreter\b/i.test(failed.why)
    ? { ...failed, hint: 'install a Python that the requires-python of the project admits' }
    : failed;
}

/** Packages of a uv.lock, or null where it is not TOML. A local project without a version is none of them. */
export function readUvLock(
  text: string,
  request: Pick<RelockRequest, 'rules'>,
): readonly LockedVersion[] | null {
  return lockedPackages(text, request, {
    markers: (entry) => tomlStrings(tomlAt(entry, 'resolution-markers')) ?? [],
    source: (entry) => sourceOf(tomlAt(entry, 'source')),
  });
}

/** `{ registry = "…" }` is the address; every other source is told by its kind and value. */
function sourceOf(source: unknown): string {
  if (!(source instanceof Map)) return '';
  const [kind, value] = [...(source as ReadonlyMap<string, unknown>)][0] ?? ['', ''];
  return kind === 'registry' ? String(value) : `${kind} ${String(value)}`;
}
