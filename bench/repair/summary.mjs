import { aim, figureRow } from '../figures.mjs';

const GOOD = ['repaired', 'right'];

/** The figures of one tool over all cases. */
export function summaryOf(tool, results) {
  const runs = results.map((one) => ({ ...one.runs[tool], repairable: one.repairable }));
  const repairable = runs.filter((one) => one.repairable);
  const seconds = runs.map((one) => one.seconds).sort((a, b) => a - b);
  return {
    tool,
    cases: runs.length,
    repairable: repairable.length,
    repaired: repairable.filter(({ verdict }) => verdict === 'repaired').length,
    right: runs.filter(({ verdict }) => GOOD.includes(verdict)).length,
    resolves: repairable.filter(({ resolves }) => resolves).length,
    falseClaims: runs.reduce((sum, one) => sum + one.falseClaims.length, 0),
    withFalseClaims: runs.filter((one) => one.falseClaims.length > 0).length,
    unrelated: runs.reduce((sum, one) => sum + one.unrelated, 0),
    changed: runs.reduce((sum, one) => sum + one.changed, 0),
    stopped: runs.filter(({ verdict }) => ['timed out', 'crashed'].includes(verdict)).length,
    median: seconds[seconds.length >> 1] ?? 0,
    slowest: seconds.at(-1) ?? 0,
  };
}

const COLUMNS = [
  ['', ({ tool }) => tool],
  ['repaired', ({ repaired, repairable }) => `${repaired} of ${repairable}`],
  ['right', ({ right, cases }) => `${right} of ${cases}`],
  ['resolve', ({ resolves, repairable }) => `${resolves} of ${repairable}`],
  ['false claims', ({ falseClaims, withFalseClaims }) => `${falseClaims} in ${withFalseClaims}`],
  ['unrelated lines', ({ unrelated }) => String(unrelated)],
  ['lines changed', ({ changed }) => String(changed)],
  ['stopped', ({ stopped }) => String(stopped)],
  ['median s', ({ median }) => median.toFixed(1)],
  ['slowest s', ({ slowest }) => slowest.toFixed(1)],
];

/** Every case with its verdicts, as lines of text. */
export function verdictTable({ cases, summary }) {
  const rows = [COLUMNS.map(([head]) => head), ...summary.map((one) => COLUMNS.map(([, cell]) => cell(one)))];
  const tools = summary.map(({ tool }) => tool);
  const verdicts = [
    ['case', ...tools],
    ...cases.map((one) => [one.name, ...tools.map((tool) => one.runs[tool].verdict)]),
  ];
  const wrong = cases.filter(({ problems }) => problems.length > 0);
  return [
    ...aligned(rows),
    '',
    ...aligned(verdicts),
    ...(wrong.length > 0 ? ['', `cases that are wrong: ${wrong.map(({ name }) => name).join(', ')}`] : []),
    '',
  ].join('\n');
}

/** The rows that join the table: fettle beside each peer, on the same cases. */
export function repairRows({ summary }) {
  const mine = summary.find(({ tool }) => tool === 'fettle');
  if (mine === undefined) return [];
  return summary.filter((one) => one !== mine).flatMap((peer) => rowsBeside(mine, peer));
}

function rowsBeside(mine, peer) {
  const row = (what, unit, of, held = null) =>
    figureRow({
      ...{
        part: 'repair',
        what: `repair, ${mine.cases} cases: ${what}`,
        unit,
        mine: of(mine),
        peer: peer.tool,
      },
      ...{ theirs: of(peer), runs: 1, aim: held },
    });
  return [
    row(
      'repaired, of those that can be',
      '%',
      (one) => one.repaired / one.repairable,
      aim('value', 1, { atLeast: true }),
    ),
    row('resolves afterwards', '%', (one) => one.resolves / one.repairable),
    row('false claims', 'claims', (one) => one.falseClaims, aim('value', 0)),
    row('unrelated lines', 'lines', (one) => one.unrelated, aim('value', 0)),
    row('lines changed', 'lines', (one) => one.changed),
    row('time, median', 's', (one) => one.median),
    row('time, slowest', 's', (one) => one.slowest),
  ];
}

function aligned(rows) {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]))
      .join('  ')
      .trimEnd(),
  );
}
