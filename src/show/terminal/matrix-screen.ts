import { answerText, columnText, legend, toldReasons } from '../report/matrix-words.ts';
import type { ToldReason } from '../report/matrix-words.ts';
import type { Unchecked } from '../report/unchecked.ts';
import type { ReportedCells, ReportedMatrix } from '../report/reported-matrix.ts';
import { counted, cut, plain, wrap } from './paint.ts';
import { notCheckedSection } from './not-checked-section.ts';
import { section } from './section.ts';
import type { ScreenOptions } from './screen-options.ts';

/** A matrix with the service that it is of. */
export interface NamedMatrix {
  readonly name: string;
  readonly matrix: ReportedMatrix;
  /** What was not understood of its files: for that no cell speaks. */
  readonly unread?: readonly Unchecked[];
}

/** What `fettle matrix` prints: a table of Pythons and platforms, and below it the packages that forbid some. */
export function matrixScreen(services: readonly NamedMatrix[], options: ScreenOptions): string {
  return services
    .map(({ name, matrix, unread = [] }) => {
      const notRead = unread.length === 0 ? [] : [notCheckedSection(unread, options)];
      const parts = [...serviceParts(matrix, options), ...notRead];
      return services.length === 1 ? parts : [options.paint.bold(`service ${plain(name)}`), ...parts];
    })
    .map((parts) => `${parts.join('\n\n')}\n`)
    .join('\n');
}

function serviceParts(matrix: ReportedMatrix, options: ScreenOptions): readonly string[] {
  const { today, planned, changes, notWritten } = matrix;
  const plan =
    planned !== null
      ? cellsParts(`with the plan (${counted(changes!, 'change')})`, planned, matrix, options)
      : changes === 0
        ? ['The plan changes nothing.']
        : notWritten === null
          ? []
          : [
              wrap(
                `The plan (${counted(changes!, 'change')}) was not judged: ${notWritten}`,
                options.width,
                0,
                2,
              ),
            ];
  return [...cellsParts('as the files are', today, matrix, options), ...plan];
}

function cellsParts(
  title: string,
  cells: ReportedCells,
  matrix: ReportedMatrix,
  options: ScreenOptions,
): readonly string[] {
  const { forbids, builds } = toldReasons(cells, matrix);
  const part = (heading: string, reasons: readonly ToldReason[]): readonly string[] => {
    const entries = reasons.map((reason) => reasonText(reason, options));
    const count = counted(reasons.length, 'reason');
    return entries.length === 0 ? [] : [section(heading, count, entries, options)];
  };
  return [
    `${table(title, cells, matrix, options)}\n${wrap(legend(cells).join(' · '), options.width, 2, 2).replace(/^/, '  ')}`,
    ...part('forbidden by', forbids),
    ...part('to be built', builds),
  ];
}

const GAP = 2;

function table(
  title: string,
  { cells }: ReportedCells,
  { pythons, platforms }: ReportedMatrix,
  { paint, width }: ScreenOptions,
): string {
  const first = Math.max(...pythons.map((python) => python.length)) + '  Python '.length + GAP;
  const room = Math.max(Math.floor((width - first) / platforms.length) - GAP, 4);
  const row = (head: string, texts: readonly string[]): string => {
    const columns = texts.map((text, at) => {
      const wide = Math.min(room, Math.max(columnText(platforms[at]!).length, 'unknown *'.length));
      return cut(text, room).padEnd(wide + GAP);
    });
    return `${head.padEnd(first)}${columns.join('')}`.trimEnd();
  };
  const rows = pythons.map((python) =>
    row(
      `  Python ${plain(python)}`,
      cells.filter((cell) => cell.python === python).map((cell) => answerText(cell)),
    ),
  );
  return [paint.bold(title), row('', platforms.map(columnText)), ...rows].join('\n');
}

function reasonText({ head, place, parts }: ToldReason, { width, verbose }: ScreenOptions): string {
  const title = `  ${wrap(place === '' ? head : `${head}  ${place}`, width, 2, 4)}`;
  const told = parts.map(({ why, where }) => {
    const short = verbose ? why : why.slice(-2);
    const [last, ...before] = [...short].reverse();
    return [...before.reverse(), `${last} (${where})`]
      .map((text) => `    ${wrap(text, width, 4, 6)}`)
      .join('\n');
  });
  return [title, ...told].join('\n');
}
