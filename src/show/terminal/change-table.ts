import { movesInLockAlone, ofSuccessor } from '../../domain/plan.ts';
import type { Change, LockMove, Plan } from '../../domain/plan.ts';
import type { ListedLine } from '../../change/edit-context.ts';
import { plain, wrap } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** One row: what moves, how, and why. */
interface Row {
  readonly name: string;
  readonly step: string;
  readonly why: string;
  /** Why no smaller step does, or null. */
  readonly notLess: string | null;
}

/** The widest that names and steps may get together before a reason goes on lines of its own. */
const WIDEST = 44;

/** The changes of one service, then the lines that are added and what moves in the lock alone, in columns: name, step, reason. */
export function changeTable(plan: Plan, listed: readonly ListedLine[], options: ScreenOptions): string {
  const rows = [
    ...plan.changes.map((change) => changeRow(change, plan)),
    ...listed.map(listedRow),
    ...movesInLockAlone(plan).map(lockRow),
  ];
  const names = Math.max(0, ...rows.map((row) => row.name.length));
  const heads = rows.map((row) => names + 2 + row.step.length);
  const column = Math.max(names + 4, ...heads.map((length) => length + 2).filter((end) => end <= WIDEST));
  return rows.map((row) => rowText(row, names, column, options)).join('\n');
}

function rowText(row: Row, names: number, column: number, { width, verbose }: ScreenOptions): string {
  const head = `${row.name.padEnd(names)}  ${wrap(row.step, width, names + 2, names + 2)}`;
  const aside = head.length + 2 > column ? `${head}\n${' '.repeat(column)}` : head.padEnd(column);
  const body = `${aside}${wrap(row.why, width, column, column)}`;
  if (!verbose || row.notLess === null) return body;
  return `${body}\n    ${wrap(`not less: ${row.notLess}`, width, 4, 4)}`;
}

function changeRow(change: Change, { changes }: Plan): Row {
  const { name, requirement, because, whyNotLower } = change;
  const alike = changes.filter((one) => one.name === name && one.requirement !== null).length > 1;
  const place = requirement === null ? '' : `${requirement.span.file}:${requirement.span.line}: `;
  return {
    name: plain(name),
    step: stepText(change),
    why: alike ? `${place}${because}` : because,
    notLess: whyNotLower,
  };
}

function stepText({ from, to, successor }: Change): string {
  if (from === null) return `add ${oneLine(to?.specifier ?? '')}`;
  if (to === null) return `${oneLine(from.specifier)} removed`.trim();
  const pinned = to.specifier.startsWith('==');
  const asked = (text: string): string => ofSuccessor(successor && plain(successor), text);
  return pinned
    ? `${from.version?.text ?? oneLine(from.specifier)} -> ${asked(to.version.text)}`
    : `${oneLine(from.specifier)} -> ${asked(oneLine(to.specifier))}`.trim();
}

/** A specifier may stand on several lines of its file. */
function oneLine(specifier: string): string {
  return plain(specifier.replace(/\\?\s+/g, ' '));
}

function listedRow({ name, version, why }: ListedLine): Row {
  return { name: plain(name), step: `add ==${plain(version.text)}`, why, notLess: null };
}

function lockRow({ name, from, to, because }: LockMove): Row {
  const step = `${from?.text ?? 'none'} -> ${to?.text ?? 'none'}`;
  return { name: plain(name), step: plain(step), why: because, notLess: null };
}
