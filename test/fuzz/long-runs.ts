import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FuzzResult } from './fuzz-program.ts';

/** The last long run of each parser, by its name. It is committed: the figures of docs/hostile-world.md are its. */
const RECORD = join(import.meta.dirname, 'long-runs.json');

export interface LongRun {
  readonly inputs: number;
  /** Of processor time. */
  readonly seconds: number;
  readonly faults: number;
  readonly slowestMs: number;
  readonly seed: string;
  /** The day. */
  readonly on: string;
}

export function longRuns(): Readonly<Record<string, LongRun>> {
  return existsSync(RECORD) ? (JSON.parse(readFileSync(RECORD, 'utf8')) as Record<string, LongRun>) : {};
}

/** Where a run that has not had its time goes on; one with faults, or of another seed, begins anew. */
export function leftOf(
  target: string,
  seed: string,
  seconds: number,
): { readonly first: number; readonly seconds: number } {
  const run = longRuns()[target];
  if (run?.seed !== seed || run.faults > 0) return { first: 0, seconds };
  return { first: run.inputs, seconds: Math.max(0, seconds - run.seconds) };
}

/** Written after each parser, so that a run that is ended keeps what it has done. `first`: it went on with an earlier one. */
export function recordLongRun(target: string, result: FuzzResult, seed: string, first: number): void {
  const earlier = first === 0 ? undefined : longRuns()[target];
  const run: LongRun = {
    inputs: (earlier?.inputs ?? 0) + result.inputs,
    seconds: (earlier?.seconds ?? 0) + result.seconds,
    faults: result.faults.length,
    slowestMs: Math.max(earlier?.slowestMs ?? 0, result.slowestMs),
    seed,
    on: new Date().toISOString().slice(0, 10),
  };
  const runs = Object.entries({ ...longRuns(), [target]: run }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(RECORD, `${JSON.stringify(Object.fromEntries(runs), null, 2)}\n`);
}

/** A table for the docs, of those parsers that have had a long run. */
export function tableOfLongRuns(targets: readonly string[]): string {
  const runs = longRuns();
  const rows = targets.flatMap((target) => {
    const run = runs[target];
    if (run === undefined) return [];
    const { inputs, seconds, slowestMs, faults } = run;
    return [
      `| ${target} | ${inputs.toLocaleString('en')} | ${seconds.toLocaleString('en')} | ${slowestMs.toLocaleString('en')} | ${faults} |`,
    ];
  });
  return ['| parser | inputs | seconds | slowest, ms | faults |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}
