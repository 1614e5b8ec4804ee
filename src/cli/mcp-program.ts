import type { Command } from 'commander';
import { withEngineFlag } from './deploy-flags.ts';
import { finish } from './finish.ts';
import { append, parseIndexUrl } from './flags.ts';
import type { McpFlags } from './mcp.ts';

/** `fettle mcp`. `script`: the command's own, by which a worker is started. */
export function addMcp(root: Command, script: string): void {
  withEngineFlag(
    root
      .command('mcp [root...]')
      .description('serve agents and editors over standard input and output (Model Context Protocol)'),
  )
    .option('--allow-write', 'offer the tools that write, run code of packages, and tell rollouts what to do')
    .option(
      '--index-url <url>',
      'the package index, instead of the one that the project names',
      parseIndexUrl,
    )
    .option('--advisories <path|url>', 'OSV records (repeatable)', append)
    .option('--learned <file>', 'breaks that others learned by running (repeatable)', append)
    .option('--offline', 'use nothing but the cache or the bundle')
    .option('--cache-dir <path>', 'where downloads are kept')
    .option('--bundle <file>', 'work from a bundle made by "fettle bundle create"')
    .option('--allow-build', 'run build backends, in a sandbox, where metadata cannot be had otherwise')
    .option('--unsandboxed', 'run code of packages where no sandbox (bubblewrap) can be had')
    .option('--sign-key <file>', 'sign evidence with this private key (PEM; or FETTLE_SIGN_KEY_FILE)')
    .option('--key <file>', 'the public key (PEM) that evidence is to be signed by')
    .action(async (roots: readonly string[], flags: McpFlags) =>
      finish((await import('./mcp.ts')).runMcp(roots, flags, script)),
    );
}
