import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PYTHON, WORK } from './places.mjs';

const run = promisify(execFile);

/**
 * Runs a command once. `accepts`: exit codes that count as having worked. Seconds, bytes, and the path of what it printed;
 * throws with the last lines of its errors where it failed.
 */
export async function measure(command, accepts) {
  const [output, errors] = [join(WORK, 'stdout.txt'), join(WORK, 'stderr.txt')];
  const { stdout } = await run(PYTHON, [
    join(import.meta.dirname, 'measured.py'),
    output,
    errors,
    ...command,
  ]);
  const cost = JSON.parse(stdout);
  if (accepts.includes(cost.exitCode)) return cost;
  const said = `${await readFile(output, 'utf8')}\n${await readFile(errors, 'utf8')}`;
  throw new Error(
    `${command.join(' ')}\nended with ${cost.exitCode}:\n${said.trim().split('\n').slice(-12).join('\n')}`,
  );
}
