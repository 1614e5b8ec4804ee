import { escapeMarkdown } from './escape-markdown.ts';
import { perService, subheading } from './markdown-text.ts';
import { counted } from './plain-text.ts';
import type { References } from './references.ts';
import type { Report } from './report.ts';
import type {
  ReportedFailure,
  ReportedLevel,
  ReportedOutcome,
  ReportedVerification,
} from './reported-verification.ts';

/** What was tried out, before and after, level by level; what failed and whose fault it is; and what was learned on the way. */
export function verificationSection(report: Report, refs: References): readonly string[] {
  return perService(report, 'Verification', ({ verification = [] }) =>
    verification.flatMap((verified, at) => [
      ...(at === 0 ? [] : ['']),
      subheading(report, `On ${escapeMarkdown(verified.target)}`),
      '',
      ...levelsTable(verified.levels, refs),
      ...storyLines(report, verified, refs),
      ...failureLines(verified.levels, refs),
      ...noteLines(verified.levels, refs),
    ]),
  );
}

function levelsTable(levels: readonly ReportedLevel[], refs: References): readonly string[] {
  const rows = levels.map(
    ({ level, before, after, evidence }) =>
      `| ${level} | ${before === null ? 'not tried' : outcomeText(before)} | ${outcomeText(after)}${refs.to(evidence)} |`,
  );
  return ['| Level | Before | After |', '|-------|--------|-------|', ...rows];
}

function outcomeText({ verdict, seen, hint, durationMs }: ReportedOutcome): string {
  const help = verdict === 'unknown' && hint !== null ? ` (${escapeMarkdown(hint)})` : '';
  const time = durationMs >= 100 ? ` in ${(durationMs / 1000).toFixed(1)} s` : '';
  return `**${verdict}**: ${escapeMarkdown(seen)}${time}${help}`;
}

/** What the plans before the last came to, and what each of them taught. */
function storyLines(report: Report, { rounds }: ReportedVerification, refs: References): readonly string[] {
  if (rounds.length === 0) return [];
  return [
    '',
    `${subheading(report, 'What broke, and what was learned from it')}`,
    '',
    ...rounds.flatMap(({ changes, failures, learned, evidence }, at) => [
      `${at + 1}. Plan ${at + 1} (${escapeMarkdown(changes.join(', ') || 'the files as they are')}) installs and does not work.${refs.to(evidence)}`,
      ...failures.map((failure) => `   - ${failureText(failure)}${refs.to(evidence)}`),
      ...learned.map(({ because }) => `   - **Learned:** ${escapeMarkdown(because)}${refs.to(evidence)}`),
    ]),
    `${rounds.length + 1}. After ${counted(rounds.length, 'plan')} that did not work, the one above was tried out.${refs.to(rounds.at(-1)!.evidence)}`,
  ];
}

function failureLines(levels: readonly ReportedLevel[], refs: References): readonly string[] {
  const told = (
    how: string,
    failures: (level: ReportedLevel) => readonly ReportedFailure[],
  ): readonly string[] =>
    levels.flatMap((level) =>
      failures(level).map((failure) => `- **${how}** ${failureText(failure)}${refs.to(level.evidence)}`),
    );
  const lines = [
    ...told('Broken by the plan:', ({ broken }) => broken),
    ...told('Fails, and could not be tried before:', ({ notTriedBefore }) => notTriedBefore),
    ...told('Fails as before:', ({ asBefore }) => asBefore),
    ...told('Repaired:', ({ repaired }) => repaired),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}

function noteLines(levels: readonly ReportedLevel[], refs: References): readonly string[] {
  const notes = levels.flatMap(({ notes: own, evidence }) =>
    own.map((note) => `- ${escapeMarkdown(note)}${refs.to(evidence)}`),
  );
  return notes.length === 0 ? [] : ['', ...notes];
}

function failureText({ key, what, because, ofMachine }: ReportedFailure): string {
  const whose = because ?? (ofMachine ? `${what}, which is for this machine to mend` : what);
  return `${escapeMarkdown(key)}: ${escapeMarkdown(whose)}`;
}
