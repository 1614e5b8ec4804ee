import { isPythonSpace } from './python-space.ts';

/** A part of a text that a tool sees, and the part of the file that it comes from. */
export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Why the text is not what stands in the file ("it stands behind the variable X"), or null where it is. */
  readonly changed: string | null;
}

/** Where a part of a logical text stands in its file. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
  /** Null where the file has that text there, with continued line ends in it at most, else why not. */
  readonly changed: string | null;
}

/**
 * A text as a tool sees it, after continuation lines are joined, variables expanded and quotes removed, that still
 * knows where in the file each of its parts stands.
 */
export class LogicalText {
  readonly text: string;
  readonly #pieces: readonly Piece[];
  /** Offset in `text` at which each piece starts. */
  readonly #at: readonly number[];
  /** Why text is not as in the file where two pieces do not touch there; null where only a continued line end stands between. */
  readonly #gap: string | null;

  /** Where it stands though it is empty: a part of another text knows that. */
  readonly #place: number | null;

  constructor(pieces: readonly Piece[], gap: string | null, place: number | null = null) {
    this.#place = place;
    this.#pieces = pieces.filter((piece) => piece.text !== '' || piece.changed !== null);
    this.#gap = gap;
    const at: number[] = [];
    let length = 0;
    for (const piece of this.#pieces) {
      at.push(length);
      length += piece.text.length;
    }
    this.#at = at;
    this.text = this.#pieces.length === 1 ? this.#pieces[0]!.text : this.#pieces.map((p) => p.text).join('');
  }

  static verbatim(source: string, start: number, end: number): LogicalText {
    return new LogicalText([{ text: source.slice(start, end), start, end, changed: null }], '');
  }

  get pieces(): readonly Piece[] {
    return this.#pieces;
  }

  /** The part from `start` up to `end`. A changed piece is cut in its text and keeps its whole place in the file. */
  part(start: number, end: number): LogicalText {
    const pieces: Piece[] = [];
    for (let n = this.#indexAt(start); n < this.#pieces.length && this.#at[n]! < end; n++) {
      const [piece, at] = [this.#pieces[n]!, this.#at[n]!];
      const from = Math.max(start - at, 0);
      const to = Math.min(end - at, piece.text.length);
      if (from >= to) continue;
      const text = piece.text.slice(from, to);
      pieces.push(
        piece.changed !== null
          ? { ...piece, text }
          : { text, start: piece.start + from, end: piece.start + to, changed: null },
      );
    }
    return new LogicalText(pieces, this.#gap, pieces.length === 0 ? this.#placeOf(start) : null);
  }

  #placeOf(offset: number): number | null {
    return this.#pieces.length === 0 ? this.#place : this.range(offset, offset).start;
  }

  /** Without the spaces around it, as Python's `str.strip` does it. */
  trimmed(): LogicalText {
    let [start, end] = [0, this.text.length];
    while (start < end && isPythonSpace(this.text[start]!)) start++;
    while (end > start && isPythonSpace(this.text[end - 1]!)) end--;
    return start === 0 && end === this.text.length ? this : this.part(start, end);
  }

  /** Where `start` to `end` stands in the file. Zero wide: right after what stands before it. */
  range(start: number, end: number): FileRange {
    if (this.#pieces.length === 0) return this.#nowhere();
    const first = this.#indexAt(start === end && start > 0 ? start - 1 : start);
    const last = this.#indexAt(end > start ? end - 1 : Math.max(start - 1, 0));
    const from = this.#fileOffset(first, start, 'start');
    const to = start === end ? from : this.#fileOffset(last, end, 'end');
    return { start: from, end: to, changed: this.#whyChanged(first, last) };
  }

  #nowhere(): FileRange {
    if (this.#place === null) throw new RangeError('an empty text has no place in its file');
    return { start: this.#place, end: this.#place, changed: null };
  }

  #whyChanged(first: number, last: number): string | null {
    for (let n = first; n <= last; n++) {
      const piece = this.#pieces[n]!;
      if (piece.changed !== null) return piece.changed;
      if (n < last && this.#pieces[n + 1]!.changed === null && piece.end !== this.#pieces[n + 1]!.start)
        return this.#gap;
    }
    return null;
  }

  #fileOffset(index: number, offset: number, side: 'start' | 'end'): number {
    const piece = this.#pieces[index]!;
    if (piece.changed !== null)
      return side === 'start' && offset === this.#at[index] ? piece.start : piece.end;
    return piece.start + offset - this.#at[index]!;
  }

  /** Index of the piece that holds the character at `offset`; the last piece for anything after it. */
  #indexAt(offset: number): number {
    let [low, high] = [0, this.#pieces.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#at[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return Math.max(low, 0);
  }
}
