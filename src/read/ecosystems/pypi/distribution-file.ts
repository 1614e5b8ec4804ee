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
