import { spawn } from 'node:child_process';

/** What a tool that stopped, or says nothing of the kind, has claimed. */
export const NOTHING_SAID = {
  ...{ crashed: false, clean: false, unknown: false },
  ...{ fixed: [], conflicts: false, resolves: false },
};

/** The limit of one run: a minute above what fettle gives itself. */
const PATIENCE_MS = 180_000;

/** Where each set is installed too, before and after, and what it weighs is downloaded. */
export const INSTALL_PATIENCE_MS = 900_000;

/** Runs a program to its end, or stops it: exit code, output, seconds. A failure is an answer. */
export function runTool(command, { cwd, env, patienceMs = PATIENCE_MS }) {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(command[0], command.slice(1), { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'])
      child[stream].setEncoding('utf8').on('data', (text) => (texts[stream] += text));
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, patienceMs);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      resolve({ code, seconds, timedOut, ...texts });
    });
  });
}
