// What action.yml runs: one command of fettle with the action's inputs, which come as environment variables and are never part of a shell line.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

const { env } = process;
const COMMANDS = ['scan', 'fix', 'pr'];

const command = env.FETTLE_COMMAND || 'scan';
if (!COMMANDS.includes(command)) {
  console.error(
    `fettle: the input "command" is ${JSON.stringify(command)}; it is one of ${COMMANDS.join(', ')}`,
  );
  process.exit(2);
}
const more = (env.FETTLE_ARGUMENTS ?? '').split('\n').map((line) => line.trim());
const sarif = command === 'scan' && env.FETTLE_SARIF ? ['--format', 'sarif', '-o', env.FETTLE_SARIF] : [];
const { status, error } = spawnSync(
  ...program([command, env.FETTLE_DIRECTORY || '.', ...more.filter((line) => line !== ''), ...sarif]),
  { stdio: 'inherit', cwd: env.GITHUB_WORKSPACE || process.cwd() },
);
if (error) console.error(`fettle: ${error.message}`);
const code = status ?? 70;
if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, `exit-code=${code}\n`);
process.exitCode = code;

/** The version of the registry that was named, or the one beside this file, which is built the first time. */
function program(args) {
  const version = env.FETTLE_VERSION;
  if (version) return ['npx', ['--yes', `fettle@${version}`, ...args]];
  const root = env.GITHUB_ACTION_PATH;
  const main = join(root, 'dist', 'cli', 'main.js');
  if (!existsSync(main))
    for (const step of [
      ['ci', '--ignore-scripts'],
      ['run', 'build'],
    ]) {
      const { status: built } = spawnSync('npm', step, { cwd: root, stdio: 'inherit' });
      if (built !== 0) process.exit(70);
    }
  return [process.execPath, [main, ...args]];
}
