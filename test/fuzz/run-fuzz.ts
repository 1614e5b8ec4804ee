import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { programOf } from '../faults/child-program.ts';
import type { Fault, FuzzOrder, FuzzResult } from './fuzz-program.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Of one input, by the clock: the machine may have more to do, but nothing takes ten minutes. */
const HANGS_MS = 600_000;
const HEAP_MEBIBYTES = 768;

/** The same key gives the same inputs: FETTLE_SEED=<seed> does a failure again. */
export const SEED = process.env['FETTLE_SEED'] ?? 'fettle';
/** Of processor time, for each parser. */
export const SECONDS = Number(process.env['FETTLE_FUZZ_SECONDS'] ?? '1');

export const IS_LONG = process.env['FETTLE_LONG'] === '1';
/** In the short form a quick machine goes no further than a slow one has been: the same inputs pass everywhere. */
const MOST_INPUTS = IS_LONG ? Number.MAX_SAFE_INTEGER : 2_000;

/** Which inputs are read, and for how long. */
interface Reading {
  readonly first: number;
  readonly seconds: number;
  readonly most?: number;
}

/** Reads a target's inputs. Growth that a process which reads nothing else does not show is none of the input: heap and compiled code of thousands of others were its cause. */
export async function runFuzz(target: string, reading: Reading): Promise<FuzzResult> {
  const result = await readInputs(target, reading);
  const faults: Fault[] = [];
  for (const fault of result.faults) {
    const alone = { first: fault.at, seconds: reading.seconds, most: fault.at + 1 };
    const again = fault.isGrowth === true ? (await readInputs(target, alone)).faults : [fault];
    if (again.some(({ at }) => at === fault.at)) faults.push(fault);
  }
  return { ...result, faults };
}

/** In a process of its own, so that an input that hangs, or eats memory without an end, is told like any other. */
async function readInputs(
  target: string,
  { first, seconds, most = MOST_INPUTS }: Reading,
): Promise<FuzzResult> {
  const program = await programOf(
    `import { fuzz } from '../test/fuzz/fuzz-program.ts';\nawait fuzz(JSON.parse(process.argv[2]!));`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'fettle-fuzz-'));
  const progress = join(folder, 'progress');
  const order: FuzzOrder = {
    target,
    root: ROOT,
    progress,
    key: SEED,
    seconds,
    timed: IS_LONG,
    first,
    most,
  };
  try {
    const { stdout, stderr, how } = await run(program, order);
    const last = stdout.trim().split('\n').at(-1) ?? '';
    if (how === 'exit 0' && last.startsWith('{')) return JSON.parse(last) as FuzzResult;
    const at = Number(readFileSync(progress, 'utf8'));
    const what = `the process ended by ${how} while it read this: ${stderr.slice(-1_500)}`;
    return { inputs: 0, seconds: 0, slowestMs: 0, slowestAt: 0, faults: [{ at, what, input: '' }] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(
  program: string,
  order: FuzzOrder,
): Promise<{ readonly stdout: string; readonly stderr: string; readonly how: string }> {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${HEAP_MEBIBYTES}`, program, JSON.stringify(order)],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const began = Date.now();
  const looking = setInterval(() => {
    const lastBegan = statSync(order.progress, { throwIfNoEntry: false })?.mtimeMs ?? began;
    if (Date.now() - lastBegan > HANGS_MS) child.kill('SIGKILL');
  }, 1_000);
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal === null ? `exit ${code}` : `${signal}`));
  });
  const [how, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  clearInterval(looking);
  return { stdout, stderr, how };
}
