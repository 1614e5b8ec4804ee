import { DockerfileParser } from 'dockerfile-ast';
import type { Dockerfile, Instruction } from 'dockerfile-ast';

/** A Dockerfile as its parser has it, with the offsets of its text. */
export interface ParsedDockerfile {
  readonly dockerfile: Dockerfile;
  /** Flags that were passed over, since an instruction has more than anybody writes: offsets in the text. */
  readonly passedOver: readonly { readonly start: number; readonly end: number }[];
}

/** The parser takes time by the square of their number: some 10 ms for these, 9 s for forty thousand. */
export const MOST_FLAGS = 1_000;

/** What holds at an instruction is told from those before it. An image has some 127 layers at most. */
export const MOST_INSTRUCTIONS = 1_000;

/** Those that are read. */
export function instructionsOf(dockerfile: Dockerfile): readonly Instruction[] {
  return dockerfile.getInstructions().slice(0, MOST_INSTRUCTIONS);
}

/** A comment's line, or a word. */
const PART = /^[ \t]*#[^\r\n]*|[^\s]+/gm;

/** Parses a Dockerfile whose byte order mark, and flags past the bound, are blanks: all else stands where it stood. */
export function parseDockerfile(text: string): ParsedDockerfile {
  const passedOver = flagsPastTheBound(text);
  let [bounded, at] = [text.startsWith('\uFEFF') ? ' ' : '', text.startsWith('\uFEFF') ? 1 : 0];
  for (const { start, end } of passedOver) {
    bounded += text.slice(at, start) + text.slice(start, end).replace(/[^\s\\`]/g, ' ');
    at = end;
  }
  return { dockerfile: DockerfileParser.parse(bounded + text.slice(at)), passedOver };
}

/** Words that begin with a dash, one after the other; between them stand comments and the ends of continued lines alone. */
function flagsPastTheBound(text: string): ParsedDockerfile['passedOver'] {
  const past: { readonly start: number; end: number }[] = [];
  let count = 0;
  for (const { 0: part, index } of text.matchAll(PART)) {
    if (part === '\\' || part === '`' || part.trimStart().startsWith('#')) continue;
    count = part.startsWith('-') ? count + 1 : 0;
    if (count <= MOST_FLAGS) continue;
    const end = index + part.length;
    if (count === MOST_FLAGS + 1) past.push({ start: index, end });
    else past.at(-1)!.end = end;
  }
  return past;
}
