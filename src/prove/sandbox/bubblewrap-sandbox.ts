import { setTimeout } from 'node:timers/promises';
import { bubblewrapOptions } from '../../io/bubblewrap.ts';
import type { RunningProcess } from '../../io/process.ts';
import { openTaskGroup } from '../../io/task-bounds.ts';
import type { World } from '../../io/world.ts';
import { COPY_FROM, enclosureOf, startFolder } from './enclosure-of.ts';
import type { BubblewrapFeatures } from './enclosure-of.ts';
import { endingOf, hasStarted, resultOf } from './ending.ts';
import { mostTasks, withFirstSteps } from './first-steps.ts';
import { joinNamespaces } from './join-namespaces.ts';
import { outputOf } from './output.ts';
import type { Sandbox, SandboxedService, SandboxRequest, SandboxResult } from './sandbox.ts';
import { serviceOf } from './service.ts';
import { untilGone, watch } from './watch.ts';
import type { Watch } from './watch.ts';

/** The programs that make the sandbox. `nsenter` null: nothing can be run beside a service. */
export interface BubblewrapPrograms {
  readonly bubblewrap: string;
  readonly nsenter: string | null;
  readonly features: BubblewrapFeatures;
  /** Whether RLIMIT_NPROC counts the processes of a sandbox alone. It never binds root. */
  readonly boundsTasks: boolean;
  /** Where control groups for the number of tasks can be made; null: nowhere. */
  readonly taskGroups: string | null;
}

/** Descriptors of bubblewrap, after the one for the first steps: its reports and its options. */
const [STATUS, OPTIONS] = [4, 5];
/** How long the kernel may take to end what is left in the namespaces. */
const GONE_MS = 10_000;

/** Bubblewrap from within a control group. Nothing of the request is looked at. */
const ENTER = '[ -z "$1" ] || echo $$ > "$1" || exit; shift; exec "$@"';

export function bubblewrapSandbox(
  world: World,
  programs: BubblewrapPrograms,
  told: Pick<Sandbox, 'limitsInForce' | 'versions'>,
): Sandbox {
  return {
    ...told,
    run: (request) => begin(world, programs, request, false).result,
    start: (request) => startService(world, programs, request),
  };
}

interface Begun {
  readonly process: RunningProcess;
  readonly watch: Watch;
  /** The first process within, as it is numbered outside; null until it is there. */
  readonly first: () => number | null;
  readonly result: Promise<SandboxResult>;
}

function begin(
  world: World,
  programs: BubblewrapPrograms,
  request: SandboxRequest,
  joinable: boolean,
): Begun {
  const startedAt = performance.now();
  const options = [
    ...bubblewrapOptions(enclosureOf(request, programs.features, joinable)),
    ...['--json-status-fd', String(STATUS)],
  ];
  if (options.some((option) => option.includes('\0'))) throw new Error('a path or variable holds a NUL');
  const { limits, workingCopy } = request;
  const group = programs.taskGroups === null ? null : openTaskGroup(programs.taskGroups, mostTasks(limits));
  const process = world.processes.start({
    command: [
      ...(['/bin/sh', '-c', ENTER, 'sh', group?.entrance ?? ''] as const),
      ...([programs.bubblewrap, '--args', String(OPTIONS), '--'] as const),
      ...withFirstSteps(
        request.command,
        {
          copyFrom: workingCopy ? COPY_FROM : null,
          copyTo: workingCopy?.at ?? null,
          cwd: startFolder(request),
        },
        limits,
        programs.boundsTasks,
      ),
    ],
    cwd: '/',
    // Nothing of the request: bubblewrap itself runs outside.
    environment: {},
    maxOutputBytes: limits.outputBytes,
    descriptors: ['told', 'told', { feed: options.join('\0') }],
    ...outputOf(request, () => watched.exceeded('output')),
    ...(request.input === undefined ? {} : { input: request.input }),
  });
  const first = (): number | null => firstOf(process);
  // The first process within dies with bubblewrap, and with it the kernel ends all others there (pid_namespaces(7)).
  const watched = watch(world.processes, limits, { pid: first, counts: false }, () =>
    process.kill('SIGKILL'),
  );
  const run = { process, watch: watched, first };
  return { ...run, result: resultWhenGone(world, run, startedAt).finally(() => group?.remove()) };
}

async function resultWhenGone(
  world: World,
  run: Omit<Begun, 'result'>,
  startedAt: number,
): Promise<SandboxResult> {
  const end = await run.process.ended;
  await run.watch.stop();
  const pid = run.first();
  if (pid !== null && !(await untilGone(world.processes, pid, GONE_MS)))
    throw new Error(`processes of a sandbox are left below ${pid}`);
  return resultOf(run.process, endingOf(run.process, end, run.watch), run.watch, startedAt);
}

/** The first process within, by what bubblewrap reports: one JSON document a line (`--json-status-fd`). */
function firstOf(process: RunningProcess): number | null {
  const found = /"child-pid": {0,4}(\d{1,10})\b/.exec(process.told(STATUS));
  return found === null ? null : Number(found[1]);
}

async function startService(
  world: World,
  programs: BubblewrapPrograms,
  request: SandboxRequest,
): Promise<SandboxedService> {
  const begun = begin(world, programs, request, true);
  begun.result.catch(() => undefined);
  await Promise.race([begun.result, untilStarted(begun)]);
  return serviceOf({
    processes: world.processes,
    result: begun.result,
    main: () => mainProgram(world, begun),
    kill: () => begun.process.kill('SIGKILL'),
    pid: begun.first,
    beside: (command, timeMs, input) =>
      joinNamespaces(world, programs.nsenter, begun.first(), request, { command, timeMs, input }),
  });
}

async function mainProgram(world: World, { first }: Begun): Promise<number | null> {
  const pid = first();
  return pid === null ? null : ((await world.processes.family(pid, 2))?.pids[1] ?? null);
}

/** Only then are the namespaces shut for sure: who joins them earlier could see the machine. */
async function untilStarted({ process }: Begun): Promise<void> {
  let over = false;
  void process.ended.finally(() => (over = true));
  while (!over && !hasStarted(process)) await setTimeout(2);
}
