import type { Processes } from './process.ts';

/** Where no program can be started: each is answered as not found. */
export const noProcesses: Processes = {
  run: () =>
    Promise.resolve({
      ...{ exitCode: null, signal: null, timedOut: false, notFound: true, truncated: false },
      ...{ stdout: '', stderr: '', durationMs: 0 },
    }),
  start: () => ({
    pid: null,
    stdout: () => '',
    stderr: () => '',
    told: () => '',
    truncated: false,
    ended: Promise.resolve({ exitCode: null, signal: null, notFound: true }),
    kill: () => undefined,
  }),
  daemon: () => Promise.resolve(null),
  family: () => Promise.resolve(null),
  signal: () => undefined,
};
