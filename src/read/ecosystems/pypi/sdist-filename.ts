import type { PackageName } from '../../../domain/package-name.ts';
import type { SyntaxProblem } from '../ecosystem.ts';
import { normalizeName } from './name.ts';
import { isProblem, problemAt, shifted } from './syntax-problem.ts';
import { parseVersion } from './version.ts';
import type { PypiVersion } from './version.ts';

const LONGEST_FILENAME = 1024;
/** Longest first: ".tar.gz" and what was published before PEP 625 allowed nothing else. */
const EXTENSIONS = ['.tar.bz2', '.tar.gz', '.tar.xz', '.tar.Z', '.tar', '.tgz', '.zip'] as const;

export interface SdistFilename {
  readonly name: PackageName;
  readonly version: PypiVersion;
  readonly extension: (typeof EXTENSIONS)[number];
}

/**
 * `name-version.tar.gz` (PEP 625), and the archives of older times. A name or version that holds "-" makes the
 * boundary ambiguous: `project` is the name on whose page the file stands, and wins; without it the last "-" counts.
 */
export function parseSdistFilename(
  filename: string,
  project: PackageName | null = null,
): SdistFilename | SyntaxProblem {
  if (filename.length > LONGEST_FILENAME)
    return problemAt(filename, `a file name of at most ${LONGEST_FILENAME} characters`, LONGEST_FILENAME);
  const extension = EXTENSIONS.find((suffix) => filename.endsWith(suffix));
  if (extension === undefined)
    return problemAt(filename, `a name that ends in ${EXTENSIONS.join(', ')}`, 0, filename.length);
  const stem = filename.slice(0, -extension.length);
  const dash = project === null ? stem.lastIndexOf('-') : dashAfter(stem, project);
  if (dash <= 0) return problemAt(filename, `${project ?? 'name'}-version${extension}`, 0, filename.length);
  const version = parseVersion(stem.slice(dash + 1));
  if (isProblem(version)) return shifted(version, dash + 1);
  return { name: normalizeName(stem.slice(0, dash)), version, extension };
}

/** The dash before which the project's name stands, or -1. */
function dashAfter(stem: string, project: PackageName): number {
  for (let dash = stem.indexOf('-'); dash !== -1; dash = stem.indexOf('-', dash + 1))
    if (normalizeName(stem.slice(0, dash)) === project) return dash;
  return -1;
}
