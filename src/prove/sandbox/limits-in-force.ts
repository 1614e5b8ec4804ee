import type { BubblewrapPrograms } from './bubblewrap-sandbox.ts';

/** What holds of every run inside bubblewrap, in words. */
export function limitsOfBubblewrap(programs: BubblewrapPrograms, version: string): readonly string[] {
  const { features } = programs;
  return [
    `own user, process, network, mount, IPC and host name namespaces (bubblewrap ${version})`,
    'no network: a loopback of its own',
    'no capabilities, an unprivileged user within; outside it counts as the user who runs fettle',
    ...(features.noNestedUsers
      ? ['no user namespaces within, but for services']
      : [`user namespaces within are not forbidden (bubblewrap ${version}; from 0.8.0 they are)`]),
    'the system and the asked places read-only, nothing else of the machine seen',
    features.sizedMemory
      ? 'scratch in memory, of limited size'
      : `scratch in memory, not limited by itself (bubblewrap ${version}; from 0.7.0 it is)`,
    'time, output, and the number of processes, counted ten times a second',
    taskBound(programs),
    'memory by summing what all processes hold, ten times a second; what no process has mapped is not counted',
    'all processes end with the run, and with fettle',
  ];
}

function taskBound({ taskGroups, boundsTasks }: BubblewrapPrograms): string {
  if (taskGroups !== null) return 'tasks (processes and threads) by a control group';
  return boundsTasks
    ? 'tasks (processes and threads) by RLIMIT_NPROC, which does not bind root'
    : 'tasks (processes and threads) are not bounded by the kernel here';
}
