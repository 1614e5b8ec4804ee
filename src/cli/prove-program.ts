import { Option } from 'commander';
import type { Command } from 'commander';
import { finish } from './finish.ts';
import { withJobFlags } from './flags.ts';
import type { ProveFlags } from './prove.ts';
import { levelOption } from './verify-flags.ts';

/** `fettle prove`. */
export function addProve(root: Command): void {
  withJobFlags(
    root
      .command('prove <document> [dir]')
      .description('judge each claim of a repair document; with a folder, by its files too'),
  )
    .addOption(levelOption('--verify <level>', 'try the folder out this far first'))
    .option('--unsandboxed', 'run foreign code without a sandbox where none can be had')
    .addOption(
      new Option('--format <format>', 'what is printed or written').choices(['text', 'markdown', 'json']),
    )
    .option('-o, --output <file>', 'write the document there, annotated')
    .action(async (document: string, dir: string | undefined, flags: ProveFlags) =>
      finish((await import('./prove.ts')).runProve(document, dir ?? null, flags)),
    );
}
