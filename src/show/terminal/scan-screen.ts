import type { Advisory } from '../../domain/advisory.ts';
import { SEVERITIES } from '../../domain/advisory.ts';
import type { Finding } from '../../domain/finding.ts';
import { targetText } from '../../domain/target.ts';
import type { ServiceScan } from '../../decide/findings/examine.ts';
import { whereText } from '../../decide/findings/selected.ts';
import type { Scan } from '../../decide/findings/scan.ts';
import type { Paint } from './paint.ts';
import { counted, cut, plain, wrap } from './paint.ts';

/** How much of it to draw, and where. */
export interface ScreenOptions {
  readonly paint: Paint;
  readonly width: number;
  /** Every finding in full instead of one line each and the first few. */
  readonly verbose: boolean;
}

type Vulnerable = Extract<Finding, { kind: 'vulnerable' }>;

/** Entries of one section before it says "and n more". */
const SHOWN = 12;

/** What `fettle scan` prints: for each service what is wrong, worst first, each line with its place. */
export function scanScreen(scan: Scan, options: ScreenOptions): string {
  return scan.services.map((service) => serviceScreen(service, options)).join('\n');
}

function serviceScreen(scan: ServiceScan, options: ScreenOptions): string {
  const { service, today } = scan.examined;
  const findings = scan.found.map((found) => found.finding);
  const requirements = service.manifests.reduce((sum, manifest) => sum + manifest.requirements.length, 0);
  const packages = Math.max(0, ...today.locks.map((lock) => lock.packages.length));
  const files = service.manifests.map((manifest) => manifest.path).join(', ');
  const head = [
    wrap(
      `${files} · ${counted(requirements, 'requirement')}, ${counted(packages, 'package')}`,
      options.width,
      0,
      2,
    ),
    ...service.targets.map((target) =>
      wrap(`target ${targetText(target)} (from ${target.readFrom.join(', ')})`, options.width, 0, 2),
    ),
  ];
  const sections = [
    plainSection('not understood', ofKind(findings, 'unreadable'), options),
    plainSection('not available', ofKind(findings, 'unavailable'), options),
    plainSection(
      'cannot be installed',
      ofKind(findings, 'no-distribution').filter((f) => f.problem),
      options,
    ),
    plainSection('yanked', ofKind(findings, 'yanked'), options),
    vulnerableSection(ofKind(findings, 'vulnerable'), options),
    conflictSection(ofKind(findings, 'conflicting'), options),
    plainSection('on two indexes', ofKind(findings, 'ambiguous-index'), options),
    plainSection('deprecated', ofKind(findings, 'deprecated'), options),
    plainSection(
      'must be built',
      ofKind(findings, 'no-distribution').filter((f) => !f.problem),
      options,
    ),
    plainSection('untested combinations', ofKind(findings, 'untested-combination'), options),
    plainSection('not pinned', ofKind(findings, 'unpinned'), options),
    notCheckedSection(ofKind(findings, 'not-checked'), options),
  ];
  return `${[...head, '', ...sections.filter((section) => section !== '')].join('\n')}\n`;
}

function ofKind<K extends Finding['kind']>(
  findings: readonly Finding[],
  kind: K,
): readonly Extract<Finding, { kind: K }>[] {
  return findings.filter((finding): finding is Extract<Finding, { kind: K }> => finding.kind === kind);
}

function plainSection(title: string, findings: readonly Finding[], options: ScreenOptions): string {
  if (findings.length === 0) return '';
  const lines = findings.map((finding) => entry(finding.message, placeOf(finding), finding.help, options));
  return section(title, String(findings.length), lines, options);
}

function section(
  title: string,
  count: string,
  lines: readonly string[],
  { paint, verbose }: ScreenOptions,
): string {
  const shown = verbose ? lines : lines.slice(0, SHOWN);
  const more = lines.length - shown.length;
  return [
    `${paint.bold(title)}  ${count}`,
    ...shown,
    ...(more > 0 ? [`  … and ${more} more (-v shows all)`] : []),
  ].join('\n');
}

function entry(
  message: string,
  place: string,
  help: string | null,
  { width, verbose }: ScreenOptions,
): string {
  const text = place === '' ? message : `${message}  ${place}`;
  const body = `  ${wrap(text, width, 2, 4)}`;
  return verbose && help !== null ? `${body}\n    ${wrap(help, width, 4, 4)}` : body;
}

function placeOf(finding: Finding): string {
  if (finding.kind === 'unreadable') return `${finding.at.span.file}:${finding.at.span.line}`;
  if (finding.kind === 'unavailable' || finding.kind === 'unpinned') return lineOf(finding.requirement);
  return 'chain' in finding ? whereText(finding.chain) : '';
}

