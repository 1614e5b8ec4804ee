import { posix } from 'node:path';

/** Words in a file's name that tell that it is for those who work on the service, not for where it runs. */
const DEVELOPMENT: ReadonlySet<string> = new Set([
  'dev',
  'develop',
  'development',
  'test',
  'tests',
  'testing',
  'lint',
  'linting',
  'linters',
  'doc',
  'docs',
  'documentation',
  'ci',
  'typing',
  'mypy',
  'types',
  'format',
  'quality',
  'qa',
  'bench',
  'benchmark',
  'local',
  'tox',
]);

/** `requirements*.txt|in`, `dev-requirements.txt`, and every .txt or .in below a folder named requirements. */
export function isRequirementsFile(path: string): boolean {
  const name = posix.basename(path).toLowerCase();
  if (!/\.(txt|in|lock)$/.test(name) || isConstraintsFile(path)) return false;
  if (/(^|[-_.])(requirements?|reqs)([-_.]|$)/.test(name)) return true;
  return !name.endsWith('.lock') && /(^|\/)requirements\//i.test(path) && !/license|readme|notice/.test(name);
}

/** A constraints file counts only where another file names it. */
export function isConstraintsFile(path: string): boolean {
  return /^(constraints?|overrides?)([-_.]|$)|[-_.]constraints?[-_.]/i.test(posix.basename(path));
}

/** Whether a word of a name (of a file, an extra or a group of dependencies) says that it is not for production. */
export function isDevelopmentName(name: string): boolean {
  return name
    .toLowerCase()
    .split(/[-_.]/)
    .some((word) => DEVELOPMENT.has(word));
}

/** Whether a file or the folder that it stands in says that it is not for production. */
export function isForDevelopment(path: string): boolean {
  const folders = posix.dirname(path).split('/');
  return (
    isDevelopmentName(posix.basename(path)) ||
    folders.some(
      (folder) => folder === '.github' || folder === '.devcontainer' || DEVELOPMENT.has(folder.toLowerCase()),
    )
  );
}
