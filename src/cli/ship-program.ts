import { Option } from 'commander';
import type { Command } from 'commander';
import { parseCount, platformOption, withDeployFlags, withEngineFlag } from './deploy-flags.ts';
import type { DeployFlags } from './deploy-flags.ts';
import { finish } from './finish.ts';
import type { InitFlags } from './init.ts';
import type { PromoteFlags } from './promote.ts';
import type { RollbackFlags } from './rollback.ts';
import type { RolloutsFlags } from './rollouts.ts';
import type { WorkerFlags } from './worker.ts';

const JSON_FLAG = ['--json', 'print the rollout as JSON (schemas/rollout-1.json)'] as const;

/** The commands of shipping. `script`: the command's own, by which a worker is started. */
export function addShipCommands(root: Command, script: string): void {
  addInit(root);
  withDeployFlags(
    root
      .command('deploy [dir]')
      .description('take the service to its stages, watched, and back where it is worse'),
  ).action(async (dir: string | undefined, flags: DeployFlags) =>
    finish((await import('./deploy.ts')).runDeploy(dir ?? '.', flags, script)),
  );
  withEngineFlag(root.command('promote [rollout]').description('approve of the stage that waits'))
    .option(...JSON_FLAG)
    .action(async (id: string | undefined, flags: PromoteFlags) =>
      finish((await import('./promote.ts')).runPromote(id, flags, script)),
    );
  withEngineFlag(
    root.command('rollback [rollout|service]').description('put the traffic back on the revision before'),
  )
    .option('--to <stage>', 'the stage that goes back')
    .option(...JSON_FLAG)
    .action(async (target: string | undefined, flags: RollbackFlags) =>
      finish((await import('./rollback.ts')).runRollback(target, flags, script)),
    );
  addRollouts(root, script);
  addWorker(root);
}

function addInit(root: Command): void {
  root
    .command('init [dir]')
    .description('write a first [deploy] into fettle.toml, of what is found')
    .addOption(platformOption())
    .option('--service <name>', 'the service of the tree that is deployed')
    .action(async (dir: string | undefined, flags: InitFlags) =>
      finish((await import('./init.ts')).runInit(dir ?? '.', flags)),
    );
}

function addRollouts(root: Command, script: string): void {
  const rollouts = root.command('rollouts').description('where rollouts stand, and what they have shown');
  withEngineFlag(rollouts.command('list', { isDefault: true }).description('all of them, the youngest first'))
    .option('--service <name>', 'those of one service')
    .option(...JSON_FLAG)
    .action(async (flags: RolloutsFlags) => finish((await import('./rollouts.ts')).runRolloutsList(flags)));
  withEngineFlag(rollouts.command('show <id>').description('its steps, and canary beside baseline'))
    .option(...JSON_FLAG)
    .action(async (id: string, flags: RolloutsFlags) =>
      finish((await import('./rollouts.ts')).runRolloutsShow(id, flags)),
    );
  withEngineFlag(
    rollouts.command('watch [id]').description('follow it (the youngest) until it ends or waits'),
  )
    .option(...JSON_FLAG)
    .action(async (id: string | undefined, flags: RolloutsFlags) =>
      finish((await import('./rollouts.ts')).runRolloutsWatch(id, flags, script)),
    );
}

function addWorker(root: Command): void {
  withEngineFlag(root.command('worker').description('work at rollouts'))
    .option('--while-busy', 'end once there is nothing left to do')
    .addOption(
      new Option('--at-once <count>', 'stages of one project and region at the same time')
        .argParser(parseCount)
        .default(4),
    )
    .action(async (flags: WorkerFlags) => finish((await import('./worker.ts')).runWorker(flags)));
}
