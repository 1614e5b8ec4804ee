import type { Command } from 'commander';
import { UserFacingError } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import { print } from './output.ts';

interface Entry {
  readonly name: string;
  /** Names of the commands below it: "bundle create". */
  readonly below: readonly string[];
  readonly flags: readonly string[];
}

const SHELLS: ReadonlyMap<string, (entries: readonly Entry[]) => string> = new Map([
  ['bash', bash],
  ['zsh', (entries) => `autoload -U +X bashcompinit && bashcompinit\n${bash(entries)}`],
  ['fish', fish],
]);

/** `fettle completion SHELL`: a script to be sourced; made from the commands themselves, so that it never lags behind. */
export async function runCompletion(shell: string, root: Command): Promise<ExitCode> {
  const script = SHELLS.get(shell);
  if (script === undefined)
    throw new UserFacingError('usage', `no completion for ${shell}`, {
      hint: `one of ${[...SHELLS.keys()].join(', ')}`,
    });
  await print(
    script(
      root.commands.map((command) => ({
        name: command.name(),
        below: command.commands.map((inner) => inner.name()),
        flags: flagsOf(command),
      })),
    ),
  );
  return 0;
}

/** Its own, and those of the commands below it, each once. */
function flagsOf(command: Command): readonly string[] {
  const own = command.options.flatMap((option) => option.long ?? []);
  return [...new Set([...own, ...command.commands.flatMap(flagsOf)])];
}

function bash(entries: readonly Entry[]): string {
  const cases = entries
    .map(({ name, below, flags }) => `    ${name}) words="${[...below, ...flags].join(' ')}" ;;`)
    .join('\n');
  return `_fettle() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words="${entries.map((entry) => entry.name).join(' ')}"
  if [ "$COMP_CWORD" -gt 1 ]; then
    words=""
    case "\${COMP_WORDS[1]}" in
${cases}
    esac
  fi
  COMPREPLY=( $(compgen -W "$words" -- "$current") )
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then COMPREPLY=( $(compgen -f -- "$current") ); fi
}
complete -o filenames -F _fettle fettle
`;
}

function fish(entries: readonly Entry[]): string {
  const names = entries.map((entry) => entry.name).join(' ');
  const commands = entries.map(
    (entry) => `complete -c fettle -n "not __fish_seen_subcommand_from ${names}" -a ${entry.name}`,
  );
  const flags = entries.flatMap((entry) =>
    entry.flags.map(
      (flag) =>
        `complete -c fettle -n "__fish_seen_subcommand_from ${entry.name}" -l ${flag.replace(/^--/, '')}`,
    ),
  );
  const below = entries.flatMap((entry) =>
    entry.below.map(
      (inner) => `complete -c fettle -n "__fish_seen_subcommand_from ${entry.name}" -a ${inner}`,
    ),
  );
  return `${[...commands, ...below, ...flags].join('\n')}\n`;
}
