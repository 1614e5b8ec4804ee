import { Command, Option } from 'commander';
import type { AuditFlags } from './audit.ts';
import type { BundleFlags } from './bundle.ts';
import type { EvidenceFlags } from './evidence.ts';
import { finish } from './finish.ts';
import type { FixFlags } from './fix.ts';
import { SINCE_FLAG, withJobFlags, withPlanFlags } from './flags.ts';
import type { JobFlags } from './flags.ts';
import { withFormatFlags } from './format-flags.ts';
import type { LockFlags } from './lock.ts';
import type { MatrixFlags } from './matrix.ts';
import { addMcp } from './mcp-program.ts';
import type { PlanFlags } from './plan.ts';
import { addPullRequest } from './pr-program.ts';
import type { ReportFlags } from './report.ts';
import type { ScanFlags } from './scan.ts';
import { addServe } from './serve-program.ts';
import { addProve } from './prove-program.ts';
import { addShipCommands } from './ship-program.ts';
import type { VerifyCommandFlags } from './verify.ts';
import { levelOption, withVerifyFlags } from './verify-flags.ts';
import { version } from './version.ts';

const SIGN_KEY = 'sign the evidence with this private key (PEM; or FETTLE_SIGN_KEY_FILE)';

/** The table of commands. Each is loaded only when it is the one that runs. `script`: this command's own file. */
export function program(script: string): Command {
  const root = new Command('fettle')
    .description("Puts a service's dependencies back in working order, proves it, and ships it.")
    .version(version(), '-V, --version')
    .showHelpAfterError('(fettle --help lists every command)')
    .exitOverride();
  addScan(root);
  addAudit(root);
  addPlan(root);
  addFix(root);
  addVerify(root);
  addReport(root);
  addLock(root);
  addMatrix(root);
  addExplain(root);
  addProve(root);
  addUndo(root);
  addPullRequest(root);
  addShipCommands(root, script);
  addServe(root, script);
  addEvidence(root);
  addBundle(root);
  addMcp(root, script);
  addCompletion(root);
  return root;
}

function addScan(root: Command): void {
  withFormatFlags(withJobFlags(root.command('scan [dir]').description('find what is wrong; writes nothing')))
    .option('--frozen', 'look at locks only, not at the manifests that they were made from')
    .option('--baseline <rev>', 'fail on findings only that this git revision does not have')
    .option(...SINCE_FLAG)
    .action(async (dir: string | undefined, flags: ScanFlags) =>
      finish((await import('./scan.ts')).runScan(dir ?? '.', flags)),
    );
}

function addAudit(root: Command): void {
  withFormatFlags(
    withJobFlags(
      root
        .command('audit [dir]')
        .description('ask for the advisories of what is pinned or locked; writes nothing'),
    ),
  )
    .option('--frozen', 'look at locks only, not at the manifests that they were made from')
    .option('--no-deps', 'take the lines for all that is installed, as "pip install --no-deps" does')
    .option(...SINCE_FLAG)
    .action(async (dir: string | undefined, flags: AuditFlags) =>
      finish((await import('./audit.ts')).runAudit(dir ?? '.', flags)),
    );
}

function addPlan(root: Command): void {
  withFormatFlags(
    withPlanFlags(
      root.command('plan [dir]').description('compute the smallest safe set of changes; writes nothing'),
    ),
  )
    .option('--diff', 'print the patch')
    .option(...SINCE_FLAG)
    .action(async (dir: string | undefined, flags: PlanFlags) =>
      finish((await import('./plan.ts')).runPlan(dir ?? '.', flags)),
    );
}

function addFix(root: Command): void {
  withFormatFlags(
    withVerifyFlags(
      withPlanFlags(
        root.command('fix [dir]').description('write the plan, all or nothing, and read it again'),
      ),
    ),
  )
    .option('--dry-run', 'print the patch instead of writing it')
    .option(...SINCE_FLAG)
    .addOption(levelOption('--verify <level>', 'try the plan out this far before it is written'))
    .option('--sign-key <file>', SIGN_KEY)
    .action(async (dir: string | undefined, flags: FixFlags) =>
      finish((await import('./fix.ts')).runFix(dir ?? '.', flags)),
    );
}

