// Runs npm scripts side by side: node scripts/side-by-side.mjs SHOWN NAME...
// What SHOWN prints is seen as it comes, for that takes long and is waited for. The others are short beside it and use what
// it leaves of the machine: each is told in one piece when it ends; of one that fails what it said comes last, where it is looked for.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const began = Date.now();
const [shown, ...others] = process.argv.slice(2);

let isShown = true;

async function runShown() {
  const [code] = await once(spawn('npm', ['run', shown], { stdio: 'inherit' }), 'close');
  isShown = false;
  return code === 0;
}

async function run(name) {
  // One shell, so that both of its outputs stand in the order in which they came.
  const child = spawn('sh', ['-c', 'exec npm run "$0" 2>&1', name], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const took = `after ${((Date.now() - began) / 60_000).toFixed(1)} min`;
  // The last line of what is shown stays the last where all passes.
  if (code === 0 && isShown) console.log(`${output}${name} passed ${took}\n`);
  if (code !== 0) console.log(`\n${name} failed ${took}; what it said follows at the end\n`);
  return { output, passed: code === 0 };
}

const [passed, ...told] = await Promise.all([runShown(), ...others.map(run)]);
const failed = told.filter((one) => !one.passed);
for (const { output } of failed) process.stdout.write(output);
process.exitCode = passed && failed.length === 0 ? 0 : 1;
