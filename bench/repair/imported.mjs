import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ENVIRONMENT } from '../peers.mjs';

const run = promisify(execFile);

/** Installs the pins of each install and imports what the case names; what fails, in words. Code of the packages runs here. */
export async function imported(told, after, { uv }) {
  const failed = [];
  for (const [at, install] of told.installs.entries()) {
    if ((told.answer.imports ?? []).length === 0 || install.platform !== 'linux/amd64') continue;
    failed.push(...(await importedFrom(uv, install, after[at].pins, told.answer.imports)));
  }
  return failed;
}

async function importedFrom(uv, install, pins, modules) {
  const place = await mkdtemp(join(tmpdir(), 'fettle-import-'));
  try {
    const [environment, file] = [join(place, 'env'), join(place, 'pins.txt')];
    await writeFile(
      file,
      Object.entries(pins)
        .map(([name, version]) => `${name}==${version}\n`)
        .join(''),
    );
    await run(uv, ['venv', '--quiet', '--python', install.python, environment], { env: ENVIRONMENT });
    const python = join(environment, 'bin', 'python');
    const words = ['pip', 'install', '--quiet', '--no-deps', '--python', python, '-r', file];
    await run(uv, words, { env: ENVIRONMENT, maxBuffer: 16 << 20 });
    const tried = await Promise.all(modules.map((module) => importOf(python, module)));
    return tried.filter((one) => one !== null).map((why) => `${install.name}: ${why}`);
  } finally {
    await rm(place, { recursive: true });
  }
}

function importOf(python, module) {
  return run(python, ['-I', '-c', `import ${module}`], { env: ENVIRONMENT }).then(
    () => null,
    (error) => `import ${module}: ${error.stderr.trim().split('\n').at(-1)}`,
  );
}
