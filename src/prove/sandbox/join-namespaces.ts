import type { World } from '../../io/world.ts';
import { endingOf, resultOf } from './ending.ts';
import { HOME, startFolder } from './enclosure-of.ts';
import { withFirstSteps } from './first-steps.ts';
import type { SandboxRequest, SandboxResult } from './sandbox.ts';
import { watch } from './watch.ts';

const NAMESPACES = ['--user', '--mount', '--pid', '--net', '--ipc', '--uts'];

/**
 * Runs a program in the namespaces of another run (setns(2) by nsenter(1)): who made a user namespace may enter it and what it owns, so
 * that this needs no privilege. The program keeps the unprivileged user, and so has no capability after its start.
 */
export async function joinNamespaces(
  world: World,
  nsenter: string | null,
  first: number | null,
  request: SandboxRequest,
  asked: {
    readonly command: readonly [string, ...string[]];
    readonly timeMs: number;
    readonly input: string | undefined;
  },
): Promise<SandboxResult> {
  if (nsenter === null) return notStarted('nsenter (of util-linux) is not installed');
  if (first === null || (await world.processes.family(first, 1)) === null)
    return notStarted('the service has ended');
  const startedAt = performance.now();
  const limits = { ...request.limits, timeMs: asked.timeMs };
  const process = world.processes.start({
    command: [
      ...([nsenter, '-t', String(first), ...NAMESPACES, '--preserve-credentials', '--'] as const),
      ...['/usr/bin/env', '-i', ...variablesOf(request)],
      ...withFirstSteps(
        asked.command,
        { copyFrom: null, copyTo: null, cwd: startFolder(request) },
        limits,
        false,
      ),
    ],
    cwd: '/',
    environment: {},
    maxOutputBytes: limits.outputBytes,
    descriptors: ['told'],
    onTooMuchOutput: () => watched.exceeded('output'),
    ...(asked.input === undefined ? {} : { input: asked.input }),
  });
  const watched = watch(world.processes, limits, { pid: () => process.pid, counts: false }, () =>
    process.kill('SIGKILL'),
  );
  const end = await process.ended;
  await watched.stop();
  return resultOf(process, endingOf(process, end, watched), watched, startedAt);
}

/** Those that say how programs are found and run; arguments can be seen by others on the machine, so what may be secret is left out. */
function variablesOf({ environment }: SandboxRequest): readonly string[] {
  const kept = Object.entries(environment).filter(([name]) =>
    /^(PATH|LANG|LC_\w+|TZ|PYTHON\w+|PORT)$/.test(name),
  );
  return [...kept, ['HOME', HOME], ['TMPDIR', '/tmp']].map(([name, value]) => `${name}=${value}`);
}

function notStarted(why: string): SandboxResult {
  return {
    ending: { kind: 'not-started', why },
    stdout: '',
    stderr: '',
    durationMs: 0,
    peakMemoryBytes: null,
  };
}
