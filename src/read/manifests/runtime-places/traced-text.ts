import { MOST_EXPANDED, valueOf, variableAt } from '../dockerfile/variables.ts';

/** A text with its variables expanded that still knows where in the file each of its characters stands; null: nowhere. */
export interface TracedText {
  readonly text: string;
  readonly offsets: readonly (number | null)[];
}

export type TracedLookup = (name: string) => TracedText | undefined;

/** A text that stands in the file as it is. */
export function verbatim(text: string, start: number): TracedText {
  return { text, offsets: Array.from({ length: text.length }, (_, n) => start + n) };
}

/** A text that the file does not have in this form. */
export function untraced(text: string): TracedText {
  return { text, offsets: Array.from({ length: text.length }, () => null) };
}

/** The same as `expandVariables`, traced. */
export function expandTraced(written: TracedText, lookup: TracedLookup): TracedText | null {
  let text = '';
  const offsets: (number | null)[] = [];
  let expanded = 0;
  for (let at = 0; at < written.text.length;) {
    const reference = written.text[at] === '$' ? variableAt(written.text, at) : null;
    if (!reference) {
      text += written.text[at]!;
      offsets.push(written.offsets[at++]!);
      continue;
    }
    const value = valueOf(reference, (name) => lookup(name)?.text);
    if (value === undefined || (expanded += value.length) > MOST_EXPANDED) return null;
    const known = lookup(reference.name);
    const fallbackAt = reference.end - 1 - value.length;
    const places =
      known !== undefined && known.text !== ''
        ? known.offsets
        : written.offsets.slice(fallbackAt, fallbackAt + value.length);
    text += value;
    offsets.push(...places);
    at = reference.end;
  }
  return { text, offsets };
}

/** Where a part of the text stands in the file, or null where it does not stand there in one piece. */
export function rangeIn(
  { offsets }: TracedText,
  start: number,
  end: number,
): { readonly start: number; readonly end: number } | null {
  const first = offsets[start];
  if (first === undefined || first === null || end <= start) return null;
  for (let at = start; at < end; at++) if (offsets[at] !== first + at - start) return null;
  return { start: first, end: first + end - start };
}
