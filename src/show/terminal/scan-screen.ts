import type { Finding } from '../../domain/finding.ts';
import { isOfDevelopment, mustBeBuilt } from '../../domain/finding.ts';
import type { Target } from '../../domain/target.ts';
import { targetsText } from '../../domain/target.ts';
import type { ServiceScan } from '../../decide/findings/examine.ts';
import { whereText } from '../../decide/findings/selected.ts';
import type { Scan } from '../../decide/findings/scan.ts';
import { uncheckedIn } from '../report/unchecked.ts';
import { manyServices } from './many-services.ts';
import type { ServiceText } from './many-services.ts';
import { notCheckedSection } from './not-checked-section.ts';
import { counted, wrap } from './paint.ts';
import { policyLook } from '../report/policy-state.ts';
import { policySection } from './policy-section.ts';
import { entry, section } from './section.ts';
import type { ScreenOptions } from './screen-options.ts';
import { productionFirst } from '../report/production-first.ts';
import { leftOutLine, targetLines } from './service-head.ts';
import { belowSeveritySection, fixText, vulnerableSection } from './vulnerable-section.ts';
import type { Vulnerable } from './vulnerable-section.ts';

/** What `fettle scan` prints: for each service what is wrong, worst first, each line with its place; then what was not checked. */
export function scanScreen(scan: Scan, options: ScreenOptions): string {
  const services = manyServices(
    scan.services.map((service) => serviceScreen(service, options)),
    options,
  ).map((text) => (text.endsWith('\n') ? text : `${text}\n`));
  const policy = policySection(policyLook(scan), options);
  const rest = [...(policy === '' ? [] : [`${policy}\n`]), notCheckedSection(uncheckedIn(scan), options)];
  return `${[...services, ...rest].join('\n')}\n`;
}

function serviceScreen(scan: ServiceScan, options: ScreenOptions): ServiceText {
  const { service, today, policy } = scan.examined;
  const findings = scan.found.map((found) => found.finding);
  const requirements = service.manifests.reduce((sum, manifest) => sum + manifest.requirements.length, 0);
  const packages = Math.max(0, ...today.locks.map((lock) => lock.packages.length));
  const files = [...service.manifests, ...(service.lock === undefined ? [] : [service.lock])]
    .map(({ path }) => path)
    .join(', ');
  const head = [
    wrap(
      `${service.purpose === 'build' ? 'build of ' : ''}${files} · ${counted(requirements, 'requirement')}, ${counted(packages, 'package')}`,
      options.width,
      0,
      2,
    ),
    ...targetLines(service.targets, options),
    ...leftOutLine(service),
  ];
  const looked = {
    found: scan.found,
    rules: scan.examined.rules,
    fixText: (worst: Vulnerable) => fixText(worst, scan.examined),
  };
  const undistributed = ofKind(findings, 'no-distribution');
  const onSome = (finding: Finding): string => partText(finding, service.targets);
  const toBuild = undistributed.filter(mustBeBuilt);
  const sections = [
    plainSection(
      'cannot be installed',
      undistributed.filter((finding) => !mustBeBuilt(finding)),
      options,
      onSome,
    ),
    plainSection('not available', ofKind(findings, 'unavailable'), options),
    plainSection('yanked', ofKind(findings, 'yanked'), options),
    plainSection('does not import', ofKind(findings, 'breaks-at-import'), options),
    vulnerableSection(looked, options),
    conflictSection(ofKind(findings, 'conflicting'), options),
    plainSection('lock does not fit', ofKind(findings, 'stale-lock'), options),
    plainSection(
      'must be built',
      [...toBuild.filter(isProblem), ...toBuild.filter(isWarning)],
      options,
      onSome,
    ),
    plainSection('on two indexes', ofKind(findings, 'ambiguous-index'), options),
    belowSeveritySection(looked, policy.severity, options),
    plainSection('deprecated', ofKind(findings, 'deprecated'), options),
    plainSection('untested combinations', ofKind(findings, 'untested-combination'), options),
    plainSection('not pinned', ofKind(findings, 'unpinned'), options),
  ].filter((text) => text !== '');
  return {
    text: `${[...head, '', ...sections].join('\n')}${sections.length === 0 ? '' : '\n'}`,
    quiet: sections.length === 0 ? 'nothing was found' : null,
  };
}

function isProblem({ problem }: Finding): boolean {
  return problem;
}

function isWarning({ problem }: Finding): boolean {
  return !problem;
}

function ofKind<K extends Finding['kind']>(
  findings: readonly Finding[],
  kind: K,
): readonly Extract<Finding, { kind: K }>[] {
  return findings.filter((finding): finding is Extract<Finding, { kind: K }> => finding.kind === kind);
}

/** On which of a service's targets a finding is; nothing where it is on all of them. */
function partText(finding: Finding, all: readonly Target[]): string {
  const some = 'targets' in finding ? finding.targets : all;
  return some.length === all.length ? '' : ` on ${targetsText(some)}`;
}

function plainSection(
  title: string,
  findings: readonly Finding[],
  options: ScreenOptions,
  onSome: (finding: Finding) => string = () => '',
): string {
  if (findings.length === 0) return '';
  const lines = productionFirst(findings).map((finding) =>
    entry(
      `${isOfDevelopment(finding) ? 'dev: ' : ''}${finding.message}`,
      `${placeOf(finding)}${onSome(finding)}`,
      options.verbose ? finding.help : null,
      options,
    ),
  );
  return section(title, String(findings.length), lines, options);
}

/** Where a finding stands, or "" where its message says so. */
export function placeOf(finding: Finding): string {
  if (finding.kind === 'unreadable') return `${finding.at.span.file}:${finding.at.span.line}`;
  if (finding.kind === 'unavailable' || finding.kind === 'unpinned') return lineOf(finding.requirement);
  if (finding.kind === 'conflicting') return finding.requirements.map(lineOf).join(', ');
  return 'chain' in finding ? whereText(finding.chain) : '';
}

function lineOf(requirement: { readonly span: { readonly file: string; readonly line: number } }): string {
  return `${requirement.span.file}:${requirement.span.line}`;
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
