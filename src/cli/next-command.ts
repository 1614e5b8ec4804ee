import { basename, join, relative } from 'node:path';
import { shellWord as quoted, withoutCredentials } from '../index.ts';
import type { JobFlags } from './flags.ts';
import type { VerifyFlags } from './verify-flags.ts';

/** A command for the user's shell, to be run in the folder where this one ran: the same job, as it was asked for. */
export function nextCommand(
  command: string,
  directory: string,
  flags: RepeatedFlags,
  more: readonly string[] = [],
): string {
  const folder = directory === '.' ? [] : [directory.startsWith('-') ? `./${directory}` : directory];
  return [programName(), command, ...[...folder, ...flagsOf(flags), ...more].map(quoted)].join(' ');
}

/** The command that takes a run back: it stands in the project's folder, whatever file or link named it. */
export function undoCommand(root: string): string {
  const folder = fromHere(root);
  return [programName(), 'undo', ...(folder === '.' ? [] : [quoted(folder)])].join(' ');
}

/** A path as it is written in the current folder; an absolute one where that is shorter. */
export function fromHere(path: string): string {
  const near = relative(process.cwd(), path) || '.';
  return near.length <= path.length ? near : path;
}

/** How this program was called: by its name, by npx, or as a script of Node. */
function programName(): string {
  const script = process.argv[1] ?? '';
  if (process.env['npm_command'] === 'exec') return 'npx fettle';
  return /\.[cm]?[jt]s$/.test(basename(script)) ? `node ${quoted(fromHere(script))}` : 'fettle';
}

/** Flags that the next command needs as well. */
type RepeatedFlags = JobFlags & VerifyFlags & { readonly verify?: string };

/** What decides about the result, in the order of `--help`; how it is printed is left out. */
function flagsOf(flags: RepeatedFlags): readonly string[] {
  const each = (flag: string, values: readonly string[] | undefined): readonly string[] =>
    (values ?? []).flatMap((value) => [flag, withoutCredentials(value)]);
  const one = (flag: string, value: string | undefined): readonly string[] =>
    each(flag, value === undefined ? [] : [value]);
  const set = (flag: string, value: boolean | undefined): readonly string[] => (value === true ? [flag] : []);
  return [
    ...each('--file', flags.file),
    ...one('--service', flags.service),
    ...one('--since', flags.since),
    ...set('--no-dev', flags.dev === false),
    ...each('--python', flags.python),
    ...each('--platform', flags.platform),
    ...one('--index-url', flags.indexUrl),
    ...each('--advisories', flags.advisories),
    ...one('--severity', flags.severity),
    ...one('--as-of', flags.asOf?.toISOString().slice(0, 10)),
    ...set('--offline', flags.offline),
    ...one('--cache-dir', flags.cacheDir),
    ...one('--bundle', flags.bundle),
    ...each('--learned', flags.learned),
    ...set('--prereleases', flags.prereleases),
    ...set('--allow-build', flags.allowBuild),
    ...one('--strategy', flags.strategy),
    ...one('--time-limit', flags.timeLimit?.toString()),
    ...each('--only', flags.only),
    ...one('--raise-python', flags.raisePython),
    ...set('--unsandboxed', flags.unsandboxed),
    ...set('--no-learn', flags.learn === false),
    ...one('--verify', flags.verify),
  ];
}

/** Where a run's report lies, from here. */
export function reportPath(root: string, saved: string): string {
  return fromHere(join(root, saved));
}
