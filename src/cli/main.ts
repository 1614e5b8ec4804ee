#!/usr/bin/env node
import { Command } from 'commander';
import { errorExit } from './error-exit.ts';
import type { ExitCode } from './exit-code.ts';
import { withJobFlags, withPlanFlags } from './flags.ts';
import { version } from './version.ts';

/** Each command is loaded only when it is the one that runs. */
function program(): Command {
  const root = new Command('fettle')
    .description("Puts a service's dependencies back in working order, and proves it.")
    .version(version(), '-V, --version')
    .showHelpAfterError('(fettle --help lists every command)')
    .exitOverride()
    .enablePositionalOptions();
  withJobFlags(root.command('scan [dir]').description('find what is wrong; writes nothing'))
    .option('--baseline <rev>', 'fail on findings only that this git revision does not have')
    .action(async (dir: string | undefined, flags) =>
      finish((await import('./scan.ts')).runScan(dir ?? '.', flags)),
    );
  withPlanFlags(
    root.command('plan [dir]').description('compute the smallest safe set of changes; writes nothing'),
  )
    .option('--diff', 'print the patch')
    .action(async (dir: string | undefined, flags) =>
      finish((await import('./plan.ts')).runPlan(dir ?? '.', flags)),
    );
  withPlanFlags(root.command('fix [dir]').description('write the plan, all or nothing, and read it again'))
    .option('--dry-run', 'print the patch instead of writing it')
    .option('--report <file>', 'write the report there as well (.md or .json)')
    .action(async (dir: string | undefined, flags) =>
      finish((await import('./fix.ts')).runFix(dir ?? '.', flags)),
    );
  withPlanFlags(root.command('report [dir]').description('scan and plan, told as a document'))
    .option('--format <format>', 'markdown or json', 'markdown')
    .option('-o, --output <file>', 'write it there')
    .action(async (dir: string | undefined, flags) =>
      finish((await import('./report.ts')).runReport(dir ?? '.', flags)),
    );
  withJobFlags(root.command('lock [file]').description('write the whole set that the files select'))
    .option('--format <format>', 'requirements or pylock', 'requirements')
    .option('--hashes', 'with the hash of every file')
    .option('-o, --output <file>', 'write it there')
    .action(async (file: string | undefined, flags) =>
      finish((await import('./lock.ts')).runLock(file ?? '.', flags)),
    );
  withJobFlags(
    root.command('explain <package> [dir]').description('why a package is here, at this version'),
  ).action(async (name: string, dir: string | undefined, flags) =>
    finish((await import('./explain.ts')).runExplain(name, dir ?? '.', flags)),
  );
  root
    .command('undo [dir]')
    .description('take back what the last fix wrote')
    .action(async (dir: string | undefined) => finish((await import('./undo.ts')).runUndo(dir ?? '.')));
  const bundle = root.command('bundle').description('work without a network');
  withJobFlags(
    bundle.command('create [dir]').description('pack all that the main job on a project needs into one file'),
  )
    .requiredOption('-o, --output <file>', 'the file to write')
    .action(async (dir: string | undefined, flags) =>
      finish((await import('./bundle.ts')).runBundleCreate(dir ?? '.', flags)),
    );
  root
    .command('completion <shell>')
    .description('print a completion script for bash, zsh or fish')
    .action(async (shell: string) => finish((await import('./completion.ts')).runCompletion(shell, root)));
  return root;
}

async function finish(work: Promise<ExitCode>): Promise<void> {
  process.exitCode = await work;
}

try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = errorExit(error);
}
