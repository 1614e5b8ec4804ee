import { LogicalText } from '../logical-text.ts';
import type { Piece } from '../logical-text.ts';
import { isPythonSpace } from '../python-space.ts';

/** A line as pip reads it, from the first of its physical lines to the end of the last, terminator included. */
export interface LogicalLine {
  readonly start: number;
  readonly end: number;
  /** Trimmed and without its comment, variables expanded; null for a blank line or a comment. */
  readonly content: LogicalText | null;
  /** Text on continuation lines that pip drops, for a comment above it ended in a backslash; or null. */
  readonly swallowed: { readonly start: number; readonly end: number } | null;
}

interface PhysicalLine {
  readonly start: number;
  /** Without the terminator. */
  readonly end: number;
  readonly next: number;
}

/**
 * Splits a requirements file as pip does ("Requirements File Format"): lines ending in a backslash continue, a comment
 * line among them ends them, a `#` at the start or after a space starts a comment, and then `${NAME}` is expanded.
 * The lines tile the text. Linear in its length.
 */
export function* logicalLines(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): Generator<LogicalLine> {
  let parts: PhysicalLine[] = [];
  let start = 0;
  for (const line of physicalLines(text)) {
    const comment = isCommentLine(text, line);
    if (!comment) parts.push(line);
    if (!comment && line.end > line.start && text[line.end - 1] === '\\') continue;
    yield joined(text, start, line.next, parts, !comment, environment);
    parts = [];
    start = line.next;
  }
  if (parts.length > 0) yield joined(text, start, text.length, parts, false, environment);
}

/** Python's `str.splitlines`: form feeds and Unicode separators end a line too. */
function* physicalLines(text: string): Generator<PhysicalLine> {
  const terminator = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  if (start === 1 && text.length === 1) yield { start: 1, end: 1, next: 1 };
  for (let match = terminator.exec(text); match !== null; match = terminator.exec(text)) {
    const next = match.index + match[0].length;
    yield { start, end: match.index, next };
    start = next;
  }
  if (start < text.length) yield { start, end: text.length, next: text.length };
}

function isCommentLine(text: string, line: PhysicalLine): boolean {
  let at = line.start;
  while (at < line.end && isPythonSpace(text[at]!)) at++;
  return at < line.end && text[at] === '#';
}

/** `lastIsPlain`: the last part ends the line by itself, so its backslashes are text. */
function joined(
  text: string,
  start: number,
  end: number,
  parts: readonly PhysicalLine[],
  lastIsPlain: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): LogicalLine {
  const pieces = parts.map((part, n) =>
    lastIsPlain && n === parts.length - 1
      ? verbatim(text, part.start, part.end)
      : withoutBackslashes(text, part),
  );
  const whole = new LogicalText(pieces, null);
  const cut = commentStart(whole.text);
  const content = (cut === -1 ? whole : whole.part(0, cut)).trimmed();
  return {
    start,
    end,
    content: content.text === '' ? null : expanded(content, environment),
    swallowed: cut === -1 || pieces.length < 2 ? null : swallowedAfter(pieces, cut),
  };
}

function verbatim(text: string, start: number, end: number): Piece {
  return { text: text.slice(start, end), start, end, changed: null };
}

function withoutBackslashes(text: string, line: PhysicalLine): Piece {
  let { start, end } = line;
  while (end > start && text[end - 1] === '\\') end--;
  while (start < end && text[start] === '\\') start++;
  return verbatim(text, start, end);
}

/** Where a comment starts, or -1: at a `#` that starts the line or follows a space. */
function commentStart(text: string): number {
  for (let at = text.indexOf('#'); at !== -1; at = text.indexOf('#', at + 1))
    if (at === 0 || isPythonSpace(text[at - 1]!)) return at;
  return -1;
}

function swallowedAfter(pieces: readonly Piece[], cut: number): LogicalLine['swallowed'] {
  let at = 0;
  const rest = pieces.filter((piece) => {
    const after = at > cut && piece.text.trim() !== '';
    at += piece.text.length;
    return after;
  });
  return rest.length === 0 ? null : { start: rest[0]!.start, end: rest.at(-1)!.end };
}

/** pip expands `${NAME}` with upper-case letters, digits and `_` only, and leaves what is unset or empty. */
function expanded(
  content: LogicalText,
  environment: Readonly<Record<string, string | undefined>>,
): LogicalText {
  if (!content.text.includes('${')) return content;
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of content.text.matchAll(/\$\{([A-Z0-9_]+)\}/g)) {
    const name = match[1]!;
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value === undefined || value === '') continue;
    pieces.push(...content.part(done, match.index).pieces);
    done = match.index + match[0].length;
    const { start, end } = content.range(match.index, done);
    pieces.push({ text: value, start, end, changed: `it stands behind the variable ${name}` });
  }
  pieces.push(...content.part(done, content.text.length).pieces);
  return new LogicalText(pieces, null);
}
