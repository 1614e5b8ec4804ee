import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ENVIRONMENT } from '../peers.mjs';

const run = promisify(execFile);
const ASK_PIP = 'import pip._internal.models.index as m; print(m.PyPI.simple_url)';

/**
 * A poetry.lock that holds the pins. Poetry keeps what a lock has, so they are locked as a project of their own first, and then what the
 * manifest makes of them; `made.manifest`: the manifest as it was when it was locked, where it was edited since.
 *
 * Poetry asks its default index over an interface that few mirrors have, and takes another one from the manifest alone: the copy's
 * manifest names the machine's index.
 */
export async function makePoetryLock({ made, installs }, folder, { poetry, pip, uv }) {
  const python = installs[0].python.split('.').slice(0, 2).join('.');
  const program = join(await poetry(), 'poetry');
  const interpreter = await pip(python);
  if (interpreter === null)
    throw new Error(`Poetry needs Python ${python} here, and no python${python} is on the PATH`);
  const env = { ...ENVIRONMENT, ...settings(folder, interpreter) };
  const lock = () => run(program, ['lock', '--no-interaction', '--no-plugins'], { cwd: folder, env });
  const source = sourceTable(await defaultIndex(uv));
  const path = join(folder, 'pyproject.toml');
  const manifest = await readFile(path, 'utf8');
  await writeFile(path, pinsAlone(made.pins, python) + source);
  await lock();
  await writeFile(path, (made.manifest ?? manifest) + source);
  await lock();
  await writeFile(path, manifest + source);
}

/** Poetry ends where the Python that it looks at is none that the project admits. Its cache goes with the copy. */
function settings(folder, interpreter) {
  return {
    POETRY_CACHE_DIR: join(folder, '..', 'poetry-cache'),
    POETRY_VIRTUALENVS_CREATE: 'false',
    VIRTUAL_ENV: dirname(dirname(interpreter)),
  };
}

/** The index that is compiled into the pip beside uv. */
async function defaultIndex(uv) {
  const { stdout } = await run(join(dirname(uv), 'python'), ['-I', '-c', ASK_PIP]);
  return stdout.trim();
}

function sourceTable(url) {
  return `\n[[tool.poetry.source]]\nname = "index"\nurl = "${url}"\npriority = "primary"\n`;
}

function pinsAlone(pins, python) {
  const asks = JSON.stringify(pins);
  return `[project]\nname = "pins"\nversion = "0"\nrequires-python = "==${python}.*"\ndependencies = ${asks}\n[tool.poetry]\npackage-mode = false\n`;
}
