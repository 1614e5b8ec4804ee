import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PYTHON, WORK } from './places.mjs';

const run = promisify(execFile);
/** What a command prints goes to files of this process, which two benches at once do not share. */
const PRINTED = ['stdout', 'stderr'].map((name) => join(WORK, `${name}-${process.pid}.txt`));
process.on('exit', () => PRINTED.forEach((path) => rmSync(path, { force: true })));
/** What takes longer is measured once. */
const LONG_SECONDS = 60;

/**
 * Runs a command once. `accepts`: exit codes that count as having worked. Seconds, bytes, and the path of what it printed;
 * throws with the last lines of its errors where it failed.
 */
export async function measure(command, accepts, { env = process.env, cwd = process.cwd() } = {}) {
  const [output, errors] = PRINTED;
  const words = [join(import.meta.dirname, 'measured.py'), output, errors, ...command];
  const { stdout } = await run(PYTHON, words, { env, cwd });
  const cost = JSON.parse(stdout);
  if (accepts.includes(cost.exitCode)) return { ...cost, output, errors };
  const said = `${await readFile(output, 'utf8')}\n${await readFile(errors, 'utf8')}`;
  const last = said.trim().split('\n').slice(-12).join('\n');
  throw new Error(`${command.join(' ')}\nended with ${cost.exitCode}:\n${last}`);
}

/**
 * Puts the same work to several programs in turn, round after round, so that what else the machine does meets all of them alike: the costs
 * of each, in the order of the rounds. A program of which one run takes more than a minute has that one run. `onFailure`, where it is given,
 * is told of a program that fails, which then has no costs; else that is thrown.
 */
export async function inTurn(programs, { rounds, onRound, onFailure = null }) {
  const failed = new Set();
  const costs = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    onRound(round);
    for (const [name, run] of Object.entries(programs)) {
      if (failed.has(name) || costs[name].some(({ wall }) => wall > LONG_SECONDS)) continue;
      try {
        costs[name].push(await run());
      } catch (error) {
        if (onFailure === null) throw error;
        failed.add(name);
        costs[name] = [];
        onFailure(name, error);
      }
    }
  }
  return costs;
}
