import type { Edit } from '../domain/edit.ts';
import type { Requirement } from '../domain/requirement.ts';
import { blanksBefore, lineEndOf } from './requirement-text.ts';

/** How a file writes its hashes: what stands before each option, and how an option begins. */
export interface HashLayout {
  readonly separator: string;
  readonly option: string;
}

interface HashOption {
  readonly start: number;
  readonly end: number;
  readonly option: string;
}

/** The digest may be recorded with its `--hash=` or without: the option is found in both cases. */
function optionAt(text: string, span: { readonly start: number; readonly end: number }): HashOption | null {
  const from = Math.max(0, span.start - 16);
  const before = /--hash(?:=|[ \t]+)$/.exec(text.slice(from, span.start));
  if (before) return { start: from + before.index, end: span.end, option: before[0] };
  const inside = /^--hash(?:=|[ \t]+)/.exec(text.slice(span.start, span.end));
  return inside ? { start: span.start, end: span.end, option: inside[0] } : null;
}

function optionsOf(text: string, requirement: Requirement): readonly HashOption[] | null {
  const found = requirement.hashes.map((hash) => optionAt(text, hash.span));
  const options = found.filter((option) => option !== null);
  if (options.length < found.length) return null;
  const apart = options.some(
    (option, i) => i > 0 && blanksBefore(text, option.start) !== options[i - 1]!.end,
  );
  return apart ? null : options;
}

/** The layout of one requirement's hashes: of the second where there is one, for the first may share the line. */
function layoutOf(text: string, options: readonly HashOption[]): HashLayout {
  const model = options[1] ?? options[0]!;
  return { separator: text.slice(blanksBefore(text, model.start), model.start), option: model.option };
}

/** The layout that a file's lines have, or pip-compile's where none has hashes. */
export function fileHashLayout(text: string, requirements: readonly Requirement[]): HashLayout {
  for (const requirement of requirements.filter((one) => one.hashes.length > 0)) {
    const options = optionsOf(text, requirement);
    if (options) return layoutOf(text, options);
  }
  return { separator: ` \\${lineEndOf(text)}    `, option: '--hash=' };
}

/** The hash options of a new line, with what stands before each. */
export function hashOptions(hashes: readonly string[], layout: HashLayout): string {
  return [...hashes]
    .sort()
    .map((hash) => layout.separator + layout.option + hash)
    .join('');
}

/**
 * The edit that gives a pin its new hashes in the layout of the old ones: sorted, each behind what stood between the
 * old ones. Null where they are the same already; a sentence where the options cannot be told apart from others.
 */
export function hashEdit(
  text: string,
  requirement: Requirement,
  hashes: readonly string[],
): Edit | null | string {
  const old = new Set(requirement.hashes.map((hash) => hash.text));
  if (old.size === hashes.length && hashes.every((hash) => old.has(hash))) return null;
  const options = optionsOf(text, requirement);
  const [first, last] = [options?.[0], options?.at(-1)];
  if (!options || !first || !last) return 'its --hash options do not stand together';
  const layout = layoutOf(text, options);
  return {
    file: requirement.span.file,
    start: first.start,
    end: last.end,
    expected: text.slice(first.start, last.end),
    replacement: hashOptions(hashes, layout).slice(layout.separator.length),
  };
}
