import { jsonPieces, UserFacingError } from '../index.ts';
import type { Report, World } from '../index.ts';
import type { CliFormat, FormatFlags } from './format-flags.ts';
import { deliver } from './output.ts';
import type { Inputs } from './output.ts';

/** Forms that tell of a set, or of what it means for a product. */
const OF_SETS: readonly CliFormat[] = ['cyclonedx', 'openvex', 'spdx'];

/** What the command at hand can tell of. */
export interface Tells {
  readonly plans: boolean;
  readonly verifies: boolean;
}

/**
 * The form that the flags ask for. Throws `usage` where the command would have nothing to say in it, before it does anything.
 */
export function formatOf(flags: FormatFlags, command: string, tells: Tells): CliFormat {
  const format = flags.format ?? (flags.json === true ? 'json' : 'text');
  if (flags.json === true && format !== 'json')
    throw usage(`--json and --format ${format} ask for two forms`);
  if (format === 'junit' && !tells.verifies)
    throw usage(
      `--format junit tells what was tried out, and ${command} tries nothing out`,
      'fettle verify --format junit, or fix --verify LEVEL --format junit',
    );
  for (const name of ['set', 'product'] as const)
    if (flags[name] !== undefined && !OF_SETS.includes(format))
      throw usage(`--${name} is for --format ${OF_SETS.join(', ')}`);
  if (flags.set === 'after' && !tells.plans)
    throw usage(`--set after needs a plan, and ${command} makes none`, 'fettle plan, fix and report have it');
  if (flags.product !== undefined && !URL.canParse(flags.product))
    throw usage('--product is neither a purl nor another IRI', 'such as pkg:docker/shop/backend');
  return format;
}

/** Prints the answer, or writes it where -o says: the screen, or the report in another form. */
export async function giveAnswer(
  format: CliFormat,
  flags: FormatFlags,
  { report, screen, inputs, world }: Answer,
): Promise<void> {
  const options = { set: flags.set ?? 'before', product: flags.product ?? null } as const;
  if (format === 'text') return deliver(screen(), flags.output ?? null, inputs, world);
  const told = report();
  if (format === 'json') return deliver(jsonPieces(told), flags.output ?? null, inputs, world);
  // The other forms are loaded only where one is asked for.
  const { emptyForm, reportText } = await import('./report-text.ts');
  const empty = format === 'html' ? null : await emptyForm(told, format, options);
  // The exit code is the answer's: that there is nothing to state is no fault.
  if (empty !== null) process.stderr.write(`${format}: ${empty}: nothing is written\n`);
  else await deliver(await reportText(told, format, world, options), flags.output ?? null, inputs, world);
}

export interface Answer {
  readonly report: () => Report;
  readonly screen: () => string | Uint8Array;
  readonly inputs: Inputs;
  readonly world: World;
}

function usage(message: string, hint?: string): UserFacingError {
  return new UserFacingError('usage', message, hint === undefined ? {} : { hint });
}
