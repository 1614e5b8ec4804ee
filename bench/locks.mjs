import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { bundled } from './bundled.mjs';
import { aim, figureRow, median, spreadOf } from './figures.mjs';
import { INPUTS, WORK } from './places.mjs';
import { interpreterOf } from './tools.mjs';

const run = promisify(execFile);
const AIM = 0.25;

/**
 * A uv.lock of some 600 packages: read by fettle, and written anew by uv with one package moved, against resolving the same project, in
 * one process each round, from full caches and without the network. The lock is made by uv of the day, for it holds addresses.
 */
export async function measureLock({ uv, rounds, say }) {
  const folder = join(WORK, 'inputs', 'locked-600');
  await mkdir(join(folder, '.git'), { recursive: true });
  await cp(join(INPUTS, 'locked-600.toml'), join(folder, 'pyproject.toml'));
  const environment = {
    ...process.env,
    PATH: `${dirname(uv)}:${process.env.PATH}`,
    UV_PYTHON: interpreterOf(uv),
  };
  if (!existsSync(join(folder, 'uv.lock')))
    await run(uv, ['lock', '--quiet', '--no-build'], { cwd: folder, env: environment });
  const program = await bundled(join(import.meta.dirname, 'uv-lock.ts'), join(WORK, 'uv-lock.mjs'));
  const once = async (...more) => {
    const words = [program, folder, join(WORK, 'locked-600-cache'), ...more];
    return JSON.parse((await run(process.execPath, words, { env: environment })).stdout);
  };
  await once();
  const costs = [];
  for (let round = 1; round <= rounds; round++) {
    say(`locked-600, round ${round} of ${rounds}`);
    costs.push(await once('--offline'));
  }
  return rowsOf(costs);
}

function rowsOf(costs) {
  const row = (what, of) => ({
    ...figureRow({
      ...{ part: 'locked', what: `locked-600 (${costs[0].packages} packages): ${what}`, unit: 's' },
      ...{
        mine: median(costs.map(of)),
        peer: 'resolve',
        theirs: median(costs.map(({ resolve }) => resolve)),
      },
      ...{ runs: costs.length, aim: aim('ratio', AIM) },
    }),
    ratios: spreadOf(costs.map((cost) => of(cost) / cost.resolve)),
  });
  return [
    row('read uv.lock', ({ read }) => read),
    row('read it, and uv writes it', ({ read, write }) => read + write),
  ];
}
