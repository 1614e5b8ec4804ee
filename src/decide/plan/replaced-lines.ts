import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { ServiceScan } from '../findings/examine.ts';
import type { Examined } from '../findings/found.ts';
import { refusesToBuild, successorOf } from '../findings/successors.ts';
import { isFixed } from '../resolution/line.ts';
import type { Line } from '../resolution/line.ts';

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
  const { resolution, policy, rules } = examined;
  const told = new Set(
    found.flatMap(({ finding }) => (finding.kind === 'deprecated' && finding.problem ? [finding.name] : [])),
  );
  const wanted = new Set(only.map((text) => rules.name(text)));
  return resolution.asking.flatMap((line): readonly ReplacedLine[] => {
    const { name } = line.requirement.dependency;
    const known = successorOf(name);
    if (known === null || !told.has(name) || isFixed(line) || !isBroken(examined, line)) return [];
    if (only.length > 0 && !wanted.has(name)) return [];
    if (isOverridden(resolution, name) || policy.holds.some((hold) => hold.name === name)) return [];
    const asking = resolution.asking.filter(
      (other) => other.requirement.dependency.name === known.name && !removable.includes(other),
    );
    const askedBy = line.targets.map((at) => asking.find((other) => asksBeside(examined, other, line, at)));
    if (askedBy.includes(undefined)) return [];
    const requirements = new Set(askedBy.flatMap((other) => other?.requirement ?? []));
    return [{ line, successor: known.name, source: known.source, askedBy: [...requirements] }];
  });
}

/** Whether somebody settled for the whole project what version the package has: it is meant to be there. */
function isOverridden({ lines }: Examined['resolution'], name: PackageName): boolean {
  return lines.some(
    ({ requirement }) => requirement.role === 'override' && requirement.dependency.name === name,
  );
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

/**
 * Whether a line is installed on a target whenever the old one is: with the same extra or group or with none, and written by hand, for
 * what stands in a compiled file alone goes with what brought it in.
 */
function asksBeside(
  { service, rules, resolution }: Examined,
  { requirement, targets }: Line,
  old: Line,
  target: number,
): boolean {
  const { group, groupName, dependency, span } = requirement;
  const always = groupName === undefined && group === 'production';
  if (!always && (groupName !== old.requirement.groupName || group !== old.requirement.group)) return false;
  const manifest = service.manifests.find(({ path }) => path === span.file);
  if (manifest?.generatedBy?.sourceIsThere === true || !targets.includes(target)) return false;
  return rules.applies(dependency.condition, resolution.graph.targets[target]!, []) === 'yes';
}
