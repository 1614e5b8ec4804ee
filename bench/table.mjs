const HEADER = ['', 'wall s', '', 'ratio', 'cpu s', '', 'ratio', 'aim', ''];

/** All rows of all inputs as plain text in columns. */
export function table(results) {
  return results.flatMap((result) => [...inputTable(result), '']).join('\n');
}

function inputTable({ input, locks, rows }) {
  const cells = [HEADER, ...rows.map((row) => (row.kind === 'ratio' ? ratioCells(row) : peakCells(row)))];
  const widths = HEADER.map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  const lines = cells.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
      .join('  ')
      .trimEnd(),
  );
  return [locks === null ? input : `${input}: ${locks.size} packages, ${lockLine(locks)}`, ...lines];
}

function ratioCells(row) {
  const aim = row.aim === null ? '' : `<= ${row.aim.toFixed(1)}x`;
  return [
    row.what,
    ...[seconds(row.theirs), seconds(row.mine), `${row.ratio.toFixed(2)}x`],
    ...[seconds(row.theirProcessor), seconds(row.processor), `${row.processorRatio.toFixed(2)}x`],
    ...[aim, metText(row.met)],
  ];
}

function peakCells(row) {
  return [
    row.what,
    '',
    `${row.megabytes.toFixed(0)} MB`,
    '',
    '',
    '',
    '',
    `< ${row.aim} MB`,
    metText(row.met),
  ];
}

function lockLine({ fettleOnly, uvOnly }) {
  if (fettleOnly.length === 0 && uvOnly.length === 0) return 'both locks are equal';
  return `only fettle: ${fettleOnly.join(' ') || '-'}; only uv: ${uvOnly.join(' ') || '-'}`;
}

function seconds(value) {
  return value.toFixed(2);
}

function metText(met) {
  if (met === null) return '';
  return met ? 'met' : 'not met';
}
