import type { Finding } from '../../domain/finding.ts';
import { breaksIn } from '../../domain/learned-break.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Change } from '../../domain/plan.ts';
import type { ChangeSize, Version } from '../../domain/version.ts';
import { columnsOf } from '../findings/part.ts';
import type { Line } from '../resolution/line.ts';
import { sizeAt, sizeRank } from '../resolution/line.ts';
import { prose } from '../resolution/prose.ts';
import { placeText } from '../resolution/wording.ts';
import { stays } from './age-order.ts';
import { coupledText } from './coupled-text.ts';
import type { Settled } from './make-plan.ts';
import { removedLines } from './removed-lines.ts';

/**
 * The lines that the solution moves or removes, each with what it repairs and why it must, in the order of the lines. Findings that
 * are repaired `elsewhere` count for none of them.
 */
export function changesOf(settled: Settled, elsewhere: ReadonlySet<string> = new Set()): readonly Change[] {
  const removed = new Set(removedLines(settled).map((line) => line.requirement));
  const changes = settled.lines.flatMap((line) => {
    if (removed.has(line.requirement))
      return [removalOf(settled, line, repairedBy(settled, line, elsewhere))];
    return stays(settled.scan.examined, line, settled.solution)
      ? []
      : [changeOf(settled, line, repairedBy(settled, line, elsewhere))];
  });
  // A line that is overridden on some targets alone is two lines here.
  return [...new Map(changes.map((change) => [change.requirement, change])).values()];
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

function changeOf(settled: Settled, line: Line, repaired: readonly Finding[]): Change {
  const { rules } = settled.scan.examined;
  const { dependency } = line.requirement;
  const versions = versionsAt(settled, line);
  const sizes = versions.map((version) => sizeAt(rules, line, line.published.position(version)));
  const size = sizes.reduce((a: ChangeSize, b) => (sizeRank(a) >= sizeRank(b) ? a : b), 'same');
  return {
    requirement: line.requirement,
    name: dependency.name,
    from: { specifier: dependency.specifier.text, version: line.current },
    to: { specifier: rules.rewriteSpecifier(dependency.specifier, versions).text, version: versions.at(-1)! },
    size,
    repairs: repaired.map((finding) => finding.id),
    because: becauseOf(settled, line, repaired),
    whyNotLower: whyNotLower(settled, `line ${line.requirement.id}`),
  };
}

function removalOf(settled: Settled, line: Line, repaired: readonly Finding[]): Change {
  const { requirement, current } = line;
  const { name, specifier } = requirement.dependency;
  return {
    requirement,
    name,
    from: { specifier: specifier.text, version: current },
    to: null,
    size: 'downgrade',
    repairs: repaired.map((finding) => finding.id),
    ...whyRemoved(settled, line),
    whyNotLower: whyNotLower(settled, `ask ${requirement.id}`),
  };
}

function whyRemoved({ replaced, scan }: Settled, { requirement }: Line): Pick<Change, 'because' | 'how'> {
  const { name } = requirement.dependency;
  const one = replaced.find(({ line }) => line.requirement === requirement);
  if (one !== undefined) {
    const { successor, source, askedBy } = one;
    const where = askedBy.map(placeText).join(' and ');
    return {
      because: `it ends its own build, so that nothing installs it; its successor ${successor} (${source}) is asked for in ${where}`,
      how: `index page of ${name}; ${source}`,
    };
  }
  const malicious = scan.examined.advisories.about(name).filter((advisory) => advisory.malicious);
  const told = malicious.map((advisory) => advisory.id).join(', ');
  return {
    because: `${told}: the package is malicious; what the service uses of it has to be replaced`,
  };
}

function whyNotLower(settled: Settled, choice: string): string | null {
  const notLower = settled.reasons.get(choice)?.notLower ?? null;
  const { graph } = settled.scan.examined.resolution;
  return notLower === null ? null : prose(graph, notLower.derivation).join('\n');
}

/** Findings about what the line itself selects today, or about what comes in through it, that the plan no longer has. */
function repairedBy(settled: Settled, line: Line, elsewhere: ReadonlySet<string>): readonly Finding[] {
  return settled.scan.found
    .map((found) => found.finding)
    .filter((finding) => {
      if (!finding.problem || elsewhere.has(finding.id)) return false;
      if (finding.kind === 'conflicting') return finding.requirements.includes(line.requirement);
      if (finding.kind === 'deprecated') return isReplaced(settled, line, finding.name);
      if (finding.kind === 'unavailable') return finding.requirement === line.requirement;
      if (finding.kind === 'yanked' || finding.kind === 'no-distribution')
        return isOfLine(settled, line, finding) && !stillThere(settled, finding);
      if (finding.kind === 'breaks-at-import')
        return isPartOf(line, finding) && !stillBreaks(settled, finding);
      if (finding.kind !== 'vulnerable' || stillAffected(settled, finding)) return false;
      return isOfLine(settled, line, finding) || finding.chain.requirement === line.requirement;
    });
}

/** Whether the line was one for a package that has a successor, and is taken out for it. */
function isReplaced({ replaced }: Settled, { requirement }: Line, name: PackageName): boolean {
  return (
    name === requirement.dependency.name && replaced.some(({ line }) => line.requirement === requirement)
  );
}

/** Whether a finding speaks of what the line itself selects: its name, a version that it admits, a target where it counts. */
function isOfLine(
  settled: Settled,
  line: Line,
  { name, version, targets }: Extract<Finding, { readonly chain: unknown; readonly version: Version }>,
): boolean {
  if (name !== line.requirement.dependency.name) return false;
  const { graph } = settled.scan.examined.resolution;
  const position = line.published.position(version);
  return (
    (position === -1 || line.allowed.same.has(position)) &&
    line.targets.some((target) => targets.includes(graph.targets[target]!))
  );
}

/** Whether a break is of what the line asks for, or comes in through it. */
function isPartOf(
  { requirement }: Line,
  { learned, chain }: Extract<Finding, { readonly kind: 'breaks-at-import' }>,
): boolean {
  const { name } = requirement.dependency;
  return (
    name === learned.provider.name || name === learned.importer?.name || chain.requirement === requirement
  );
}

/** Whether the plan's sets break by it, on whatever target of the finding's service. */
export function stillBreaks(
  { scan, solution }: Settled,
  { learned, service }: Extract<Finding, { readonly kind: 'breaks-at-import' }>,
): boolean {
  const { resolution } = scan.examined;
  const textAt = (name: PackageName, at: number): string | null => {
    const position = resolution.selected(solution, name, at);
    return position === null ? null : resolution.graph.pages.loaded(name)!.versions[position]!.text;
  };
  return columnsOf(scan.examined, service).some((at) => breaksIn(learned, (name) => textAt(name, at)));
}

function stillThere(
  settled: Settled,
  { name, version, service }: Extract<Finding, { readonly kind: 'yanked' | 'no-distribution' }>,
): boolean {
  return plannedVersions(settled, name, service).some((planned) => planned.text === version.text);
}

/** Whether the plan selects a version that the advisory touches, on whatever target of the finding's service. */
export function stillAffected(
  settled: Settled,
  { name, advisory, service }: Extract<Finding, { readonly kind: 'vulnerable' }>,
): boolean {
  const { advisories } = settled.scan.examined;
  return plannedVersions(settled, name, service).some(
    (version) => advisories.affected(advisory, version) !== 'no',
  );
}

function plannedVersions(
  { scan, solution }: Settled,
  name: PackageName,
  service: string,
): readonly Version[] {
  const { resolution } = scan.examined;
  const positions = columnsOf(scan.examined, service).map((at) => resolution.selected(solution, name, at));
  return positions
    .filter((position) => position !== null)
    .map((position) => resolution.graph.pages.loaded(name)!.versions[position]!);
}

function becauseOf(settled: Settled, line: Line, repaired: readonly Finding[]): string {
  const { name } = line.requirement.dependency;
  const vulnerable = repaired.filter((finding) => finding.kind === 'vulnerable');
  const own = vulnerable.filter((finding) => finding.name === name);
  const other = repaired.find(
    (finding) =>
      finding.kind === 'unavailable' || finding.kind === 'no-distribution' || finding.kind === 'yanked',
  );
  const broken = repaired.find((finding) => finding.kind === 'breaks-at-import');
  const through = vulnerable.filter((finding) => finding.name !== name);
  const parts = [
    other?.kind === 'no-distribution' ? other.why : (other?.message ?? ''),
    broken === undefined ? '' : broken.learned.because,
    own.length === 0 ? '' : advisoriesText(own),
    through.length === 0 ? '' : `brings in ${through[0]!.name}: ${advisoriesText(through)}`,
  ].filter((part) => part !== '');
  if (parts.length > 0) return parts.join('; ');
  return coupledText(settled, line);
}

/** "CVE-2024-1 high, 2 more". */
export function advisoriesText(findings: readonly Extract<Finding, { kind: 'vulnerable' }>[]): string {
  const [worst] = findings;
  // Several services have the same trouble with one line.
  const more = new Set(findings.map(({ advisory, version }) => `${advisory.id} ${version.text}`)).size - 1;
  return `${worst!.advisory.id} ${worst!.advisory.severity}${more === 0 ? '' : `, ${more} more`}`;
}
