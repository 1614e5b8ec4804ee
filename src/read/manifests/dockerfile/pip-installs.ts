import { posix } from 'node:path';
import type { LogicalText } from '../logical-text.ts';
import { BEFORE_PROGRAM } from './nested-script.ts';
import { takesValue } from './pip-options.ts';
import type { ShellCommand, ShellWord } from './shell-commands.ts';

/** One word of an install that counts, and what it is. */
export interface InstallArgument {
  readonly kind:
    | 'package'
    | 'editable'
    | 'requirement'
    | 'constraint'
    | 'index-url'
    | 'extra-index-url'
    | 'find-links'
    | 'no-index'
    | 'pre'
    | 'no-binary'
    | 'only-binary'
    | 'require-hashes'
    | 'wheel-dir'
    | 'project';
  readonly word: ShellWord;
  /** Of a project: the manifest that the tool reads where it runs, and whether it only writes a requirements file of it. */
  readonly file?: string;
  readonly exports?: boolean;
}

/** A `pip install` (or `pip wheel`, `uv pip install`, `uv pip sync`) with what it asks for. */
export interface PipInstall {
  readonly arguments: readonly InstallArgument[];
  /** Whose variables it hears; null: no tool's. */
  readonly tool: 'pip' | 'uv' | null;
  /** Variables that are set for this command alone: "PIP_PRE=1 pip install …". */
  readonly assigned: readonly ShellWord[];
  /** Words that were not understood, with a sentence each. */
  readonly problems: readonly {
    readonly at: LogicalText;
    readonly message: string;
    readonly hint: string | null;
  }[];
}

type Kind = InstallArgument['kind'];

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['-r', 'requirement'],
  ['--requirement', 'requirement'],
  ['--requirements', 'requirement'],
  ['-c', 'constraint'],
  ['--constraint', 'constraint'],
  ['--constraints', 'constraint'],
  ['-e', 'editable'],
  ['--editable', 'editable'],
  ['-i', 'index-url'],
  ['--index-url', 'index-url'],
  ['--pypi-url', 'index-url'],
  ['--default-index', 'index-url'],
  ['--extra-index-url', 'extra-index-url'],
  ['--index', 'extra-index-url'],
  ['-f', 'find-links'],
  ['--find-links', 'find-links'],
  ['--no-index', 'no-index'],
  ['--pre', 'pre'],
  ['--no-binary', 'no-binary'],
  ['--only-binary', 'only-binary'],
  ['--require-hashes', 'require-hashes'],
  ['-w', 'wheel-dir'],
  ['--wheel-dir', 'wheel-dir'],
]);

/** What a value of the option is; undefined: nothing of what is installed. */
export function kindOfOption(option: string): Kind | undefined {
  return KINDS.get(option);
}

const PIP = /^pip(\d+(\.\d+)?)?(\.exe)?$/;
const PYTHON = /^(python|pypy)(\d+(\.\d+)?)?(\.exe)?$/;

/** What a command installs with pip, or null where it is another command. */
export function pipInstall(command: ShellCommand): PipInstall | null {
  const words = argumentsOfInstall(command.words);
  if (words === null) return null;
  const isSync = words.verb === 'sync';
  const found: InstallArgument[] = [];
  const problems: { at: LogicalText; message: string; hint: string | null }[] = [];
  for (let n = 0; n < words.rest.length; n++) {
    const word = words.rest[n]!;
    const option = optionOf(word);
    if (option === null) found.push({ kind: isSync ? 'requirement' : 'package', word });
    else if (option.takesValue === null)
      problems.push({
        at: word.text,
        message: `${option.name} is no option that is known, so what follows it may be its value`,
        hint: null,
      });
    else {
      const value = option.value ?? (option.takesValue ? (words.rest[++n] ?? null) : word);
      const kind = kindOfOption(option.name);
      if (kind !== undefined && value !== null) found.push({ kind, word: value });
    }
  }
  for (const at of command.touching)
    problems.push({
      at,
      message: 'the shell takes this for a redirection to a file, so pip never sees the version',
      hint: "put the requirement in quotes: 'name>=1.0'",
    });
  const { tool, assigned } = words;
  return { arguments: found, tool, assigned, problems };
}

interface InstallWords extends Pick<PipInstall, 'assigned'> {
  readonly tool: 'pip' | 'uv';
  readonly verb: string;
  /** What follows the verb. */
  readonly rest: readonly ShellWord[];
}

/** The words around `install`, `wheel` or `sync`; null where the command is none of these. */
function argumentsOfInstall(words: readonly ShellWord[]): InstallWords | null {
  const text = (n: number): string => words[n]?.text.text ?? '';
  let at = 0;
  while (at < words.length && BEFORE_PROGRAM.test(text(at))) at++;
  const assigned = words.slice(0, at).filter((word) => /^\w+=/.test(word.text.text));
  if (text(at) === 'xargs') at = afterXargs(words, at);
  const program = posix.basename(text(at).replaceAll('\\', '/'));
  const isUv = program === 'uv';
  if (PYTHON.test(program)) {
    at++;
    while (text(at).startsWith('-') && text(at) !== '-m') at++;
    if (text(at) !== '-m' || !PIP.test(text(at + 1))) return null;
    at++;
  } else if (isUv) {
    at = afterOptions(words, at + 1);
    if (text(at) !== 'pip') return null;
  } else if (!PIP.test(program)) return null;
  at = afterOptions(words, at + 1);
  const verb = text(at);
  if (!(verb === 'install' || (verb === 'wheel' && !isUv) || (verb === 'sync' && isUv))) return null;
  return { tool: isUv ? 'uv' : 'pip', assigned, verb, rest: words.slice(at + 1) };
}

/** xargs and its own options: the program that it runs comes next. */
function afterXargs(words: readonly ShellWord[], xargs: number): number {
  let at = xargs + 1;
  while (words[at]?.text.text.startsWith('-')) at += /^-[nLPId]$/.test(words[at]!.text.text) ? 2 : 1;
  return at;
}

/** After the options that stand between a program and its verb. */
function afterOptions(words: readonly ShellWord[], from: number): number {
  let at = from;
  for (let option = at < words.length ? optionOf(words[at]!) : null; option !== null;) {
    at += option.takesValue === true && option.value === null ? 2 : 1;
    option = at < words.length ? optionOf(words[at]!) : null;
  }
  return at;
}

/** A word as an option with its attached value (`--name=value`, `-rvalue`), or as the last of several letters (`-Ur`); null for any other word. */
function optionOf(
  word: ShellWord,
): { readonly name: string; readonly takesValue: boolean | null; readonly value: ShellWord | null } | null {
  const { text } = word.text;
  if (!text.startsWith('-') || text === '-') return null;
  const equals = text.indexOf('=');
  const valueFrom = (at: number): ShellWord => ({ ...word, text: word.text.part(at, text.length) });
  if (text.startsWith('--') && equals !== -1) {
    const name = text.slice(0, equals);
    return { name, takesValue: takesValue(name), value: valueFrom(equals + 1) };
  }
  if (text.startsWith('--') || takesValue(text) !== null)
    return { name: text, takesValue: takesValue(text), value: null };
  // Letters that stand alone may come before one that takes a value: the rest of the word, or the next one.
  let at = 1;
  while (at < text.length && takesValue(`-${text[at]}`) === false) at++;
  if (at === text.length) return { name: text, takesValue: false, value: null };
  const name = `-${text[at]}`;
  if (takesValue(name) === null) return { name: text, takesValue: null, value: null };
  return { name, takesValue: true, value: at + 1 < text.length ? valueFrom(at + 1) : null };
}
