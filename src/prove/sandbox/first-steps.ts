import type { Limits } from './sandbox.ts';

/** The descriptor on which it is told that the program is started now, or why not. */
export const TOLD = 3;
export const STARTED = 'started\n';

/**
 * What is done where the program runs, before it: bounds that a process sets for itself and its children (no core file, no file
 * larger than the scratch space; ulimit counts blocks of 512 bytes, POSIX.1-2017), the first to be killed where the machine runs
 * out of memory, where it is told the number of tasks (`-u` in bash, `-p` in dash), and the working copy, with links as they are. The program does not get the descriptor.
 */
const SCRIPT = `
told() { printf '%s\\n' "$1" >&${TOLD}; exit 125; }
[ -z "$1" ] || /bin/cp -R -P -p -- "$1/." "$2" 2>&${TOLD} || told "$1 could not be copied"
ulimit -c 0 && ulimit -f "$3" && { [ -z "$5" ] || ulimit -u "$5" 2> /dev/null || ulimit -p "$5"; } || told 'the limits could not be set'
echo 1000 > /proc/self/oom_score_adj
cd -- "$4" 2>&${TOLD} || told "$4 is not there"
unset OLDPWD SHLVL
shift 5
command -v -- "$1" > /dev/null 2>&1 || told "$1 is not there, or not executable"
printf started\\\\n >&${TOLD}
exec "$@" ${TOLD}>&-
`;

/**
 * The command as it is run within: the script, and then the program in its place. `boundTasks`: where the kernel counts those of the
 * sandbox alone.
 */
export function withFirstSteps(
  command: readonly [string, ...string[]],
  where: { readonly copyFrom: string | null; readonly copyTo: string | null; readonly cwd: string },
  limits: Limits,
  boundTasks: boolean,
): readonly [string, ...string[]] {
  const blocks = Math.max(1, Math.ceil(limits.scratchBytes / 512));
  return [
    ...(['/bin/sh', '-c', SCRIPT, 'sh'] as const),
    ...[where.copyFrom ?? '', where.copyTo ?? '', String(blocks), where.cwd],
    boundTasks ? String(mostTasks(limits)) : '',
    ...command,
  ];
}

/** Processes and threads: what runs many threads in one process is no hostile code. */
export function mostTasks({ processes }: Limits): number {
  return processes * 8 + 64;
}
