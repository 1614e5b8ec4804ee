import type { Command } from 'commander';
import { UserFacingError } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import { print } from './output.ts';

interface Entry {
  readonly name: string;
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
        flags: command.options.flatMap((o) => o.long ?? []),
      })),
    ),
  );
  return 0;
}

function bash(entries: readonly Entry[]): string {
  const cases = entries.map(({ name, flags }) => `    ${name}) words="${flags.join(' ')}" ;;`).join('\n');
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
  return `${[...commands, ...flags].join('\n')}\n`;
}
