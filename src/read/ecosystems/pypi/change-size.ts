import type { ChangeSize } from '../../../domain/version.ts';
import { compareVersions } from './version.ts';
import type { PypiVersion } from './version.ts';
import type { VersionParts } from './version-order.ts';

/**
 * How far apart two versions are, by the first part of the release that differs: the epoch or the first number is
 * major, the second minor, any other patch. From a pre-release to another one or to the final release of the same
 * numbers is a patch; where only the post-release or the local segment differs, post.
 */
export function changeSize(from: PypiVersion, to: PypiVersion): ChangeSize {
  const order = compareVersions(from, to);
  if (order !== 0) return order > 0 ? 'downgrade' : sizeOfRise(from.parts, to.parts);
  return 'same';
}

function sizeOfRise(from: VersionParts, to: VersionParts): ChangeSize {
  const differs = (i: number): boolean => (from.release[i] ?? '0') !== (to.release[i] ?? '0');
  if (from.epoch !== to.epoch || differs(0)) return 'major';
  if (differs(1)) return 'minor';
  const longest = Math.max(from.release.length, to.release.length);
  for (let i = 2; i < longest; i++) if (differs(i)) return 'patch';
  const samePre = from.pre?.letter === to.pre?.letter && from.pre?.number === to.pre?.number;
  return samePre && from.dev === to.dev ? 'post' : 'patch';
}
