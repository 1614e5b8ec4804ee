import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { EnginePlace } from '../../src/ship/engine/engine-place.ts';
import type { WorkerTiming } from '../../src/ship/engine/worker-timing.ts';
import type { RunningProgram } from './child-program.ts';
import { programOf, startProgram } from './child-program.ts';

/** What a job is asked to do. */
export interface Job {
  /** How long each of its steps takes. */
  readonly stepsMs: readonly number[];
  /** Before this step it waits for the signal "go". */
  readonly waitsBefore?: number;
}

/** Dead workers are noticed soon, living ones on a busy machine are not taken for dead. */
export const QUICK: WorkerTiming = {
  beatMs: 100,
  silentMs: 2_500,
  recoverMs: 200,
  queueMs: 40,
  graceMs: 1_000,
};

/** A worker in a process of its own that writes down what it does, when it does it. `build` tells one program from another. */
function source(build: string): string {
  return `
    import { appendFileSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    import { startWorker } from './ship/engine/open-engine.ts';
    const [place, journal, timing] = process.argv.slice(2);
    const note = (...words) => appendFileSync(journal, [...words, process.pid, '${build}'].join(' ') + '\\n');
    const job = {
      name: 'job',
      run: async (input, run) => {
        note('begin', run.id, run.generation);
        const by = [];
        for (const [step, ms] of input.stepsMs.entries()) {
          if (input.waitsBefore === step) await run.waitFor('go', 60_000);
          by.push(await run.step('step-' + step, async () => {
            note('step', run.id, step);
            await setTimeout(ms);
            note('did', run.id, step);
            return process.pid;
          }));
          await run.publish(by);
        }
        note('end', run.id, run.generation);
      },
    };
    const worker = await startWorker(JSON.parse(place), [job], { service: 1, region: 2 }, { environment: process.env }, JSON.parse(timing));
    console.log('works');
  `;
}

export interface JobWorker extends RunningProgram {
  readonly pid: number;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
}

export async function jobWorker(place: EnginePlace, journal: string, build = 'a'): Promise<JobWorker> {
  const program = startProgram(
    await programOf(source(build)),
    JSON.stringify(place),
    journal,
    JSON.stringify(QUICK),
  );
  let said = '';
  program.process.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  if ((await program.line()) !== 'works') throw new Error(`The worker did not start: ${said}`);
  return {
    ...program,
    pid: program.process.pid!,
    signal: (name) => void program.process.kill(name),
  };
}

/** What workers wrote down: a word, the run, a number, the process and its build. */
export interface Entry {
  readonly word: 'begin' | 'step' | 'did' | 'end';
  readonly run: string;
  readonly number: number;
  readonly pid: number;
  readonly build: string;
}

export function entriesOf(journal: string): readonly Entry[] {
  const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [word, run, number, pid, build] = line.split(' ') as [
      Entry['word'],
      string,
      string,
      string,
      string,
    ];
    return { word, run, number: Number(number), pid: Number(pid), build };
  });
}

/** Waits until it is so. */
export async function seen(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await is()); await setTimeout(10))
    if (Date.now() > end) throw new Error(`It did not come to this: ${what}`);
}
