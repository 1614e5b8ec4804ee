import type { PackageName } from '../../../domain/package-name.ts';
import { parseSdistFilename } from './sdist-filename.ts';
import { isProblem } from './syntax-problem.ts';
import type { PypiVersion } from './version.ts';
import { parseWheelFilename, type WheelFilename } from './wheel-filename.ts';

/** What a file's name on a project's page tells. `tags` is the wheel's "python-abi-platform", null for an sdist. */
export interface DistributionFile {
  readonly version: PypiVersion;
  readonly tags: string | null;
  readonly build: WheelFilename['build'];
}

/** Installers of other kinds, signatures and notes: no tool of today takes them from an index. */
const OTHER = /\.(egg|exe|msi|rpm|deb|dmg|asc|sig|metadata|pdf|txt|md5|sha256)$/i;
/** bdist_dumb archives carry a platform where a version ends ("1.0.linux-x86_64.tar.gz"). */
const DUMB = /\.(linux|macosx|win|cygwin|freebsd)[-_.0-9a-z]*\.(tar\.gz|zip|tar\.bz2)$/i;

/**
 * Reads a file's name as one of the project `name`. `other` is a kind that is neither wheel nor sdist; null a wheel
 * or sdist whose name makes no sense or is another project's.
 */
export function distributionFile(filename: string, name: PackageName): DistributionFile | 'other' | null {
  if (filename.endsWith('.whl')) {
    const wheel = parseWheelFilename(filename);
    return isProblem(wheel) || wheel.name !== name ? null : wheel;
  }
  if (OTHER.test(filename)) return 'other';
  const sdist = parseSdistFilename(filename, name);
  if (!isProblem(sdist))
    return sdist.name === name ? { version: sdist.version, tags: null, build: null } : null;
  return DUMB.test(filename) ? 'other' : null;
}

/**
 * `distributionFile` for the files of one page: a release's wheels share all that stands before their tags, and releases
 * share tags, so that each part is read once.
 */
export function distributionReader(
  name: PackageName,
): (filename: string) => DistributionFile | 'other' | null {
  const heads = new Map<string, Pick<DistributionFile, 'version' | 'build'>>();
  const tails = new Map<string, string>();
  return (filename) => {
    const cut = filename.endsWith('.whl') ? startOfTags(filename) : -1;
    if (cut === -1) return distributionFile(filename, name);
    const [head, tail] = [filename.slice(0, cut), filename.slice(cut)];
    const [known, tags] = [heads.get(head), tails.get(tail)];
    if (known !== undefined && tags !== undefined)
      return { version: known.version, build: known.build, tags };
    const read = distributionFile(filename, name);
    if (read === null || read === 'other' || read.tags === null) return read;
    heads.set(head, read);
    tails.set(tail, read.tags);
    return { version: read.version, build: read.build, tags: read.tags };
  };
}

/** The third "-" from the end; -1 where there is none. */
function startOfTags(filename: string): number {
  const platform = filename.lastIndexOf('-');
  const abi = platform > 0 ? filename.lastIndexOf('-', platform - 1) : -1;
  return abi > 0 ? filename.lastIndexOf('-', abi - 1) : -1;
}
