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

/** Written after each parser, so that a run that is ended keeps what it has done. */
export function recordLongRun(target: string, result: FuzzResult, seed: string): void {
  const { inputs, seconds, faults, slowestMs } = result;
  const on = new Date().toISOString().slice(0, 10);
  const run: LongRun = { inputs, seconds, faults: faults.length, slowestMs, seed, on };
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
