import type { LogicalText } from '../logical-text.ts';

/** The options that a requirements file may hold, by pip's "Requirements File Format". */
export type OptionName =
  | 'index-url'
  | 'extra-index-url'
  | 'no-index'
  | 'constraint'
  | 'requirement'
  | 'editable'
  | 'find-links'
  | 'no-binary'
  | 'only-binary'
  | 'prefer-binary'
  | 'require-hashes'
  | 'pre'
  | 'trusted-host'
  | 'use-feature'
  | 'global-option'
  | 'hash'
  | 'config-settings';

/** One option as written; `value` is null for those that take none. */
export interface LineOption {
  readonly name: OptionName;
  readonly written: LogicalText;
  readonly value: LogicalText | null;
}

/** A word of the options that pip refuses, or reads and ignores. */
export interface OptionProblem {
  readonly message: string;
  readonly hint: string | null;
  readonly at: LogicalText;
}

const LONG: ReadonlyMap<string, { readonly name: OptionName; readonly takesValue: boolean }> = new Map([
  ['--index-url', { name: 'index-url', takesValue: true }],
  ['--pypi-url', { name: 'index-url', takesValue: true }],
  ['--extra-index-url', { name: 'extra-index-url', takesValue: true }],
  ['--no-index', { name: 'no-index', takesValue: false }],
  ['--constraint', { name: 'constraint', takesValue: true }],
  ['--requirement', { name: 'requirement', takesValue: true }],
  ['--editable', { name: 'editable', takesValue: true }],
  ['--find-links', { name: 'find-links', takesValue: true }],
  ['--no-binary', { name: 'no-binary', takesValue: true }],
  ['--only-binary', { name: 'only-binary', takesValue: true }],
  ['--prefer-binary', { name: 'prefer-binary', takesValue: false }],
  ['--require-hashes', { name: 'require-hashes', takesValue: false }],
  ['--pre', { name: 'pre', takesValue: false }],
  ['--trusted-host', { name: 'trusted-host', takesValue: true }],
  ['--use-feature', { name: 'use-feature', takesValue: true }],
  ['--global-option', { name: 'global-option', takesValue: true }],
  ['--hash', { name: 'hash', takesValue: true }],
  ['--config-settings', { name: 'config-settings', takesValue: true }],
  ['--config-setting', { name: 'config-settings', takesValue: true }],
]);

const SHORT: ReadonlyMap<string, OptionName> = new Map([
  ['-i', 'index-url'],
  ['-c', 'constraint'],
  ['-r', 'requirement'],
  ['-e', 'editable'],
  ['-f', 'find-links'],
  ['-C', 'config-settings'],
]);

/** Reads words as Python's `optparse` does: `--name=value`, `--name value`, unique prefixes, `-rvalue`, `-r value`. */
export function readOptions(words: readonly LogicalText[]): {
  readonly options: readonly LineOption[];
  readonly problems: readonly OptionProblem[];
} {
  const options: LineOption[] = [];
  const problems: OptionProblem[] = [];
  for (let n = 0; n < words.length; n++) {
    const word = words[n]!;
    const split = splitOption(word);
    if ('message' in split) {
      problems.push(split);
      continue;
    }
    const value = split.takesValue ? (split.value ?? words[++n] ?? null) : null;
    const isNames = split.name === 'no-binary' || split.name === 'only-binary';
    if (split.takesValue && (value === null || (isNames && value.text.startsWith('-'))))
      problems.push({ message: `${word.text} needs a value`, hint: null, at: word });
    else options.push({ name: split.name, written: word, value });
  }
  return { options, problems };
}

function splitOption(
  word: LogicalText,
): { name: OptionName; takesValue: boolean; value: LogicalText | null } | OptionProblem {
  const text = word.text;
  if (!text.startsWith('-') || text === '-')
    return {
      message: `pip ignores ${JSON.stringify(text)} after an option`,
      hint: 'write it on a line of its own, before any option',
      at: word,
    };
  if (!text.startsWith('--')) return splitShort(word);
  const equals = text.indexOf('=');
  const written = equals === -1 ? text : text.slice(0, equals);
  const known = LONG.get(written) ?? onlyPrefix(written);
  if (!known) return noSuchOption(written, word);
  if (equals === -1) return { ...known, value: null };
  if (!known.takesValue) return { message: `${written} takes no value`, hint: null, at: word };
  return { ...known, value: word.part(equals + 1, text.length) };
}

function splitShort(word: LogicalText): ReturnType<typeof splitOption> {
  const name = SHORT.get(word.text.slice(0, 2));
  if (!name) return noSuchOption(word.text.slice(0, 2), word);
  const value = word.text.length > 2 ? word.part(2, word.text.length) : null;
  return { name, takesValue: true, value };
}

function onlyPrefix(written: string): { name: OptionName; takesValue: boolean } | null {
  const matches = [...LONG].filter(([long]) => long.startsWith(written));
  return written.length > 2 && matches.length === 1 ? matches[0]![1] : null;
}

function noSuchOption(written: string, at: LogicalText): OptionProblem {
  return {
    message: `pip knows no option ${written} in a requirements file`,
    hint: 'give it on the command line, or remove it',
    at,
  };
}
