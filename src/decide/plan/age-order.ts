import type { Solved } from '../solver/outcome.ts';
import type { Examined } from '../findings/found.ts';
import { isFixed } from '../resolution/line.ts';
import type { Line } from '../resolution/line.ts';
import type { Preference } from './optimise-settle.ts';

/**
 * The last tier, line by line in the order of their names: a line that moves takes the version nearest to the old one (going up
 * before going back, finals before pre-releases), or the newest where the policy asks for the newest. Lines that stay are settled already.
 */
export function ageOrder(
  examined: Examined,
  lines: readonly Line[],
  solution: Solved,
): readonly Preference[] {
  const { resolution, policy } = examined;
  const moving = lines.filter((line) => policy.strategy === 'latest' || !stays(examined, line, solution));
  const byName = moving.toSorted((a, b) =>
    a.requirement.dependency.name < b.requirement.dependency.name ? -1 : 1,
  );
  return byName.flatMap((line) =>
    line.targets.map((target) => ({
      package: resolution.graph.nodes.package(line.requirement.dependency.name, target),
      versionCount: line.published.versions.length,
      best: finalsFirst(
        line,
        policy.strategy === 'latest' ? newestFirst(line) : nearestFirst(examined, line),
      ),
    })),
  );
}

/** Whether every target has a version that the line admits as it is written, or no edit could move it. */
export function stays(examined: Examined, line: Line, solution: Solved): boolean {
  if (isFixed(line)) return true;
  const { name } = line.requirement.dependency;
  return line.targets.every((target) => {
    const position = examined.resolution.selected(solution, name, target);
    return position === null || line.allowed.same.has(position);
  });
}

/** A pre-release that is permitted is not wanted, but where the line is at one already. */
function finalsFirst({ current, published }: Line, order: readonly number[]): readonly number[] {
  const { prereleases } = published;
  if (current !== null && prereleases.has(published.position(current))) return order;
  return [...order.filter((p) => !prereleases.has(p)), ...order.filter((p) => prereleases.has(p))];
}

function newestFirst(line: Line): readonly number[] {
  return [...line.published.versions.keys()].reverse();
}

function nearestFirst(examined: Examined, line: Line): readonly number[] {
  const { versions } = line.published;
  const { current } = line;
  if (current === null) return newestFirst(line);
  const above = versions.findIndex((version) => examined.rules.compareVersions(version, current) >= 0);
  const start = above === -1 ? versions.length : above;
  const positions = [...versions.keys()];
  return [...positions.slice(start), ...positions.slice(0, start).reverse()];
}
