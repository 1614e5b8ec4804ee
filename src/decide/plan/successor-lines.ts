import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Examined } from '../findings/found.ts';
import { successorOf } from '../findings/successors.ts';
import type { Successor } from '../findings/successors.ts';
import { isFixed } from '../resolution/line.ts';
import type { Line } from '../resolution/line.ts';

/**
 * The known successor of a line's package, where nobody said that the package is to stay: neither the policy nor an override, nor a
 * repair that is limited to other packages (`only`: as in `PlanOptions`).
 */
export function successorFor(
  { resolution, policy, rules }: Examined,
  line: Line,
  only: readonly string[],
): Successor | null {
  const { name } = line.requirement.dependency;
  const known = successorOf(name);
  if (known === null || isFixed(line)) return null;
  if (only.length > 0 && !only.some((text) => rules.name(text) === name)) return null;
  const isHeld = policy.holds.some((hold) => hold.name === name);
  return isHeld || isOverridden(resolution, name) ? null : known;
}

/** Whether somebody settled for the whole project what version the package has: it is meant to be there. */
function isOverridden({ lines }: Examined['resolution'], name: PackageName): boolean {
  return lines.some(
    ({ requirement }) => requirement.role === 'override' && requirement.dependency.name === name,
  );
}

/** The lines among `asking` that ask for the successor already, of which each target of the old line has one; null where one has none. */
export function askedBeside(
  examined: Examined,
  old: Line,
  successor: string,
  asking: readonly Line[],
): readonly Requirement[] | null {
  const own = asking.filter(({ requirement }) => requirement.dependency.name === successor);
  const beside = old.targets.map((at) => own.find((other) => asksBeside(examined, other, old, at)));
  if (beside.includes(undefined)) return null;
  return [...new Set(beside.flatMap((other) => other?.requirement ?? []))];
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
