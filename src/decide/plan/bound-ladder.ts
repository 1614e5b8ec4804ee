import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Rules } from '../resolution/line.ts';

/** What a package has to be bounded to, and against what. */
export interface Bounded {
  /** Positions that the plan has, ascending; and those that an installer would take. */
  readonly planned: readonly number[];
  readonly there: readonly number[];
  /** The versions that must not come, where they are known for what they are. */
  readonly forbidden: VersionSet | null;
  /** The bound is a line of its own, and narrows none that is there. */
  readonly isOwnLine: boolean;
  readonly publicVersion: Rules['publicVersion'];
}

/** Specifiers from the loosest bound to the tightest, after nothing at all; `pins`: the last of them. */
export function boundLadder(
  page: PublishedPackage,
  bounded: Bounded,
): { readonly rungs: readonly string[]; readonly pins: readonly string[] } {
  const { planned, there, isOwnLine } = bounded;
  const { versions } = page;
  const [low, high] = [planned[0]!, planned.at(-1)!];
  const [lowest, highest] = [versions[low]!.text, versions[high]!.text];
  const pins = [...(low === high ? [] : [`>=${lowest},<=${highest}`]), `==${lowest}`];
  const isAbove = there.some((position) => position > high);
  const isBelow = there.some((position) => position < low);
  if (isAbove && isBelow) return { rungs: ['', ...pins], pins };
  if (!isAbove) return { rungs: ['', `>=${lowest}`, ...pins], pins };
  // A line of its own that only caps at the plan's version would let in what lies below, which was not looked at.
  const caps = [...belowForbidden(page, bounded, high), ...(isOwnLine ? [] : [`<=${highest}`])];
  return { rungs: ['', ...caps, ...pins], pins };
}

/** Up to the first final version above that is forbidden: a pre-release that is named would be permission for all of them. */
function belowForbidden(
  { versions, prereleases }: PublishedPackage,
  { forbidden, publicVersion }: Bounded,
  high: number,
): readonly string[] {
  if (forbidden === null) return [];
  const above = VersionSet.range(versions.length, high + 1, versions.length);
  const { first } = forbidden.intersect(above).minus(prereleases);
  return first === -1 ? [] : [`<${publicVersion(versions[first]!).text}`];
}
