import type { PackageName } from '../../../domain/package-name.ts';
import type { SyntaxProblem } from '../ecosystem.ts';
import { normalizeName } from './name.ts';
import { isProblem, problemAt, shifted } from './syntax-problem.ts';
import { parseVersion } from './version.ts';
import type { PypiVersion } from './version.ts';

const LONGEST_FILENAME = 1024;

/** PEP 427, "File name convention". */
export interface WheelFilename {
  readonly name: PackageName;
  readonly version: PypiVersion;
  /** Number and rest of the build tag; sorts after having none. */
  readonly build: { readonly number: number; readonly rest: string } | null;
  /** Three compressed tag sets (PEP 425), "py2.py3-none-any", in small letters. */
  readonly tags: string;
}

/** `name-version[-build]-python-abi-platform.whl`. */
export function parseWheelFilename(filename: string): WheelFilename | SyntaxProblem {
  if (filename.length > LONGEST_FILENAME)
    return problemAt(filename, `a file name of at most ${LONGEST_FILENAME} characters`, LONGEST_FILENAME);
  if (!filename.endsWith('.whl'))
    return problemAt(filename, 'a name that ends in ".whl"', 0, filename.length);
  const parts = filename.slice(0, -4).split('-');
  if (parts.length !== 5 && parts.length !== 6)
    return problemAt(
      filename,
      'name-version-python-abi-platform.whl, with a build tag before python or without',
      0,
      filename.length,
    );
  const [name, versionText] = parts as [string, string];
  if (!/^[\p{L}\p{N}._]+$/u.test(name) || name.includes('__'))
    return problemAt(filename, 'a project name of letters, digits, "." and single "_"', 0, name.length);
  const version = parseVersion(versionText);
  if (isProblem(version)) return shifted(version, name.length + 1);
  const buildText = parts.length === 6 ? parts[2]! : null;
  const build = buildText === null ? null : /^(\d{1,15})(.*)$/.exec(buildText);
  const tagsStart = name.length + versionText.length + 2 + (buildText === null ? 0 : buildText.length + 1);
  if (buildText !== null && build === null)
    return problemAt(
      filename,
      'a build tag that begins with a digit',
      tagsStart - buildText.length - 1,
      tagsStart - 1,
    );
  const tags = parts.slice(-3).join('-').toLowerCase();
  if (!isTagTriple(tags))
    return problemAt(filename, 'three tag sets without empty parts', tagsStart, filename.length - 4);
  return {
    name: normalizeName(name),
    version,
    build: build === null ? null : { number: Number(build[1]), rest: build[2]! },
    tags,
  };
}

/** Three parts; each is tags with dots between them, and the first is made of identifiers (PEP 425). */
function isTagTriple(tags: string): boolean {
  return /^[^\W\d]\w*(?:\.[^\W\d]\w*)*-[^-.]+(?:\.[^-.]+)*-[^-.]+(?:\.[^-.]+)*$/.test(tags);
}

/** Which of two wheels with equally good tags an installer takes: the higher build. Negative: `a` comes before `b`. */
export function compareBuilds(a: WheelFilename['build'], b: WheelFilename['build']): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (a.number !== b.number) return a.number - b.number;
  return a.rest < b.rest ? -1 : a.rest > b.rest ? 1 : 0;
}
