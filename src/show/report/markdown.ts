import { checkLines } from './markdown-check.ts';
import { changesSection, notWrittenSection, whyNotFewerSection } from './markdown-changes.ts';
import { learnedSection } from './markdown-learned.ts';
import { notCheckedSection } from './markdown-not-checked.ts';
import { openSection } from './markdown-open.ts';
import { matrixSection } from './markdown-matrix.ts';
import { policySection } from './markdown-policy.ts';
import { verificationSection } from './markdown-verification.ts';
import { headSection, problemSection } from './markdown-problem.ts';
import { compatibilitySection, nextStepsSection, notesSection, postureSection } from './markdown-state.ts';
import { otherRepairsSection, vulnerabilitiesSection } from './markdown-vulnerabilities.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { References } from './references.ts';
import type { Report } from './report.ts';

/** Lines of one section with its heading; empty where there is nothing to say. */
export type Section = (report: Report, refs: References) => readonly string[];

const SECTIONS: readonly Section[] = [
  headSection,
  problemSection,
  vulnerabilitiesSection,
  otherRepairsSection,
  changesSection,
  notWrittenSection,
  verificationSection,
  openSection,
  whyNotFewerSection,
  learnedSection,
  compatibilitySection,
  matrixSection,
  notesSection,
  policySection,
  notCheckedSection,
  postureSection,
  nextStepsSection,
];

/**
 * The report for people, in GitHub's Markdown: what was wrong, what changes and why, what stays open and why, what was not
 * checked. Every sentence and table row ends with the records that it rests on; they are listed at the end.
 */
export function markdownReport(report: Report): string {
  return `${markdownSections(report).join('\n\n')}\n`;
}

/** Each with its heading as its first line; the last is the evidence that the others refer to. */
export function markdownSections(report: Report): readonly string[] {
  const refs = new References(report.evidence);
  const sections = SECTIONS.map((section) => section(report, refs)).filter((lines) => lines.length > 0);
  return [...sections, evidenceSection(refs)].map((lines) => lines.join('\n'));
}

const LONGEST_CELL = 500;

function evidenceSection(refs: References): readonly string[] {
  const rows = refs.used.map(({ number, record }) => {
    const cells = [
      record.claim,
      record.approximate ? `${record.verdict} (approximate)` : record.verdict,
      record.how,
      record.seen,
    ];
    return `| <a id="e${number}"></a>e${number} | ${cells.map((text) => escapeMarkdown(shortened(text))).join(' | ')} |`;
  });
  return [
    '## Evidence',
    '',
    '| # | Claim | Verdict | How it was checked | What was seen |',
    '|---|-------|---------|--------------------|---------------|',
    ...rows,
    '',
    ...refs.used.flatMap(({ number, record }) => checkLines(number, record)),
    ...refs.used.map(({ number }) => `[e${number}]: #e${number}`),
  ];
}

function shortened(text: string): string {
  return text.length <= LONGEST_CELL ? text : `${text.slice(0, LONGEST_CELL).trimEnd()}…`;
}
