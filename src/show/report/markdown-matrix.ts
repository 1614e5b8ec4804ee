import { escapeMarkdown } from './escape-markdown.ts';
import { perService, subheading } from './markdown-text.ts';
import { answerText, columnText, legend, toldReasons } from './matrix-words.ts';
import type { ToldReason } from './matrix-words.ts';
import { counted } from './plain-text.ts';
import type { References } from './references.ts';
import type { Report, ReportedServiceMatrix } from './report.ts';
import type { ReportedCells } from './reported-matrix.ts';

/** On which Pythons and platforms the lines hold, today and as planned, and what forbids the others. */
export function matrixSection(report: Report, refs: References): readonly string[] {
  return perService(report, 'Compatibility Matrix', ({ matrix }) => {
    if (matrix === undefined) return [];
    const { planned, changes, notWritten, today } = matrix;
    const plan =
      planned !== null
        ? ['', ...cellsLines(report, `With the plan (${counted(changes!, 'change')})`, planned, matrix, refs)]
        : notWritten === null
          ? []
          : ['', `The plan was not judged: ${escapeMarkdown(notWritten)}${refs.to(matrix.evidence)}`];
    return [...cellsLines(report, 'As the files were', today, matrix, refs), ...plan];
  });
}

function cellsLines(
  report: Report,
  heading: string,
  cells: ReportedCells,
  matrix: ReportedServiceMatrix,
  refs: References,
): readonly string[] {
  const { pythons, platforms, evidence } = matrix;
  const { forbids, builds } = toldReasons(cells, matrix);
  const rows = pythons.map((python) => {
    const texts = cells.cells.filter((cell) => cell.python === python).map((cell) => answerText(cell));
    return `| ${[python, ...texts].map(escapeMarkdown).join(' | ')}${refs.to(evidence)} |`;
  });
  const listed = (what: string, reasons: readonly ToldReason[]): readonly string[] =>
    reasons.map((reason) => `- ${what} ${reasonText(reason)}${refs.to(evidence)}`);
  return [
    subheading(report, heading),
    '',
    `| Python | ${platforms.map((platform) => escapeMarkdown(columnText(platform))).join(' | ')} |`,
    `|--------|${platforms.map(() => '---|').join('')}`,
    ...rows,
    '',
    `${legend(cells).map(escapeMarkdown).join('; ')}.${refs.to(evidence)}`,
    ...(forbids.length + builds.length === 0 ? [] : ['']),
    ...listed('**Forbidden** by', forbids),
    ...listed('**To be built:**', builds),
  ];
}

function reasonText({ head, place, parts }: ToldReason): string {
  const told = parts.map(
    ({ why, where }) => `${escapeMarkdown(why.at(-1) ?? '')} (${escapeMarkdown(where)})`,
  );
  return `${escapeMarkdown(head)}${place === '' ? '' : ` (${escapeMarkdown(place)})`}: ${told.join('; ')}`;
}
