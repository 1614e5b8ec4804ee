import { Option } from 'commander';
import type { Command } from 'commander';
import { LEVELS } from '../index.ts';
import type { Level, VerifyOptions } from '../index.ts';

/** The flags of commands that try a set out. */
export interface VerifyFlags {
  readonly unsandboxed?: boolean;
  /** False: "--no-learn" was given. */
  readonly learn?: boolean;
}

export function withVerifyFlags(command: Command): Command {
  return command
    .option('--unsandboxed', 'run code of packages where no sandbox (bubblewrap) can be had')
    .option('--no-learn', 'do not plan again around what breaks');
}

export function levelOption(flags: string, description: string): Option {
  return new Option(flags, description).choices([...LEVELS]);
}

export function verifyOptions(level: Level, flags: VerifyFlags): VerifyOptions {
  return { level, unsandboxed: flags.unsandboxed ?? false, learns: flags.learn ?? true };
}
