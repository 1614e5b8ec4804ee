import { escapeMarkdown } from './escape-markdown.ts';
import { NOT_RUN_ID } from './not-run.ts';
import { findingsNow } from './markdown-text.ts';
import type { References } from './references.ts';
import type { Report } from './report.ts';
import { unjudgedText } from './reported-unjudged.ts';

/** Records listed by name before it says how many more there are. */
const MOST = 20;

/** Everything whose silence proves nothing. There is always something here: no level of verification looks at everything. */
export function notCheckedSection(report: Report, refs: References): readonly string[] {
  const line = (text: string, evidence: readonly string[]): string =>
    `- ${escapeMarkdown(text)}${refs.to(evidence)}`;
  const notTried = report.evidence.find(({ id }) => id === NOT_RUN_ID)!;
  const findings = report.services
    .flatMap(findingsNow)
    .filter((finding) => finding.kind === 'not-checked' || finding.kind === 'unreadable');
  const silent = report.sources.advisories.filter((source) => !source.reachable);
  const { unmatchedRecords } = report.sources;
  const rest = unmatchedRecords.slice(MOST);
  return [
    '## Not Checked',
    '',
    `- Whether ${notTried.claim}: ${notTried.seen}.${refs.to([NOT_RUN_ID])}`,
    ...silent.map((source) =>
      line(`${source.name} did not answer everything: ${source.why ?? 'no reason given'}`, source.evidence),
    ),
    ...(report.unjudged ?? []).map((one) => line(unjudgedText(one), one.evidence)),
    ...findings.map((finding) =>
      line(
        `${finding.places.map((place) => `${place.file}:${place.line}: `).join('')}${finding.message}`,
        finding.evidence,
      ),
    ),
    ...report.notSupported.map((one) => line(`${one.file}: ${one.what}`, one.evidence)),
    ...unmatchedRecords
      .slice(0, MOST)
      .map((one) => line(`Record ${one.id} names no package that could be read: ${one.why}`, one.evidence)),
    ...(rest.length === 0
      ? []
      : [
          line(
            `${rest.length} more records name no package that could be read.`,
            rest.flatMap((one) => one.evidence).slice(0, 1),
          ),
        ]),
  ];
}
