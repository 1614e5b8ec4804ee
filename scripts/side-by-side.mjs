// Runs npm scripts side by side, each with its output in one piece when it ends: node scripts/side-by-side.mjs NAME...
// What reads the whole repository in one thread, three times, is most of what is waited for before the tests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

async function run(name) {
  // One shell, so that both of its outputs stand in the order in which they came.
  const child = spawn('sh', ['-c', 'exec npm run "$0" 2>&1', name], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  process.stdout.write(output);
  return code === 0;
}

const passed = await Promise.all(process.argv.slice(2).map(run));
process.exitCode = passed.every(Boolean) ? 0 : 1;
