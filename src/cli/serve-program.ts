import { Option } from 'commander';
import type { Command } from 'commander';
import { withEngineFlag } from './deploy-flags.ts';
import { finish } from './finish.ts';
import type { ServeFlags } from './serve.ts';

/** `script`: the command's own, by which a worker is started. */
export function addServe(root: Command, script: string): void {
  withEngineFlag(
    root
      .command('serve [roots...]')
      .description('a page on which runs and rollouts are watched, approved of and taken back'),
  )
    .option('--listen <host:port>', 'where it listens (127.0.0.1:7777); port 0 takes any free one')
    .option('--config <file>', 'sign-in by OpenID Connect, roles and more (docs/serve.md)')
    .addOption(
      new Option('--role <role>', 'what the one who has the token may do (approver)').choices([
        'viewer',
        'operator',
        'approver',
      ]),
    )
    .action(async (roots: string[], flags: ServeFlags) =>
      finish((await import('./serve.ts')).runServe(roots, flags, script)),
    );
}
