import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { resolve } from 'node:path';
import { SEVERITIES, UserFacingError } from '../index.ts';
import type { Job, Severity } from '../index.ts';

/** The flags that every command on a project has, as they were given. */
export interface JobFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly file?: readonly string[];
  readonly service?: string;
  readonly since?: string;
  /** False: "--no-dev" was given. */
  readonly dev?: boolean;
  readonly python?: readonly string[];
  readonly platform?: readonly string[];
  readonly indexUrl?: string;
  readonly advisories?: readonly string[];
  readonly severity?: Severity;
  readonly asOf?: Date;
  readonly offline?: boolean;
  readonly cacheDir?: string;
  readonly bundle?: string;
  readonly learned?: readonly string[];
  readonly prereleases?: boolean;
  readonly allowBuild?: boolean;
  readonly strategy?: 'minimal' | 'latest';
  readonly only?: readonly string[];
  readonly timeLimit?: number;
  readonly raisePython?: string;
}

/** Adds the shared flags, in the order in which `--help` shows them. */
export function withJobFlags(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON (docs/json.md)')
    .option('-q, --quiet', 'print the answer alone')
    .option('-v, --verbose', 'print every finding in full')
    .option('--file <path>', 'read this file only (repeatable)', append)
    .option('--service <name>', 'look at one service of the tree')
    .option('--no-dev', 'leave out what only development needs')
    .option('--python <version>', 'the target\'s Python, "3.12" or "3.12.4" (repeatable)', append)
    .option('--platform <os/arch>', 'the target\'s platform, "linux/arm64" (repeatable)', append)
    .option(
      '--index-url <url>',
      'the package index, instead of the one that the project or its tool names',
      parseIndexUrl,
    )
    .option(
      '--advisories <path|url>',
      'OSV records: a folder, a dump, a record, a service (repeatable)',
      append,
    )
    .addOption(
      new Option('--severity <level>', 'look at advisories from this severity on').choices([...SEVERITIES]),
    )
    .option('--as-of <date>', 'judge as on this day (YYYY-MM-DD); approximate', parseDay)
    .option('--offline', 'use nothing but the cache or the bundle')
    .option('--cache-dir <path>', 'where downloads are kept')
    .option('--bundle <file>', 'work from a bundle made by "fettle bundle create"')
    .option('--learned <file>', 'breaks that others learned by running (repeatable)', append)
    .option('--prereleases', 'let pre-releases in')
    .option('--allow-build', 'run build backends, in a sandbox, where metadata cannot be had otherwise');
}

export const SINCE_FLAG = [
  '--since <rev>',
  'look at services alone of which a file changed since this git revision',
] as const;

/** The flags of commands that plan. */
export function withPlanFlags(command: Command): Command {
  return withJobFlags(command)
    .addOption(
      new Option('--strategy <name>', 'smallest change, or newest that is safe').choices([
        'minimal',
        'latest',
      ]),
    )
    .addOption(
      new Option('--time-limit <seconds>', 'stop planning then, with the best plan in hand (120)').argParser(
        parseSeconds,
      ),
    )
    .option(
      '--only <advisory|package>',
      'repair this and what cannot be installed, nothing else (repeatable)',
      append,
    )
    .option(
      '--raise-python <version>',
      'plan for this newer Python, and move all places that say the older one',
    );
}

/** The job that the flags ask for, without the bundle, which has to be read first. */
export function jobOf(directory: string, flags: JobFlags): Omit<Job, 'bundle'> {
  return {
    root: resolve(directory),
    paths: flags.file ?? [],
    service: flags.service ?? null,
    noDev: flags.dev === false,
    pythons: flags.python ?? [],
    platforms: flags.platform ?? [],
    indexUrl: flags.indexUrl ?? null,
    offline: flags.offline ?? false,
    asOf: flags.asOf ?? null,
    allowBuild: flags.allowBuild ?? false,
    advisories: flags.advisories ?? [],
    severity: flags.severity ?? null,
    strategy: flags.strategy ?? null,
    prereleases: flags.prereleases ?? null,
    only: flags.only ?? [],
    learnedFiles: flags.learned ?? [],
    raisePython: flags.raisePython ?? null,
    timeLimit: flags.timeLimit ?? DEFAULT_TIME_LIMIT_SECONDS,
  };
}

/** What a pipeline can wait for; a plan of a real service takes seconds. */
const DEFAULT_TIME_LIMIT_SECONDS = 120;
/** Timers end at 2^31 milliseconds. */
const MOST_SECONDS = 86_400;

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds < 1 || seconds > MOST_SECONDS)
    throw new InvalidArgumentError(`expected whole seconds from 1 to ${MOST_SECONDS}.`);
  return seconds;
}

export function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The value is not told: an address may hold a password. */
export function parseIndexUrl(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol === 'http:' || protocol === 'https:') return text;
  throw new UserFacingError('usage', '--index-url is not an http or https address', {
    hint: 'give the whole address of its simple API; a folder of files is named in the requirements file, by a line "--find-links DIR", or to pip',
  });
}

/** The end of a day in UTC: what was uploaded on it exists. */
export function endOfDay(day: string): Date {
  return new Date(`${day}T23:59:59.999Z`);
}

function parseDay(text: string): Date {
  const day = endOfDay(text);
  if (
    !/^\d{4}-\d{2}-\d{2}$/.test(text) ||
    Number.isNaN(day.getTime()) ||
    !day.toISOString().startsWith(text)
  ) {
    throw new InvalidArgumentError('expected a day as YYYY-MM-DD.');
  }
  return day;
}
