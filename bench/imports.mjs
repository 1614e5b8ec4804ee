import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundled } from './bundled.mjs';
import { aim, figureRow, median, spreadOf } from './figures.mjs';
import { measure } from './measure.mjs';
import { INPUTS, WORK } from './places.mjs';

const run = promisify(execFile);
const AIM = 1.1;
const WORKERS = 2;
/** As an environment is compiled when it is made: by Python without `site`. */
const COMPILE = ['-I', '-S', '-m', 'compileall', '-q', '-q', '-j', '0', '-x', '/tests?/'];

/**
 * The import check of some 260 distributions, beside `uv pip sync` of the same from a full cache, and beside importing the same by Python
 * alone, one process after the other: the aim is against the larger of the slowest of those and their sum by the processors in use.
 */
export async function measureImports({ uv, rounds, say }) {
  const folder = join(WORK, 'imports');
  const [pins, environment] = [join(folder, 'pins.txt'), join(folder, 'env')];
  await mkdir(folder, { recursive: true });
  const target = ['--python-version', '3.11', '--only-binary', ':all:', '--no-header', '--no-annotate'];
  if (!existsSync(pins))
    await run(uv, ['pip', 'compile', '--quiet', ...target, join(INPUTS, 'backend-100.in'), '-o', pins]);
  const program = await bundled(join(import.meta.dirname, 'imports.ts'), join(WORK, 'imports.mjs'));
  const python = join(environment, 'bin', 'python');
  const synced = async () => {
    await rm(environment, { recursive: true, force: true });
    await run(uv, ['venv', '--quiet', '--python', '3.11', environment]);
    return measure([uv, 'pip', 'sync', '--quiet', '--only-binary', ':all:', '--python', python, pins], [0]);
  };
  say('imports: installing');
  await synced();
  const sync = await synced();
  await run(python, [...COMPILE, join(environment, 'lib')]).catch((error) => {
    // Sources for later Pythons do not compile: it says so by 1.
    if (error.code !== 1) throw error;
  });
  const once = async (what) => {
    const words = [program, environment, join(folder, 'cache'), what, String(WORKERS)];
    return JSON.parse((await run(process.execPath, words, { maxBuffer: 64 << 20 })).stdout);
  };
  await once('check');
  const costs = [];
  for (let round = 1; round <= rounds; round++) {
    say(`imports, round ${round} of ${rounds}`);
    costs.push({ alone: await once('alone'), check: await once('check') });
  }
  return rowsOf(sync, costs);
}

function rowsOf(sync, costs) {
  const told = costs.map(({ alone, check }) => {
    const sum = alone.imports.reduce((a, b) => a + b, 0);
    return { sum, bound: Math.max(sum / WORKERS, ...alone.imports), check: check.seconds };
  });
  const { modules, failed } = costs[0].check;
  const middle = (of) => median(told.map(of));
  return [
    {
      ...figureRow({
        ...{ part: 'imports', what: `import check of ${modules} modules, ${WORKERS} at once`, unit: 's' },
        ...{ mine: middle(({ check }) => check), peer: 'Python alone, or the slowest' },
        ...{ theirs: middle(({ bound }) => bound), runs: costs.length, aim: aim('ratio', AIM) },
        note: `${failed.length} fail; one after the other ${middle(({ sum }) => sum).toFixed(1)} s, uv pip sync from a full cache ${sync.wall.toFixed(1)} s`,
      }),
      ratios: spreadOf(told.map(({ check, bound }) => check / bound)),
    },
  ];
}
