import type { Dependency } from '../../domain/dependency.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Line } from '../resolution/line.ts';
import { placeText } from '../resolution/wording.ts';
import type { Settled } from './make-plan.ts';

/**
 * Why a line moves that has nothing wrong in itself: a requirement of what the plan selects beside it that the old version does not
 * meet, or one of the old version that the plan does not meet. Read off the metadata of those very versions.
 */
export function coupledText(settled: Settled, line: Line): string {
  for (const target of line.targets) {
    const said = askedByPlan(settled, line, target) ?? askedByOld(settled, line, target);
    if (said !== null) return said;
  }
  return askedByLine(settled, line) ?? 'the other lines need it to move';
}

/** Another line about the same package that the plan meets and the old version does not. */
function askedByLine({ lines, scan, solution }: Settled, line: Line): string | null {
  const { resolution } = scan.examined;
  const { name } = line.requirement.dependency;
  const other = lines.find(
    ({ requirement, allowed, targets }) =>
      requirement !== line.requirement &&
      requirement.dependency.name === name &&
      targets.some((target) => {
        const selected = resolution.selected(solution, name, target);
        return line.targets.includes(target) && selected !== null && allowed.same.has(selected);
      }),
  );
  if (other === undefined || other.allowed.same.intersects(line.allowed.same)) return null;
  const { dependency } = other.requirement;
  return `${placeText(other.requirement)} asks for ${dependency.writtenName}${dependency.specifier.text}`;
}

function askedByPlan(settled: Settled, line: Line, target: number): string | null {
  const { graph } = settled.scan.examined.resolution;
  const { name } = line.requirement.dependency;
  const { same } = line.allowed;
  for (const [id, position] of settled.solution.versions) {
    const node = graph.nodes.node(id);
    if (node.kind === 'selector' || node.target !== target || node.name === name) continue;
    const asks = dependenciesOf(settled, node.name, position, target, node.extra).find(
      (dependency) =>
        dependency.name === name && !line.published.matching(dependency.specifier).intersects(same),
    );
    const version = graph.pages.loaded(node.name)!.versions[position]!.text;
    if (asks !== undefined) return `${node.name} ${version} needs ${asks.text}`;
  }
  return null;
}

function askedByOld(settled: Settled, line: Line, target: number): string | null {
  const { resolution } = settled.scan.examined;
  const { name, extras } = line.requirement.dependency;
  const position = line.allowed.same.last;
  if (position === -1) return null;
  const asks = [null, ...extras]
    .flatMap((extra) => dependenciesOf(settled, name, position, target, extra))
    .find((dependency) => {
      if (dependency.url !== null) return false;
      const selected = resolution.selected(settled.solution, dependency.name, target);
      const page = selected === null ? null : resolution.graph.pages.loaded(dependency.name);
      return page !== null && !page.matching(dependency.specifier).has(selected!);
    });
  return asks === undefined ? null : `${name} ${line.published.versions[position]!.text} needs ${asks.text}`;
}

/** What was read of a version; nothing where it was not read, for nobody waits for a sentence. */
function dependenciesOf(
  { scan }: Settled,
  name: PackageName,
  position: number,
  target: number,
  extra: string | null,
): readonly Dependency[] {
  const { graph } = scan.examined.resolution;
  const metadata = graph.metadata(graph.pages.loaded(name)!, position, target);
  if (metadata instanceof Promise) {
    metadata.catch(() => undefined);
    return [];
  }
  return graph.dependencies(metadata, target, extra);
}
