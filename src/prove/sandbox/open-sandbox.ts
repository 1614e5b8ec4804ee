import { bubblewrapOptions, seen, SYSTEM_PLACES } from '../../io/bubblewrap.ts';
import { countsTasksOfNamespace, taskGroupsFolder } from '../../io/task-bounds.ts';
import type { World } from '../../io/world.ts';
import { programsOnPath } from '../../read/ecosystems/pypi/default-index.ts';
import { bubblewrapSandbox } from './bubblewrap-sandbox.ts';
import type { BubblewrapPrograms } from './bubblewrap-sandbox.ts';
import { limitsOfBubblewrap } from './limits-in-force.ts';
import { plainSandbox } from './plain-sandbox.ts';
import type { NoSandbox, Sandbox } from './sandbox.ts';

const HINT = 'install bubblewrap (`apt-get install bubblewrap`), or give --unsandboxed to run it without';
const TRIAL_MS = 10_000;
/** Readable by root alone outside (proc(5)), so by what root runs in a sandbox as well: the kernel's addresses and pages. */
const ROOTS_IN_PROC = [
  ...['kcore', 'kmsg', 'kpagecount', 'kpageflags', 'kpagecgroup', 'pagetypeinfo', 'slabinfo'],
  ...['timer_list', 'vmallocinfo', 'keys', 'sched_debug'],
].map((name) => `/proc/${name}`);

/**
 * The sandbox of this machine: bubblewrap, where it is found and a trial run of it succeeds. Without it, and only where the user said
 * so, programs are run plainly.
 */
export async function openSandbox(
  world: World,
  options: { readonly unsandboxed: boolean },
): Promise<Sandbox | NoSandbox> {
  const found = await findBubblewrap(world);
  if (typeof found !== 'string') {
    const told = { limitsInForce: limitsOfBubblewrap(found.programs, found.version) };
    return bubblewrapSandbox(world, found.programs, { ...told, versions: { bubblewrap: found.version } });
  }
  return options.unsandboxed ? plainSandbox(world, found) : { kind: 'no-sandbox', why: found, hint: HINT };
}

/** The programs and the version, or why there are none. */
async function findBubblewrap(
  world: World,
): Promise<{ readonly programs: BubblewrapPrograms; readonly version: string } | string> {
  const [bubblewrap] = await programsOnPath(world, ['bwrap']);
  if (bubblewrap === undefined) return 'bubblewrap (bwrap) is not installed';
  const told = await runOutside(world, [bubblewrap, '--version']);
  const version = /^bubblewrap (\d{1,4}\.\d{1,4}(?:\.\d{1,4})?)/.exec(told.stdout)?.[1];
  if (version === undefined) return `${bubblewrap} does not tell its version`;
  const [nsenter] = await programsOnPath(world, ['nsenter']);
  const covered = await Promise.all(
    ROOTS_IN_PROC.map(async (path) => ((await world.files.realPath(path)) === null ? [] : [path])),
  );
  const features = {
    sizedMemory: isAtLeast(version, 0, 7),
    noNestedUsers: isAtLeast(version, 0, 8),
    coveredInProc: covered.flat(),
  };
  const trial = await runOutside(world, [
    bubblewrap,
    ...trialOptions(features.noNestedUsers),
    '--',
    '/bin/true',
  ]);
  if (trial.exitCode !== 0)
    return `bubblewrap ${version} cannot run here: ${trial.stderr.trim().slice(-300)}`;
  const tasks = { boundsTasks: countsTasksOfNamespace(), taskGroups: taskGroupsFolder() };
  return { programs: { bubblewrap, nsenter: nsenter ?? null, features, ...tasks }, version };
}

function trialOptions(noNestedUsers: boolean): readonly string[] {
  return bubblewrapOptions({
    network: false,
    user: { uid: 65534, gid: 65534 },
    nestedUsers: !noNestedUsers,
    mounts: [...seen(SYSTEM_PLACES), { kind: 'proc' }],
    environment: { only: false, variables: {} },
    cwd: '/',
  });
}

function runOutside(
  world: World,
  command: readonly [string, ...string[]],
): Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }> {
  return world.processes.run({ command, cwd: '/', environment: {}, timeoutMs: TRIAL_MS });
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [a, b] = version.split('.').map(Number) as [number, number];
  return a > major || (a === major && b >= minor);
}
