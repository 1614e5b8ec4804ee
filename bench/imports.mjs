import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
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
export async function measureImports({ uv, rounds, onRound }) {
  const folder = join(WORK, 'imports');
  const [pins, environment] = [join(folder, 'pins.txt'), join(folder, 'env')];
  await mkdir(folder, { recursive: true });
  const target = ['--python-version', '3.11', '--only-binary', ':all:', '--no-header', '--no-annotate'];
  if (!existsSync(pins))
    await run(uv, ['pip', 'compile', '--quiet', ...target, join(INPUTS, 'backend-100.in'), '-o', pins]);
  const program = await bundled(join(WORK, 'imports.mjs'));
  const python = join(environment, 'bin', 'python');
  const synced = async () => {
    await rm(environment, { recursive: true, force: true });
    await run(uv, ['venv', '--quiet', '--python', '3.11', environment]);
    return measure([uv, 'pip', 'sync', '--quiet', '--only-binary', ':all:', '--python', python, pins], [0]);
  };
  onRound('imports: installing');
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
    onRound(`imports, round ${round} of ${rounds}`);
    costs.push({ alone: await once('alone'), check: await once('check') });
  }
  return resultOf(sync, costs);
}

function resultOf(sync, costs) {
  const told = costs.map(({ alone, check }) => {
    const sum = alone.imports.reduce((a, b) => a + b, 0);
    const bound = Math.max(sum / WORKERS, ...alone.imports);
    return { sum, bound, check: check.seconds, ratio: check.seconds / bound };
  });
  const middle = told.sort((a, b) => a.ratio - b.ratio)[told.length >> 1];
  const { modules, failed } = costs[0].check;
  return {
    ...middle,
    sync: sync.wall,
    modules,
    failed: failed.length,
    aim: AIM,
    met: middle.ratio <= AIM,
  };
}

async function bundled(program) {
  await build({
    ...{ entryPoints: [join(import.meta.dirname, 'imports.ts')], outfile: program },
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' },
    external: ['lmdb', 'msgpackr', 'highs'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return program;
}

/** The result as lines of text. */
export function importsTable({ sum, bound, check, ratio, sync, modules, failed, aim, met }) {
  return [
    `import check of ${modules} modules, ${WORKERS} at once (${failed} fail)`,
    `  uv pip sync (full cache)          ${sync.toFixed(1)} s`,
    `  one after the other, Python alone ${sum.toFixed(1)} s`,
    `  slowest, or sum by processors     ${bound.toFixed(1)} s`,
    `  import check                      ${check.toFixed(1)} s  ${ratio.toFixed(2)}x  <= ${aim}x  ${met ? 'met' : 'MISSED'}`,
    '',
  ].join('\n');
}