function addVerify(root: Command): void {
  withFormatFlags(
    withVerifyFlags(
      withJobFlags(
        root
          .command('verify [dir]')
          .description('install, import, test, build and start what the files give'),
      ),
    ),
  )
    .addOption(levelOption('--level <level>', 'how far').default('import'))
    .option('--sign-key <file>', SIGN_KEY)
    .action(async (dir: string | undefined, flags: VerifyCommandFlags) =>
      finish((await import('./verify.ts')).runVerify(dir ?? '.', flags)),
    );
}

function addReport(root: Command): void {
  withFormatFlags(
    withPlanFlags(root.command('report [dir]').description('scan and plan, told as a document')),
  )
    .option(
      '--run <run>',
      'tell what this run of .fettle/runs found (last: the newest), without looking again',
    )
    .option('--matrix', 'with the table of Pythons and platforms')
    .action(async (dir: string | undefined, flags: ReportFlags) =>
      finish((await import('./report.ts')).runReport(dir ?? '.', flags)),
    );
}

function addLock(root: Command): void {
  withJobFlags(root.command('lock [file]').description('write the whole set that the files select'))
    .addOption(
      new Option('--format <format>', 'lines of a requirements file, or pylock.toml (PEP 751)')
        .choices(['requirements', 'pylock'])
        .default('requirements'),
    )
    .option('--hashes', 'with the hash of every file')
    .option('-o, --output <file>', 'write it there')
    .action(async (file: string | undefined, flags: LockFlags) =>
      finish((await import('./lock.ts')).runLock(file ?? '.', flags)),
    );
}

function addMatrix(root: Command): void {
  withPlanFlags(
    root
      .command('matrix [dir]')
      .description('on which Pythons and platforms the files hold, and what forbids the others'),
  )
    .option('--no-plan', 'judge the files as they are, without planning')
    .action(async (dir: string | undefined, flags: MatrixFlags) =>
      finish((await import('./matrix.ts')).runMatrix(dir ?? '.', flags)),
    );
}

function addExplain(root: Command): void {
  withJobFlags(
    root.command('explain <package> [dir]').description('why a package is here, at this version'),
  ).action(async (name: string, dir: string | undefined, flags: JobFlags) =>
    finish((await import('./explain.ts')).runExplain(name, dir ?? '.', flags)),
  );
}

function addUndo(root: Command): void {
  root
    .command('undo [dir]')
    .description('take back what the last fix wrote')
    .action(async (dir: string | undefined) => finish((await import('./undo.ts')).runUndo(dir ?? '.')));
}

function addEvidence(root: Command): void {
  const evidence = root.command('evidence').description('what a run has shown, and whether its records hold');
  for (const [name, description] of [
    ['verify', 'check the records of a run (the newest), the files that they speak of, and who signed them'],
    ['show', 'the same, with all that was run and what it printed'],
  ] as const)
    evidence
      .command(`${name} [file|run]`)
      .description(description)
      .option('--key <file>', 'the public key (PEM) that they are to be signed by')
      .option('--json', 'print the result as JSON')
      .action(async (target: string | undefined, flags: EvidenceFlags) =>
        finish((await import('./evidence.ts')).runEvidence(target ?? null, name === 'show', flags)),
      );
}

function addBundle(root: Command): void {
  const bundle = root.command('bundle').description('work without a network');
  withPlanFlags(bundle.command('create [dir]').description('pack all that the main job needs into one file'))
    .requiredOption('-o, --output <file>', 'the file to write')
    .action(async (dir: string | undefined, flags: BundleFlags) =>
      finish((await import('./bundle.ts')).runBundleCreate(dir ?? '.', flags)),
    );
}

function addCompletion(root: Command): void {
  root
    .command('completion <shell>')
    .description('print a completion script for bash, zsh or fish')
    .action(async (shell: string) => finish((await import('./completion.ts')).runCompletion(shell, root)));
}
