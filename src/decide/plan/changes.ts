import type { Finding } from '../../domain/finding.ts';
import type { Change } from '../../domain/plan.ts';
import type { ChangeSize, Version } from '../../domain/version.ts';
import type { Line } from '../resolution/line.ts';
import { sizeAt, sizeRank } from '../resolution/line.ts';
import { prose } from '../resolution/prose.ts';
import { stays } from './age-order.ts';
import { causesOf } from '../resolution/causes.ts';
import type { Settled } from './make-plan.ts';

/** The lines that the solution moves, each with what it repairs and why it must move. */
export function changesOf(settled: Settled): readonly Change[] {
  const { lines, solution } = settled;
  return lines
    .filter((line) => !stays(settled.scan.examined, line, solution))
    .map((line) => changeOf(settled, line));
}

/** Versions that the solution gives a line's package on the line's targets, ascending, each once. */
export function versionsAt(settled: Pick<Settled, 'scan' | 'solution'>, line: Line): readonly Version[] {
  const { resolution } = settled.scan.examined;
  const positions = line.targets.map((target) =>
    resolution.selected(settled.solution, line.requirement.dependency.name, target),
  );
  const unique = [...new Set(positions.filter((position) => position !== null))].sort((a, b) => a - b);
  return unique.map((position) => line.published.versions[position]!);
}

function changeOf(settled: Settled, line: Line): Change {
  const { rules } = settled.scan.examined;
  const { dependency } = line.requirement;
  const versions = versionsAt(settled, line);
  const sizes = versions.map((version) => sizeAt(rules, line, line.published.position(version)));
  const size = sizes.reduce((a: ChangeSize, b) => (sizeRank(a) >= sizeRank(b) ? a : b), 'same');
  const repaired = repairedBy(settled, line, versions);
  const notLower = settled.reasons.get(`line ${line.requirement.id}`)?.notLower ?? null;
  return {
    requirement: line.requirement,
    name: dependency.name,
    from: { specifier: dependency.specifier.text, version: line.current },
    to: { specifier: rules.rewriteSpecifier(dependency.specifier, versions).text, version: versions.at(-1)! },
    size,
    repairs: repaired.map((finding) => finding.id),
    because: becauseOf(settled, line, repaired),
    whyNotLower:
      notLower === null
        ? null
        : prose(settled.scan.examined.resolution.graph, notLower.derivation).join('\n'),
  };
}

/** Findings about the line's package, or about what comes in through it, that the new versions no longer have. */
function repairedBy(settled: Settled, line: Line, versions: readonly Version[]): readonly Finding[] {
  const { advisories, service } = settled.scan.examined;
  const { name } = line.requirement.dependency;
  return settled.scan.found
    .map((found) => found.finding)
    .filter((finding) => {
      if (!finding.problem) return false;
      if (finding.kind === 'conflicting') return finding.requirements.includes(line.requirement);
      if (finding.kind === 'unavailable') return finding.requirement === line.requirement;
      if (finding.kind === 'yanked' || finding.kind === 'no-distribution') return finding.name === name;
      if (finding.kind !== 'vulnerable' || finding.service !== service.name) return false;
      if (finding.name === name)
        return versions.every((version) => advisories.affected(finding.advisory, version) === 'no');
      return finding.chain.requirement === line.requirement && !stillSelected(settled, finding);
    });
}

function stillSelected(settled: Settled, finding: Extract<Finding, { kind: 'vulnerable' }>): boolean {
  const { resolution, advisories } = settled.scan.examined;
  return resolution.graph.targets.some((_, target) => {
    const position = resolution.selected(settled.solution, finding.name, target);
    const page = resolution.graph.pages.loaded(finding.name);
    return (
      position !== null &&
      page !== null &&
      advisories.affected(finding.advisory, page.versions[position]!) !== 'no'
    );
  });
}

function becauseOf(settled: Settled, line: Line, repaired: readonly Finding[]): string {
  const { name } = line.requirement.dependency;
  const vulnerable = repaired.filter((finding) => finding.kind === 'vulnerable');
  const own = vulnerable.filter((finding) => finding.name === name);
  const other = repaired.find(
    (finding) =>
      finding.kind === 'unavailable' || finding.kind === 'no-distribution' || finding.kind === 'yanked',
  );
  const through = vulnerable.filter((finding) => finding.name !== name);
  const parts = [
    other?.kind === 'no-distribution' ? other.why : (other?.message ?? ''),
    own.length === 0 ? '' : advisoriesText(own),
    through.length === 0 ? '' : `brings in ${through[0]!.name}: ${advisoriesText(through)}`,
  ].filter((part) => part !== '');
  if (parts.length > 0) return parts.join('; ');
  return coupled(settled, line);
}

function advisoriesText(findings: readonly Extract<Finding, { kind: 'vulnerable' }>[]): string {
  const [worst] = findings;
  const more = findings.length - 1;
  return `${worst!.advisory.id} ${worst!.advisory.severity}${more === 0 ? '' : `, ${more} more`}`;
}

/** A line with nothing wrong in itself moves because of what others ask for: the requirement that says so. */
function coupled(settled: Settled, line: Line): string {
  const { name } = line.requirement.dependency;
  const reason = settled.reasons.get(`line ${line.requirement.id}`);
  const causes = reason?.notLower == null ? [] : causesOf(reason.notLower.derivation);
  const asks = causes.find(
    (cause) => cause.kind === 'dependency' && (cause.parent === name || cause.dependency.name === name),
  );
  if (asks?.kind !== 'dependency') return 'the other lines need it to move';
  return asks.parent === name
    ? `${name} at ${line.requirement.dependency.specifier.text} needs ${asks.dependency.text}`
    : `${asks.parent} needs ${asks.dependency.text}`;
}
