import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { PlatformName } from '../index.ts';

/** The flag that every command on rollouts has. */
export interface EngineFlags {
  readonly engine?: string;
}

export interface DeployFlags extends EngineFlags {
  readonly to?: string;
  readonly platform?: PlatformName;
  readonly service?: string;
  readonly image?: string;
  readonly dryRun?: boolean;
  readonly detach?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

export function platformOption(): Option {
  return new Option('--platform <name>', 'where it runs: this machine, or Cloud Run').choices([
    'local',
    'cloud-run',
  ]);
}

export function withEngineFlag(command: Command): Command {
  return command.option(
    '--engine <url>',
    'the PostgreSQL that keeps the rollouts (FETTLE_ENGINE); without it one on this machine',
  );
}

export function withDeployFlags(command: Command): Command {
  return withEngineFlag(
    command
      .option('--to <stage>', 'the last stage of this rollout')
      .addOption(platformOption())
      .option('--service <name>', 'the service of the tree that is deployed')
      .option('--image <ref@sha256:…>', 'an image that is there already, in place of a build')
      .option('--dry-run', 'say what would be done; send nothing')
      .option('--detach', 'begin it and do not watch')
      .option('--yes', 'approve of every stage of this rollout now')
      .option('--json', 'print the rollout as JSON (schemas/rollout-1.json)')
      .option('-q, --quiet', 'print the answer alone')
      .option('-v, --verbose', 'print every step and look at the end'),
  );
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 100)
    throw new InvalidArgumentError('expected a whole number from 1 to 100.');
  return count;
}