function lineOf(requirement: { readonly span: { readonly file: string; readonly line: number } }): string {
  return `${requirement.span.file}:${requirement.span.line}`;
}

function vulnerableSection(findings: readonly Vulnerable[], options: ScreenOptions): string {
  if (findings.length === 0) return '';
  const packages = new Map<string, Vulnerable[]>();
  for (const finding of findings) {
    const key = `${finding.name} ${finding.version.text}`;
    packages.set(key, [...(packages.get(key) ?? []), finding]);
  }
  const critical = findings.filter((finding) => finding.advisory.severity === 'critical').length;
  const count = `${counted(packages.size, 'package')}, ${counted(findings.length, 'advisory', 'advisories')}${critical === 0 ? '' : `, ${critical} critical`}`;
  return section(
    'vulnerable',
    count,
    [...packages.values()].map((group) => vulnerableEntry(group, options)),
    options,
  );
}

function vulnerableEntry(group: readonly Vulnerable[], options: ScreenOptions): string {
  const { paint, width, verbose } = options;
  const [worst] = group;
  const { name, version, chain, fixedBy } = worst!;
  const fix = fixedBy[0] === undefined ? 'no fix' : `fixed in ${fixedBy[0].text}`;
  const more = group.length === 1 ? '' : `  +${group.length - 1}`;
  const head = `${plain(name)} ${plain(version.text)}`.padEnd(24);
  const first = cut(`  ${head} ${advisoryText(worst!)}  ${fix}${more}`, width);
  const where = cut(`    ${whereText(chain)}`, width);
  const coloured = worst!.advisory.severity === 'critical' ? paint.red(first) : first;
  if (!verbose) return `${coloured}\n    ${paint.dim(where.trim())}`;
  const all = group.map(
    (finding) => `    ${wrap(`${advisoryText(finding)}: ${finding.advisory.summary}`, width, 4, 6)}`,
  );
  return [coloured, `    ${where.trim()}`, ...all].join('\n');
}

function advisoryText({
  advisory,
  certainty,
}: {
  readonly advisory: Advisory;
  readonly certainty: string;
}): string {
  return `${advisory.id} ${severityText(advisory)}${certainty === 'possibly' ? ' (possibly)' : ''}`;
}

function severityText(advisory: Advisory): string {
  return advisory.severity === 'unknown' ? 'severity unknown' : advisory.severity;
}

function conflictSection(
  findings: readonly Extract<Finding, { kind: 'conflicting' }>[],
  options: ScreenOptions,
): string {
  if (findings.length === 0) return '';
  const lines = findings.map((finding) => {
    const places = finding.requirements.map((one) => `${one.dependency.text} (${lineOf(one)})`).join(', ');
    const why = finding.derivation.split('\n').map((line) => `    ${wrap(line, options.width, 4, 4)}`);
    return [`  ${wrap(places, options.width, 2, 2)}`, ...why].join('\n');
  });
  return section('conflicts', String(findings.length), lines, options);
}

function notCheckedSection(
  findings: readonly Extract<Finding, { kind: 'not-checked' }>[],
  options: ScreenOptions,
): string {
  const lines = findings.map((finding) => entry(finding.message, '', null, options));
  return section('not checked', String(findings.length), lines, options);
}

/** "15 problems (6 critical) in 1.3 s · advisories of 2026-11-22", and what to do next. */
export function scanFooter(scan: Scan, durationMs: number): string {
  const problems = scan.services
    .flatMap((service) => service.found.map((found) => found.finding))
    .filter((finding) => finding.problem);
  const bySeverity = SEVERITIES.map((severity) => {
    const count = problems.filter(
      (finding) => finding.kind === 'vulnerable' && finding.advisory.severity === severity,
    ).length;
    return count === 0 || severity === 'unknown' ? '' : `${count} ${severity}`;
  }).filter((text) => text !== '');
  const severities = bySeverity.length === 0 ? '' : ` (${bySeverity.join(', ')})`;
  const sources = scan.advisories.sources.map(
    (source) => `${source.name}${source.date === null ? '' : ` of ${source.date.slice(0, 10)}`}`,
  );
  const next = problems.length === 0 ? 'fettle lock' : 'fettle plan';
  return [
    `${counted(problems.length, 'problem')}${severities} in ${(durationMs / 1000).toFixed(1)} s`,
    `advisories: ${sources.join(', ')}${scan.job.asOf === null ? '' : ` · as of ${scan.job.asOf.toISOString().slice(0, 10)} (approximate)`}`,
    `next: ${next}`,
  ].join('\n');
}
