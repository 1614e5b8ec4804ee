// What action.yml runs: one command of fettle with the action's inputs, which come as environment variables and are never part of a shell line.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
const directory = (env.FETTLE_DIRECTORY || '.').replace(/^-/, './-');
const main = program();
// What is printed quotes files, packages and advisories, and the runner takes lines of it for commands ("##[add-mask]…" anywhere in a line): it is
// told not to, but where annotations are what was asked for, in which fettle escapes what others wrote.
const resume = more.some((line) => /^(?:--format=)?github$/.test(line)) ? null : randomUUID();
if (resume !== null) console.log(`::stop-commands::${resume}`);
const { status, error } = spawnSync(
  process.execPath,
  [main, command, directory, ...more.filter((line) => line !== ''), ...sarif],
  { stdio: 'inherit', cwd: env.GITHUB_WORKSPACE || process.cwd() },
);
if (resume !== null) console.log(`\n::${resume}::`);
if (error) console.error(`fettle: ${error.message}`);
const code = status ?? 70;
if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, `exit-code=${code}\n`);
process.exitCode = code;

/** The version of the registry that was named, or the one beside this file, which is built the first time. */
function program() {
  const version = env.FETTLE_VERSION;
  if (version) return installed(version);
  const root = env.GITHUB_ACTION_PATH;
  const built = join(root, 'dist', 'cli', 'main.js');
  if (!existsSync(built)) {
    npm(root, 'ci', '--ignore-scripts');
    npm(root, 'run', 'build');
  }
  return built;
}

/** In a folder of its own: npx would take an .npmrc and a package of the same name from the repository that is looked at. */
function installed(version) {
  const folder = mkdtempSync(join(env.RUNNER_TEMP || tmpdir(), 'fettle-'));
  npm(
    folder,
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    `fettle@${version}`,
  );
  return join(folder, 'node_modules', 'fettle', 'dist', 'cli', 'main.js');
}

function npm(cwd, ...args) {
  const { status: ended } = spawnSync('npm', args, { cwd, stdio: 'inherit' });
  if (ended !== 0) process.exit(70);
}
