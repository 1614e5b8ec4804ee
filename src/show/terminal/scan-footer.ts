import { SEVERITIES } from '../../domain/advisory.ts';
import type { Finding } from '../../domain/finding.ts';
import { isOfDevelopment, isPossible, isUnchecked } from '../../domain/finding.ts';
import type { Audit } from '../../decide/findings/audit.ts';
import type { Scan } from '../../decide/findings/scan.ts';
import { uncheckedIn } from '../report/unchecked.ts';
import { counted, wrap } from './paint.ts';
import { sourcesLine } from './sources-line.ts';

/** "15 problems (6 critical, 9 other), 1 not checked in 1.3 s", whose advisories, and the line on what to do next. */
export function scanFooter(scan: Scan | Audit, durationMs: number, next: string, width: number): string {
  const answer = `${leftText(scan)} in ${(durationMs / 1000).toFixed(1)} s`;
  return [wrap(answer, width, 0, 2), sourcesLine(scan, width), next].join('\n');
}

/** "15 problems (6 critical, 9 other), 1 not checked": what is wrong, and what nobody could look at. */
export function leftText(scan: Scan | Audit): string {
  const found = scan.services.flatMap((service) => service.found.map(({ finding }) => finding));
  const wrong = found.filter((finding) => finding.problem && !isUnchecked(finding));
  const problems = wrong.filter((finding) => !isPossible(finding));
  const possible = wrong.length - problems.length;
  const development = problems.filter(isOfDevelopment).length;
  const unchecked = uncheckedIn(scan).filter((one) => one.problem).length;
  const below = found.filter((finding) => finding.kind === 'vulnerable' && !finding.problem).length;
  const level = scan.policy.severity;
  return [
    `${counted(problems.length, 'problem')}${kindsText(problems)}`,
    ...(development === 0
      ? []
      : [`${development === problems.length ? 'all' : development} of them only in development`]),
    ...(possible === 0 ? [] : [`${possible} possible`]),
    ...(below === 0 ? [] : [`${counted(below, 'advisory', 'advisories')} below ${level}`]),
    ...(unchecked === 0 ? [] : [`${unchecked} not checked`]),
  ].join(', ');
}

/** " (6 critical, 9 other)": by severity, then what no advisory is about. */
function kindsText(problems: readonly Finding[]): string {
  const vulnerable = problems.filter((finding) => finding.kind === 'vulnerable');
  if (vulnerable.length === 0) return '';
  const other = problems.length - vulnerable.length;
  const counts = [
    ...SEVERITIES.map((severity) => ({
      count: vulnerable.filter(({ advisory }) => advisory.severity === severity).length,
      what: severity === 'unknown' ? 'of unknown severity' : severity,
    })),
    { count: other, what: 'other' },
  ];
  return ` (${counts
    .filter(({ count }) => count > 0)
    .map(({ count, what }) => `${count} ${what}`)
    .join(', ')})`;
}
