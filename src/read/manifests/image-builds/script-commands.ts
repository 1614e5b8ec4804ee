import { posix } from 'node:path';
import type { ErrorPlace } from '../../../domain/errors.ts';
import { LogicalText } from '../logical-text.ts';
import { shellCommands } from '../dockerfile/shell-commands.ts';
import type { ShellCommand, ShellWord, Subshell } from '../dockerfile/shell-commands.ts';
import type { Lookup } from '../dockerfile/variables.ts';
import type { ReadingBound } from '../reading-bound.ts';

/** A script of a CI, or a part of one: the parts share a shell. */
export interface ScriptPart {
  readonly text: string;
  readonly at: ErrorPlace;
}

/** From the root of the checkout; null: it cannot be known. */
export type Folder = string | null;

/** A command of a script, where it stands, and the folder that it runs in. */
export interface ScriptCommand extends ShellCommand {
  readonly at: ErrorPlace;
  readonly folder: Folder;
}

/** The commands of a script that begins in the folder `start`. Nothing is run: what it assigns and where it changes its folder is followed. */
export function scriptCommands(
  parts: readonly ScriptPart[],
  start: Folder,
  lookup: Lookup,
  bound: ReadingBound,
): readonly ScriptCommand[] {
  // Once for what it sets, once for what it does.
  bound.take(2 * parts.reduce((sum, { text }) => sum + text.length, 0));
  const texts = parts.map(({ text, at }) => ({ text: logicalText(text), at }));
  const assigned = assignedIn(texts.flatMap(({ text }) => shellCommands(text, bound.taking(lookup))));
  const known = bound.taking((name) => (assigned.has(name) ? assigned.get(name) : lookup(name)));
  const folders = new ShellFolders(start);
  return texts.flatMap(({ text, at }) =>
    shellCommands(text, known).map((command) => ({ ...command, at, folder: folders.after(command) })),
  );
}

/** The folder of each shell. One within another begins in that one's, and leaves it as it was. */
class ShellFolders {
  readonly #folders: Map<Subshell | null, Folder>;
  /** What `popd` goes back to. */
  readonly #left: Folder[] = [];

  constructor(start: Folder) {
    this.#folders = new Map([[null, start]]);
  }

  after({ words, within }: ShellCommand): Folder {
    const before = this.#of(within);
    const program = words[0]?.text.text ?? '';
    if (program === 'pushd') this.#left.push(before);
    const after =
      program === 'popd'
        ? (this.#left.pop() ?? null)
        : ['cd', 'pushd'].includes(program)
          ? changedTo(before, words[1])
          : before;
    this.#folders.set(within, after);
    return after;
  }

  /** Each shell on the way is looked for once: there may be as many as a text has parentheses. */
  #of(shell: Subshell | null): Folder {
    const begun: Subshell[] = [];
    let known = shell;
    while (known !== null && !this.#folders.has(known)) {
      begun.push(known);
      known = known.parent;
    }
    const folder = this.#folders.get(known)!;
    for (const one of begun) this.#folders.set(one, folder);
    return folder;
  }
}

function logicalText(script: string): LogicalText {
  const text = script.replace(/\\\r?\n/g, ' ');
  return LogicalText.verbatim(text, 0, text.length);
}

function changedTo(folder: Folder, word: ShellWord | undefined): Folder {
  if (folder === null || word === undefined || word.unknown !== null) return null;
  return /^[/~-]/.test(word.text.text) ? null : posix.join(folder, word.text.text);
}

/** Variables that the script itself sets, to one text each; undefined: to several, or to what cannot be known. */
function assignedIn(commands: readonly ShellCommand[]): ReadonlyMap<string, string | undefined> {
  const assigned = new Map<string, string | undefined>();
  for (const { words } of commands)
    for (const { text, unknown } of words[0]?.text.text === 'export' ? words.slice(1) : words) {
      const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(text.text);
      if (!match) break;
      const [, name, value] = match;
      const isKnown = unknown === null && (!assigned.has(name!) || assigned.get(name!) === value);
      assigned.set(name!, isKnown ? value : undefined);
    }
  return assigned;
}
