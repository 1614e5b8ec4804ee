import { openScratchFolder } from '../../io/scratch-folder.ts';
import type { ScratchFolder } from '../../io/scratch-folder.ts';
import type { RunningProcess } from '../../io/process.ts';
import type { World } from '../../io/world.ts';
import { outputOf } from './output.ts';
import { endingOf, resultOf } from './ending.ts';
import { withFirstSteps } from './first-steps.ts';
import type { Sandbox, SandboxedService, SandboxRequest, SandboxResult } from './sandbox.ts';
import { serviceOf } from './service.ts';
import { watch } from './watch.ts';

/** Runs programs as they are, where the user wants it so and no sandbox can be had. `why`: why there is none. */
export function plainSandbox(world: World, why: string): Sandbox {
  return {
    limitsInForce: [
      `NOT sandboxed (--unsandboxed; ${why})`,
      'NOT held: the network, the file system, other processes, and the size of the scratch folder are open to it',
      'time, output, and the number of processes, counted ten times a second',
      'memory by summing what its process tree holds, ten times a second; a process that leaves the tree is not counted, and not ended',
      'the process group and the tree below it are ended with the run',
    ],
    versions: {},
    run: async (request) => (await begin(world, request)).result,
    start: (request) => startService(world, request),
  };
}

interface Begun {
  readonly request: SandboxRequest;
  readonly process: RunningProcess;
  end(): Promise<void>;
  readonly result: Promise<SandboxResult>;
}

async function begin(world: World, asked: SandboxRequest): Promise<Begun> {
  const folder = await openScratchFolder();
  try {
    const request = await placed(asked, folder);
    const [process, result] = launch(world, request);
    const removed = result.finally(() => folder.remove());
    return { request, process, end: () => killTree(world, process), result: removed };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

function launch(world: World, request: SandboxRequest): readonly [RunningProcess, Promise<SandboxResult>] {
  const startedAt = performance.now();
  const { limits } = request;
  const process = world.processes.start({
    command: withFirstSteps(
      request.command,
      { copyFrom: null, copyTo: null, cwd: request.cwd! },
      limits,
      false,
    ),
    cwd: '/',
    environment: request.environment,
    maxOutputBytes: limits.outputBytes,
    descriptors: ['told'],
    ...outputOf(request, () => watched.exceeded('output')),
    ...(request.input === undefined ? {} : { input: request.input }),
  });
  const watched = watch(
    world.processes,
    limits,
    { pid: () => process.pid, counts: true },
    () => void killTree(world, process),
  );
  const result = async (): Promise<SandboxResult> => {
    const end = await process.ended;
    await watched.stop();
    return resultOf(process, endingOf(process, end, watched), watched, startedAt);
  };
  return [process, result()];
}

/** Those that left the group first: they are found only as long as what started them lives. */
async function killTree(world: World, process: RunningProcess): Promise<void> {
  const family = process.pid === null ? null : await world.processes.family(process.pid, 10_000);
  for (const pid of family?.pids ?? []) world.processes.signal(pid, 'SIGKILL');
  process.kill('SIGKILL');
}

/** The same request with its scratch places in a folder; what names the place of the working copy names the copy. */
async function placed(asked: SandboxRequest, folder: ScratchFolder): Promise<SandboxRequest> {
  const { workingCopy } = asked;
  const [home, temporary] = [await folder.makeFolder('home'), await folder.makeFolder('tmp')];
  const work = workingCopy ? await folder.copyIn(workingCopy.from, 'work') : await folder.makeFolder('work');
  const moved = (text: string): string => (workingCopy ? movedPath(text, workingCopy.at, work) : text);
  const [program, ...args] = asked.command;
  const environment = Object.fromEntries(
    Object.entries(asked.environment).map(([name, value]) => [name, value.split(':').map(moved).join(':')]),
  );
  return {
    ...asked,
    command: [moved(program), ...args.map(moved)],
    environment: { ...environment, HOME: home, TMPDIR: temporary },
    cwd: asked.cwd === undefined ? work : moved(asked.cwd),
  };
}

function movedPath(text: string, at: string, to: string): string {
  return text === at || text.startsWith(`${at}/`) ? to + text.slice(at.length) : text;
}

async function startService(world: World, asked: SandboxRequest): Promise<SandboxedService> {
  const begun = await begin(world, asked);
  begun.result.catch(() => undefined);
  return serviceOf({
    processes: world.processes,
    result: begun.result,
    main: () => Promise.resolve(begun.process.pid),
    kill: () => void begun.end(),
    pid: () => begun.process.pid,
    beside: async (command, timeMs, input) => {
      const limits = { ...begun.request.limits, timeMs };
      return launch(world, { ...begun.request, command, limits, input: input ?? '' })[1];
    },
  });
}
