import { ratioOf } from './figures.mjs';

const COLUMNS = [
  ['', ({ what }) => what, 'left'],
  ['fettle', ({ mine, unit }) => (mine === null ? 'failed' : amount(mine.median, unit))],
  ['beside it', ({ theirs, unit }) => (theirs === null ? '' : amount(theirs.median, unit))],
  ['which is', ({ peer }) => peer ?? '', 'left'],
  ['ratio', (row) => (ratioOf(row) === null ? '' : ratio(ratioOf(row)))],
  ['least to most', spread],
  [
    'processor',
    ({ processor, theirProcessor }) => (theirProcessor === null ? '' : ratio(processor / theirProcessor)),
  ],
  ['peak MB', peaks],
  ['runs', runsText],
  ['aim', ({ aim, unit }) => (aim === null ? '' : aimText(aim, unit))],
  ['', ({ met }) => ({ true: 'met', false: 'not met', null: '' })[String(met)], 'left'],
];

/** All rows as one table, in the columns of Markdown, so that it stands in a document as it is printed; notes below it. */
export function table(rows) {
  const cells = [
    COLUMNS.map(([head]) => head),
    ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row).replaceAll('|', '\\|'))),
  ];
  const widths = COLUMNS.map((_, at) => Math.max(3, ...cells.map((row) => row[at].length)));
  const line = (row) =>
    `| ${row.map((cell, at) => (left(at) ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(' | ')} |`;
  const rule = `|${widths.map((width, at) => (left(at) ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [head, ...body] = cells.map(line);
  const notes = rows.filter(({ note }) => note !== null).map(({ what, note }) => `- ${what}: ${note}`);
  return [head, rule, ...body, ...(notes.length > 0 ? ['', ...notes] : []), ''].join('\n');
}

function left(at) {
  return COLUMNS[at][2] === 'left';
}

/** Of the ratios of the rounds; of the seconds, where nothing is beside them. */
function spread({ ratios, mine, unit }) {
  if (ratios !== null)
    return ratios.least === ratios.most ? '' : `${ratio(ratios.least)} to ${ratio(ratios.most)}`;
  return mine === null || mine.least === mine.most
    ? ''
    : `${amount(mine.least, unit)} to ${amount(mine.most, unit)}`;
}

/** Where the other has fewer, for one of its runs takes more than a minute, that is told. */
function runsText({ runs, theirRuns }) {
  return theirRuns === null || theirRuns === runs ? String(runs) : `${runs}, ${theirRuns}`;
}

function peaks({ peak, theirPeak }) {
  if (peak === null) return '';
  return theirPeak === null ? peak.toFixed(0) : `${peak.toFixed(0)}, ${theirPeak.toFixed(0)}`;
}

/** Three digits that count: 0.052 s, 1.13 s, 86.0 s. */
function amount(value, unit) {
  if (unit === '%') return `${(100 * value).toFixed(0)} %`;
  if (unit === 'MB') return `${value.toFixed(0)} MB`;
  const digits = unit === 's' ? `${value.toPrecision(3)} s` : `${Number(value.toPrecision(4))} ${unit}`;
  return value >= 1000 && unit === 's' ? `${value.toFixed(0)} s` : digits;
}

function ratio(value) {
  return value < 0.1 ? value.toFixed(3) : value.toFixed(2);
}

function aimText({ of, limit, atLeast }, unit) {
  const sign = atLeast ? '>=' : '<=';
  if (of === 'ratio') return `${sign} ${Number(limit.toFixed(3))}x`;
  const text = amount(limit, unit);
  return of === 'difference' ? `${sign} ${text} over` : `${sign} ${text}`;
}
