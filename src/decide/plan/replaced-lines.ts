import type { Requirement } from '../../domain/requirement.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { ServiceScan } from '../findings/examine.ts';
import type { Examined } from '../findings/found.ts';
import { refusesToBuild } from '../findings/successors.ts';
import type { Line } from '../resolution/line.ts';
import { askedBeside, successorFor } from './successor-lines.ts';

/** A line whose package can no longer be installed, for another one has taken its place. */
export interface ReplacedLine {
  readonly line: Line;
  readonly successor: string;
  /** Who says that it is the successor, and where. */
  readonly source: string;
  /** The lines that ask for the successor already, of which each of its targets has one. */
  readonly askedBy: readonly Requirement[];
}

/**
 * Lines that a plan may take out: what they select ends its own build wherever they count, and another line of the same install asks
 * for the successor there. Whether some package of the planned set needs the old name all the same is seen when there is one.
 * `removable`: lines that may go for another reason, and are no ground for these to go. `only`: as in `PlanOptions`.
 */
export function replacedLines(
  { examined, found }: ServiceScan,
  removable: readonly Line[],
  only: readonly string[],
): readonly ReplacedLine[] {
  const { resolution } = examined;
  const told = new Set(
    found.flatMap(({ finding }) => (finding.kind === 'deprecated' && finding.problem ? [finding.name] : [])),
  );
  const standing = resolution.asking.filter((other) => !removable.includes(other));
  return resolution.asking.flatMap((line): readonly ReplacedLine[] => {
    if (!told.has(line.requirement.dependency.name)) return [];
    const known = successorFor(examined, line, only);
    if (known === null || !isBroken(examined, line)) return [];
    const askedBy = askedBeside(examined, line, known.name, standing);
    return askedBy === null ? [] : [{ line, successor: known.name, source: known.source, askedBy }];
  });
}

/** Whether nothing of what the line selects today can be installed, on any of its targets. */
function isBroken({ today }: Examined, { requirement, published, pinned, allowed, targets }: Line): boolean {
  const { name } = requirement.dependency;
  const refused = refusesToBuild(name, published);
  return targets.every((target) => {
    const version = today.locks[target]?.packages.find((locked) => locked.name === name)?.version;
    const selected =
      pinned !== null || version === undefined
        ? allowed.same
        : VersionSet.of(published.versions.length, published.position(version));
    return !selected.isEmpty && selected.isSubsetOf(refused);
  });
}
