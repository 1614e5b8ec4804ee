import { escapeMarkdown } from './escape-markdown.ts';
import type { Report, ReportedFinding, ReportedPosture, ReportedService } from './report.ts';

/** "requirements.txt:3", or "via fastapi (requirements.txt:2)" for what no line asks for. */
export function whereText({ places, chain }: Pick<ReportedFinding, 'places' | 'chain'>): string {
  const lines = places.map((place) => `${place.file}:${place.line}`).join(', ');
  const parents = chain.slice(0, -1).map((link) => link.package);
  return escapeMarkdown(parents.length === 0 ? lines : `via ${parents.join(', ')} (${lines})`);
}

/** "first; second" and "and n more": lists in a sentence stay short. */
export function fewOf(names: readonly string[], most = 8): string {
  const rest = names.length - most;
  return rest <= 0 ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${rest} more`;
}

/** The lines of each service under a heading of its own, where there are several; `[]` where none has any. */
export function perService(
  report: Report,
  heading: string,
  linesOf: (service: ReportedService) => readonly string[],
): readonly string[] {
  const parts = report.services
    .map((service) => ({ service, lines: linesOf(service) }))
    .filter(({ lines }) => lines.length > 0);
  if (parts.length === 0) return [];
  const several = report.services.length > 1;
  return [
    `## ${heading}`,
    ...parts.flatMap(({ service, lines }) => [
      '',
      ...(several ? [`### Service ${escapeMarkdown(service.name)}`, ''] : []),
      ...lines,
    ]),
  ];
}

/** A heading below the section's, one level further down where services have headings of their own. */
export function subheading(report: Report, text: string): string {
  return `${report.services.length > 1 ? '####' : '###'} ${text}`;
}

/** Findings of the project as it stands at the end of the job. */
export function findingsNow(service: ReportedService): readonly ReportedFinding[] {
  return service.after?.findings ?? service.findings;
}

export function sourcesText(report: Report): string {
  const sources = report.sources.advisories.map(
    ({ name, date }) => `${name}${date === null ? '' : ` of ${date.slice(0, 10)}`}`,
  );
  return escapeMarkdown(sources.join(', ') || 'no source');
}

export function countsBySeverity(advisories: ReportedPosture['advisories']): string {
  const counts = (['critical', 'high', 'unknown', 'medium', 'low'] as const).map((severity) => {
    const count = advisories.filter((one) => one.severity === severity).length;
    return count === 0 ? '' : `${count} ${severity === 'unknown' ? 'of unknown severity' : severity}`;
  });
  return counts.filter((text) => text !== '').join(', ');
}

const LONGEST_IMPACT = 200;

/** What an advisory says can happen, in one line: without a first sentence that only tells what the package is. */
export function impactText(summary: string): string {
  const text = summary.replace(/^[^.]{1,200}? (?:is an?|provides) [^.]{1,300}\. (?=\S)/, '');
  const short =
    text.length <= LONGEST_IMPACT ? text : `${text.slice(0, LONGEST_IMPACT).replace(/\s+\S*$/, '')} …`;
  return escapeMarkdown(short) || 'the record tells no impact';
}
