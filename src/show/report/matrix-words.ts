import type { ReportedCell, ReportedCells, ReportedMatrix, ReportedReason } from './reported-matrix.ts';

/** A platform as a column is headed: Linux goes without saying. */
export function columnText(platform: string): string {
  return platform.replace(/^linux\//, '');
}

/** "ok", "no?" where something about it could not be read, "ok *" where the service runs. */
export function answerText({ answer, unread, own }: ReportedCell): string {
  const sure = answer === 'ok' || answer === 'built' ? unread.length === 0 : true;
  return `${answer}${sure ? '' : '?'}${own ? ' *' : ''}`;
}

/** What the words in the cells mean, as far as they occur. */
export function legend({ cells }: ReportedCells): readonly string[] {
  const has = (test: (cell: ReportedCell) => boolean): boolean => cells.some(test);
  return [
    ...(has(({ answer }) => answer === 'ok') ? ['ok: wheels alone meet every line'] : []),
    ...(has(({ answer }) => answer === 'built') ? ['built: only where sdists are built'] : []),
    ...(has(({ answer }) => answer === 'no') ? ['no: forbidden, see below'] : []),
    ...(has(({ answer }) => answer === 'unknown') ? ['unknown: the time was over'] : []),
    ...(has(({ unread, answer }) => unread.length > 0 && answer !== 'no')
      ? ['?: what some versions need could not be read']
      : []),
    ...(has(({ own }) => own) ? ['*: what the service runs on'] : []),
    ...libcs(cells),
  ];
}

/** The C libraries that the columns are judged with: a newer one takes more wheels. */
function libcs(cells: readonly ReportedCell[]): readonly string[] {
  const found = new Set(cells.flatMap(({ target }) => /(?:glibc|musl) [\d.]+$/.exec(target)?.[0] ?? []));
  return found.size === 0 ? [] : [`judged with ${[...found].join(', ')}`];
}

/** Reasons about the same packages of the same lines, under one head. */
export interface ToldReason {
  readonly head: string;
  readonly place: string;
  readonly parts: readonly { readonly why: readonly string[]; readonly where: string }[];
}

/** The reasons of a matrix in words, those that forbid before those that ask for a build. */
export function toldReasons(
  { reasons }: ReportedCells,
  { pythons, platforms }: ReportedMatrix,
): { readonly forbids: readonly ToldReason[]; readonly builds: readonly ToldReason[] } {
  const told = (wanted: readonly ReportedReason[]): readonly ToldReason[] => {
    const groups = new Map<string, ToldReason & { parts: { why: readonly string[]; where: string }[] }>();
    for (const reason of wanted) {
      const [head, place] = [headText(reason), placeText(reason)];
      const key = JSON.stringify([head, place]);
      const known = groups.get(key) ?? { head, place, parts: [] };
      known.parts.push({ why: reason.why, where: whereText(reason.cells, pythons, platforms) });
      groups.set(key, known);
    }
    return [...groups.values()];
  };
  return {
    forbids: told(reasons.filter(({ kind }) => kind !== 'must-be-built')),
    builds: told(reasons.filter(({ kind }) => kind === 'must-be-built')),
  };
}

function headText({ packages, version }: ReportedReason): string {
  const names = packages.length > MOST_NAMES ? [...packages.slice(0, MOST_NAMES), '…'] : packages;
  return version === null ? names.join(', ') : `${names.join(', ')} ${version}`;
}

const MOST_NAMES = 4;

/** "requirements.txt:3", "via fastapi (requirements.txt:2)", or the lines whose conflict it is. */
function placeText({ lines, via, kind, packages }: ReportedReason): string {
  const places = lines.map(({ file, line }) => `${file}:${line}`).join(', ');
  if (via.length > 1) return `via ${via.slice(0, -1).join(', ')} (${places})`;
  if (kind !== 'conflict') return places;
  const texts = lines.map(({ text, file, line }) => `${text} (${file}:${line})`);
  return packages.length === 0 ? '' : texts.join(', ');
}

/** "3.12 to 3.14 on amd64, arm64", "everywhere". */
export function whereText(
  cells: ReportedReason['cells'],
  pythons: readonly string[],
  platforms: readonly string[],
): string {
  const rows = pythons
    .map((python) => ({
      python,
      on: platforms.filter((platform) =>
        cells.some((cell) => cell.python === python && cell.platform === platform),
      ),
    }))
    .filter(({ on }) => on.length > 0);
  const byColumns = new Map<string, { readonly on: readonly string[]; readonly rows: string[] }>();
  for (const { python, on } of rows) {
    const key = JSON.stringify(on);
    const known = byColumns.get(key) ?? { on, rows: [] };
    known.rows.push(python);
    byColumns.set(key, known);
  }
  const parts = [...byColumns.values()].map(({ on, rows: same }) => {
    const [everyRow, everyColumn] = [same.length === pythons.length, on.length === platforms.length];
    if (everyRow && everyColumn) return 'everywhere';
    const columns = on.map(columnText).join(', ');
    if (everyRow) return `on ${columns}`;
    return everyColumn ? rowsText(same, pythons) : `${rowsText(same, pythons)} on ${columns}`;
  });
  return parts.join('; ');
}

/** Neighbours are told as "3.10 to 3.12". */
function rowsText(some: readonly string[], all: readonly string[]): string {
  const runs: string[][] = [];
  for (const python of some) {
    const last = runs.at(-1);
    if (last !== undefined && all.indexOf(python) === all.indexOf(last.at(-1)!) + 1) last.push(python);
    else runs.push([python]);
  }
  return runs.flatMap((run) => (run.length > 2 ? [`${run[0]} to ${run.at(-1)}`] : run)).join(', ');
}
