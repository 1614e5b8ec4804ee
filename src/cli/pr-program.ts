import { Option } from 'commander';
import type { Command } from 'commander';
import { FORGE_NAMES } from '../index.ts';
import { finish } from './finish.ts';
import { withPlanFlags } from './flags.ts';
import type { PrFlags } from './pr.ts';
import { levelOption, withVerifyFlags } from './verify-flags.ts';

export function addPullRequest(root: Command): void {
  withVerifyFlags(
    withPlanFlags(
      root
        .command('pr [dir]')
        .description('propose the plan as a pull or merge request, and keep it up to date'),
    ),
  )
    .option('--dry-run', 'say what would be done, and do nothing')
    .addOption(levelOption('--verify <level>', 'try the plan out this far before it is proposed'))
    .addOption(new Option('--forge <name>', 'where the repository is').choices([...FORGE_NAMES]))
    .option('--repository <owner/name>', 'the repository, instead of that of CI or of the remote "origin"')
    .option('--token-file <file>', 'the token, instead of that of the environment')
    .option('--base <branch>', 'propose to this branch')
    .option('--branch <name>', 'propose from this branch')
    .addOption(new Option('--commits <mode>', 'one commit for each group, or one').choices(['group', 'one']))
    .option('--draft', 'open it as a draft')
    .action(async (dir: string | undefined, flags: PrFlags) =>
      finish((await import('./pr.ts')).runPullRequest(dir ?? '.', flags)),
    );
}
