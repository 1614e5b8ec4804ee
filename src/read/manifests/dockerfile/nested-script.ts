import { posix } from 'node:path';
import type { LogicalText } from '../logical-text.ts';
import type { ShellWord } from './shell-commands.ts';

/** Words of a shell before the program of a command. */
export const BEFORE_PROGRAM =
  /^(then|do|else|elif|if|while|until|!|\{|time|exec|sudo|env|nohup|command|eval|\w+=.*)$/s;
const SHELL = /^(ba|da|a|z)?sh$/;

/** Whether a word starts a shell: "bash", "/bin/sh". */
export function isShell(word: string): boolean {
  return SHELL.test(posix.basename(word));
}

/** The script that a command gives to a shell of its own (`bash -lc "…"`); null: it does no such thing, or what it gives is not known. */
export function nestedScript(words: readonly ShellWord[]): LogicalText | null {
  const at = words.findIndex(({ text }) => !BEFORE_PROGRAM.test(text.text));
  if (at === -1 || !isShell(words[at]!.text.text)) return null;
  let next = at + 1;
  while (isOption(words[next]) && !isScriptOption(words[next])) next++;
  const script = isScriptOption(words[next]) ? words[next + 1] : undefined;
  return script === undefined || script.unknown !== null ? null : script.text;
}

function isOption(word: ShellWord | undefined): boolean {
  return word?.text.text.startsWith('-') === true;
}

function isScriptOption(word: ShellWord | undefined): boolean {
  return /^-[a-z]*c[a-z]*$/.test(word?.text.text ?? '');
}
