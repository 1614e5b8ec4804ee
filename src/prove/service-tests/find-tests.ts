import type { PackageName } from '../../domain/package-name.ts';
import type { World } from '../../io/world.ts';
import type { Environment } from '../environment/environment.ts';
import type { FoundTests, NoTests } from './found-tests.ts';
import { readPytestSettings } from './pytest-settings.ts';
import type { PytestSettings } from './pytest-settings.ts';
import { filesNamed } from './test-files.ts';

type Files = World['files'];

const MAX_BYTES = 1024 * 1024;
const PYTEST_FILES = ['test_*.py', '*_test.py'];
/** `unittest discover`'s own pattern. */
const UNITTEST_FILES = ['test*.py'];

/**
 * Which tests the service's folder holds and what runs them in this environment. Nothing is run: settings and names are read as
 * pytest ("Configuration", "Conventions for Python test discovery") and `unittest discover` do.
 */
export async function findTests(
  world: Pick<World, 'files'>,
  folder: string,
  environment: Pick<Environment, 'distributions'>,
): Promise<FoundTests> {
  const { files } = world;
  const settings = await readPytestSettings(files, folder);
  const pytest = environment.distributions.get('pytest' as PackageName) ?? null;
  const named = await pytestFiles(files, folder, settings);
  const sourceFolders = await sourcesToImport(files, folder);
  const found = { kind: 'found', folder, settings: settings?.file ?? null, sourceFolders } as const;
  if (pytest !== null && named.length > 0)
    return { ...found, runner: { kind: 'pytest', version: pytest.version }, files: named.length };
  if (pytest === null && (await needsPytest(files, folder, settings, named))) return PYTEST_MISSING;
  const cases = await unittestFiles(files, folder);
  if (cases.length === 0) return named.length === 0 ? NO_TESTS : PYTEST_MISSING;
  if ((await files.read(`${folder}/manage.py`, MAX_BYTES)) !== null) return OF_DJANGO;
  return { ...found, runner: { kind: 'unittest', files: cases }, files: cases.length };
}

const NO_TESTS: NoTests = {
  kind: 'none',
  why: 'no tests were found: no file is named test_*.py or *_test.py, and no test*.py uses unittest',
  hint: 'add tests, or name in pytest.ini where they are (testpaths, python_files)',
};

const PYTEST_MISSING: NoTests = {
  kind: 'runner-missing',
  why: 'the tests are written for pytest, and pytest is not installed with the service',
  hint: "pytest is not among the service's requirements: add it to its development requirements, and let those be installed for the check",
};

const OF_DJANGO: NoTests = {
  kind: 'runner-missing',
  why: 'the tests are run by manage.py, which needs the settings and the database that it is given',
  hint: 'add pytest and pytest-django to the development requirements',
};

async function pytestFiles(
  files: Files,
  folder: string,
  settings: PytestSettings | null,
): Promise<readonly string[]> {
  const patterns = settings?.pythonFiles.length ? settings.pythonFiles : PYTEST_FILES;
  // A test path may be a pattern, or a single file, or lead nowhere, and then pytest looks in the whole folder.
  const below: string[] = [];
  for (const path of settings?.testpaths ?? []) {
    const plain = path.replace(/^\.\//, '').replace(/\/+$/, '');
    if (plain.startsWith('/') || plain.split('/').includes('..')) continue;
    if (plain.endsWith('.py') && (await files.read(`${folder}/${plain}`, MAX_BYTES)) !== null)
      return [plain, ...(await filesNamed(files, folder, [''], patterns)).filter((file) => file !== plain)];
    if (plain !== '.' && (await files.list(`${folder}/${plain}`)) !== null) below.push(plain);
  }
  return filesNamed(files, folder, below.length === 0 ? [''] : below, patterns);
}

async function needsPytest(
  files: Files,
  folder: string,
  settings: PytestSettings | null,
  named: readonly string[],
): Promise<boolean> {
  if (settings !== null && named.length > 0) return true;
  for (const file of [...named, ...(await filesNamed(files, folder, [''], ['conftest.py']))])
    if (/^[ \t]*(?:import|from)[ \t]+pytest\b/m.test(await textOf(files, `${folder}/${file}`))) return true;
  return false;
}

async function unittestFiles(files: Files, folder: string): Promise<readonly string[]> {
  const cases: string[] = [];
  for (const file of await filesNamed(files, folder, [''], UNITTEST_FILES))
    if (/\bTestCase\b/.test(await textOf(files, `${folder}/${file}`))) cases.push(file);
  return cases;
}

/**
 * A project that is built from `src/` (setuptools' "src-layout") is imported from there once it is installed, and the lock's
 * environment holds what it needs but not the project itself.
 */
async function sourcesToImport(files: Files, folder: string): Promise<readonly string[]> {
  const names = ((await files.list(folder)) ?? []).map(({ name }) => name);
  const built = names.some((name) => ['pyproject.toml', 'setup.py', 'setup.cfg'].includes(name));
  if (!built || !names.includes('src')) return [];
  const inside = (await files.list(`${folder}/src`)) ?? [];
  if (inside.some(({ name }) => name === '__init__.py')) return [];
  return inside.some(({ name, kind }) => kind === 'directory' || name.endsWith('.py')) ? ['src'] : [];
}

async function textOf(files: Files, path: string): Promise<string> {
  const bytes = await files.read(path, MAX_BYTES);
  return bytes === null ? '' : Buffer.from(bytes).toString('utf8');
}
