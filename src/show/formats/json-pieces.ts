import type { Report } from '../report/report.ts';
import { wellFormed } from './well-formed.ts';

/** Lists are written so many items at a time; of a shorter one each item is gone into. */
const AT_ONCE = 50;
/** What stands deeper is written whole: the packages of a target, the largest list of a service, stand at this depth. */
const DEEPEST = 5;
const STEP = '  ';
/** The mark by which `JSON.stringify` writes half of a surrogate pair, or a backslash before these letters. */
const MAYBE_HALF = '\\ud';

/**
 * The report as JSON, piece by piece, as `JSON.stringify(report, null, 2)` writes it: that of ten thousand packages is never one text in
 * memory.
 */
export function* jsonPieces(report: Report): Generator<string, void> {
  yield* pieces(report, 0);
  yield '\n';
}

function* pieces(value: unknown, depth: number): Generator<string, void> {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) yield written([value], depth);
  else if (Array.isArray(value)) yield* listPieces(value, depth);
  else yield* tablePieces(value, depth);
}

function* tablePieces(table: object, depth: number): Generator<string, void> {
  const entries = Object.entries(table).filter(([, inner]) => inner !== undefined);
  for (const [at, [key, inner]] of entries.entries()) {
    yield `${at === 0 ? '{' : ','}${lineAt(depth + 1)}${JSON.stringify(key)}: `;
    yield* pieces(inner, depth + 1);
  }
  yield entries.length === 0 ? '{}' : `${lineAt(depth)}}`;
}

function* listPieces(list: readonly unknown[], depth: number): Generator<string, void> {
  const step = list.length > AT_ONCE ? AT_ONCE : 1;
  for (let at = 0; at < list.length; at += step) {
    yield `${at === 0 ? '[' : ','}${lineAt(depth + 1)}`;
    if (step === 1) yield* pieces(list[at], depth + 1);
    else yield written(list.slice(at, at + step), depth + 1);
  }
  yield list.length === 0 ? '[]' : `${lineAt(depth)}]`;
}

/** Values side by side at a depth: written within as many lists, so that they are indented as they stand there. */
function written(values: readonly unknown[], depth: number): string {
  let nested = values;
  let [before, after] = [0, 0];
  for (let level = 1; level <= depth; level++) {
    if (level > 1) nested = [nested];
    before += '['.length + lineAt(level).length;
    after += lineAt(level - 1).length + ']'.length;
  }
  const text = JSON.stringify(nested, null, STEP);
  const told = text.includes(MAYBE_HALF) ? JSON.stringify(wellFormed(nested), null, STEP) : text;
  return told.slice(before, -after);
}

function lineAt(depth: number): string {
  return `\n${STEP.repeat(depth)}`;
}
