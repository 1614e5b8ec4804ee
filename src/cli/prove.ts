import { annotatedDocument, claimsJson, claimsScreen, proveDocument } from '../index.ts';
import type { Level, ProvenDocument } from '../index.ts';
import { claimsExit } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { nextCommand } from './next-command.ts';
import { deliver, print, screenOptions } from './output.ts';
import { inSession } from './session.ts';
import { version } from './version.ts';

export type ProveFormat = 'text' | 'markdown' | 'json';

export interface ProveFlags extends JobFlags {
  readonly output?: string;
  readonly format?: ProveFormat;
  readonly verify?: Level;
  readonly unsandboxed?: boolean;
}

/** `fettle prove`: each claim of a repair document, proven, refuted or unknown. */
export async function runProve(
  document: string,
  directory: string | null,
  flags: ProveFlags,
): Promise<ExitCode> {
  return inSession(directory ?? '.', flags, async ({ job, world, progress }) => {
    const { verify: level, unsandboxed = false } = flags;
    const options = {
      withProject: directory !== null,
      ...(level === undefined ? {} : { verify: { level, unsandboxed } }),
    };
    const proven = await proveDocument(document, job, options, world, progress.watch);
    progress.done();
    const inputs = { project: { root: job.root, files: new Map() }, others: [document] };
    const format = formatOf(flags);
    if (format === 'text') await print(screen(proven, document, directory, flags));
    else await deliver(textIn(format, proven), flags.output ?? null, inputs, world);
    if (format !== 'text' && flags.output !== undefined && flags.quiet !== true)
      await print(claimsScreen({ ...proven }, screenOptions(false)));
    return claimsExit(proven.claims);
  });
}

/** A file that is written is the annotated document, where nothing else is asked for. */
function formatOf({ format, json, output }: ProveFlags): ProveFormat {
  if (format !== undefined) return format;
  if (json === true) return 'json';
  return output === undefined ? 'text' : 'markdown';
}

function textIn(format: Exclude<ProveFormat, 'text'>, proven: ProvenDocument): string {
  return format === 'json'
    ? claimsJson(proven, { name: 'fettle', version: version() })
    : annotatedDocument(proven);
}

function screen(
  proven: ProvenDocument,
  document: string,
  directory: string | null,
  flags: ProveFlags,
): string {
  const text = claimsScreen(proven, screenOptions(flags.verbose ?? false));
  if (flags.quiet === true) return text;
  const next =
    directory === null
      ? `with the project's folder more can be said:\n  ${nextCommand('prove', document, flags, ['DIR'])}`
      : `to send it to its author:\n  ${nextCommand('prove', document, flags, [directory, '-o', 'checked.md'])}`;
  return `${text}\n${next}\n`;
}
