import type { Advisory, Severity } from '../../domain/advisory.ts';
import { isOfDevelopment, isPossible } from '../../domain/finding.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Examined, Found } from '../../decide/findings/found.ts';
import { whereText } from '../../decide/findings/selected.ts';
import { productionFirst } from '../report/production-first.ts';
import { counted, cut, plain, wrap } from './paint.ts';
import { section } from './section.ts';
import type { ScreenOptions } from './screen-options.ts';

export type Vulnerable = Extract<Finding, { kind: 'vulnerable' }>;

/** What was found of a service, and what is said of the way out of a vulnerable version. */
export interface LookedAt {
  readonly found: readonly Found[];
  readonly rules: Examined['rules'];
  readonly fixText: (worst: Vulnerable) => string;
}

/** Packages that an advisory touches which counts, the worst advisory of each first; apart those of which the records leave it open. */
export function vulnerableSection(looked: LookedAt, options: ScreenOptions): string {
  const groups = packagesOf(looked).filter((group) => group.some(({ problem }) => problem));
  const open = groups.filter((group) => group.every(isPossible));
  const certain = groups.filter((group) => !open.includes(group));
  return [
    packagesSection('vulnerable', certain, looked, options),
    packagesSection('possibly vulnerable', open, looked, options),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

/** Packages that only advisories touch which are below the severity that counts: told, and no problem. */
export function belowSeveritySection(looked: LookedAt, counts: Severity, options: ScreenOptions): string {
  const groups = packagesOf(looked).filter((group) => group.every(({ problem }) => !problem));
  return packagesSection(`vulnerable, below ${counts}`, groups, looked, options);
}

type Group = readonly Vulnerable[];

function packagesOf({ found }: LookedAt): readonly Group[] {
  const packages = new Map<string, Vulnerable[]>();
  for (const finding of productionFirst(found.map((one) => one.finding))) {
    if (finding.kind !== 'vulnerable') continue;
    const key = `${finding.name} ${finding.version.text}`;
    packages.set(key, [...(packages.get(key) ?? []), finding]);
  }
  return [...packages.values()];
}

function packagesSection(
  title: string,
  groups: readonly Group[],
  looked: LookedAt,
  options: ScreenOptions,
): string {
  if (groups.length === 0) return '';
  const findings = groups.flat();
  const critical = findings.filter((finding) => finding.advisory.severity === 'critical').length;
  const count = `${counted(groups.length, 'package')}, ${counted(findings.length, 'advisory', 'advisories')}${critical === 0 ? '' : `, ${critical} critical`}`;
  const entries = groups.map((group) => packageEntry(group, looked, options));
  return section(title, count, entries, options);
}

function packageEntry(group: Group, looked: LookedAt, options: ScreenOptions): string {
  const { paint, width, verbose } = options;
  const worst = group[0]!;
  const more = `${group.length === 1 ? '' : ` +${group.length - 1}`}${isOfDevelopment(worst) ? ' dev' : ''}`;
  const head = `${plain(worst.name)} ${plain(worst.version.text)}`.padEnd(24);
  const first = cut(`  ${head} ${advisoryText(worst)}${more}`, width);
  const coloured = worst.advisory.severity === 'critical' ? paint.red(first) : first;
  const fix = ` · ${looked.fixText(worst)}`;
  const fits = first.length + fix.length <= width;
  const where = cut(`${whereText(worst.chain)}${fits ? '' : fix}`, width - 4);
  const lines = [`${coloured}${fits ? fix : ''}`, `    ${verbose ? where : paint.dim(where)}`];
  return verbose
    ? [...lines, ...group.map((one) => fullLine(one, looked.rules, width))].join('\n')
    : lines.join('\n');
}

/**
 * The version to go to is free of all advisories about the package, and not of this one alone. "No fix" is said where nothing
 * published later is free of this very advisory.
 */
export function fixText({ name, version, advisory, fixedBy }: Vulnerable, examined: Examined): string {
  const [nearest] = fixedBy;
  if (nearest !== undefined) return `free of all: ${plain(nearest.text)}`;
  if (advisory.fixedIn.length > 0) return 'free of all: none';
  const published = examined.resolution.graph.pages.loaded(name)!;
  const { affected, possibly } = examined.advisories.affectedSet(advisory, published);
  const position = published.position(version);
  const later = published.versions.some((_, at) => at > position && !affected.has(at) && !possibly.has(at));
  return later ? 'free of all: none' : 'no fix';
}

function fullLine(finding: Vulnerable, rules: Examined['rules'], width: number): string {
  const { advisory, version } = finding;
  const fixed = advisory.fixedIn
    .filter((one) => rules.compareVersions(one, version) > 0)
    .sort((a, b) => rules.compareVersions(a, b))[0];
  const fix = fixed === undefined ? '' : `, fixed in ${fixed.text}`;
  return `    ${wrap(`${advisoryText(finding)}${fix}: ${advisory.summary}`, width, 4, 6)}`;
}

function advisoryText({ advisory, certainty }: Pick<Vulnerable, 'advisory' | 'certainty'>): string {
  return `${advisory.id} ${severityText(advisory)}${certainty === 'possibly' ? ' (possibly)' : ''}`;
}

function severityText({ severity }: Advisory): string {
  return severity === 'unknown' ? 'severity unknown' : severity;
}
