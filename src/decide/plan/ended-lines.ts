import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import { targetText } from '../../domain/target.ts';
import type { VersionSet } from '../../domain/version-set.ts';
import type { ServiceScan } from '../findings/examine.ts';
import type { Examined } from '../findings/found.ts';
import { refusesToBuild } from '../findings/successors.ts';
import type { DropIn, Successor } from '../findings/successors.ts';
import type { Line } from '../resolution/line.ts';
import { placeText } from '../resolution/wording.ts';
import { askedBeside, successorFor } from './successor-lines.ts';

/** A line for a package of which nothing installs any more, in whatever version, and whose successor may stand in its place. */
export interface EndedLine {
  readonly requirement: Requirement;
  readonly successor: PackageName;
  readonly known: Successor & { readonly dropIn: DropIn };
  /** Why nothing of the package installs, as a clause. */
  readonly why: string;
  /** The lines that ask for the successor already: this one goes. Empty: it asks for the successor from now on. */
  readonly askedBy: readonly Requirement[];
  /** Why the line stays all the same; null: nothing speaks against it. */
  readonly stays: string | null;
}

/**
 * The lines of one service whose package has ended. Whether the set of versions with the successor can be had is seen when there is one.
 * `only`: as in `PlanOptions`; `whyNotEdited`: why the name in a line cannot be another, or null.
 */
export function endedLines(
  { examined }: ServiceScan,
  only: readonly string[],
  whyNotEdited: (requirement: Requirement, successor: PackageName) => string | null,
): readonly EndedLine[] {
  const { resolution, rules } = examined;
  return resolution.lines.flatMap((line): readonly EndedLine[] => {
    const { requirement } = line;
    if (requirement.role !== 'requirement') return [];
    const known = successorFor(examined, line, only);
    const successor = known?.dropIn === undefined ? null : rules.name(known.name);
    if (known?.dropIn === undefined || typeof successor !== 'string' || !hasEnded(examined, line)) return [];
    const askedBy = askedBeside(examined, line, successor, resolution.asking);
    const one = {
      requirement,
      successor,
      known: { ...known, dropIn: known.dropIn },
      why: whyOf(line, examined),
    };
    const stays =
      whyNotEdited(requirement, successor) ??
      (askedBy === null ? whyNotNamed(examined, line, successor) : null);
    return [{ ...one, askedBy: askedBy ?? [], stays }];
  });
}

/** Whether no version of the line's package installs on any of its targets, whatever the other lines are. */
function hasEnded(examined: Examined, line: Line): boolean {
  const left = line.targets.map((at) => leftOn(examined, line, at));
  return (
    left.every(({ wheels }) => wheels.isEmpty) &&
    (left.every(({ all }) => all.isEmpty) || isUnmetAlone(examined, line))
  );
}

/** The versions that may install on a target: those that do not end their own build, and those among them that need none. */
function leftOn(
  { resolution }: Examined,
  { requirement, published }: Line,
  at: number,
): { readonly all: VersionSet; readonly wheels: VersionSet } {
  const target = resolution.graph.targets[at]!;
  const all = published.installable(target).minus(refusesToBuild(requirement.dependency.name, published));
  return { all, wheels: all.minus(published.needsBuild(target)) };
}

/** Whether it is proven that none of the package's versions can be had, with no other line in the proof. */
function isUnmetAlone({ today }: Examined, { requirement }: Line): boolean {
  const { name } = requirement.dependency;
  return today.unmet.some(
    ({ lines }) =>
      lines.every((line) => line.requirement.dependency.name === name) &&
      lines.some((line) => line.requirement.id === requirement.id),
  );
}

function whyOf({ targets, published }: Line, { resolution }: Examined): string {
  const where = targets.map((at) => targetText(resolution.graph.targets[at]!)).join(' or ');
  const hasSource = targets.some((at) => !published.needsBuild(resolution.graph.targets[at]!).isEmpty);
  const sources = hasSource ? ', and no source distribution of it can be used' : '';
  return `nothing of it installs: no version has a wheel that ${where} takes${sources}`;
}

/** What speaks against the successor's name in the line, that the file does not tell. */
function whyNotNamed({ resolution, policy }: Examined, line: Line, successor: PackageName): string | null {
  const { name, writtenName } = line.requirement.dependency;
  if (policy.ceilings.some((ceiling) => ceiling.name === name))
    return `the policy caps ${writtenName}, and not ${successor}`;
  if (line.requirement.dependency.extras.length > 0) return `its extras are those of ${writtenName}`;
  const other = resolution.asking.find(
    ({ requirement, targets }) =>
      requirement.dependency.name === successor && targets.some((at) => line.targets.includes(at)),
  );
  return other === undefined
    ? null
    : `${placeText(other.requirement)} asks for ${successor} too, and not everywhere`;
}
