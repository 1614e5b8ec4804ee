import { Option } from 'commander';
import type { Command } from 'commander';
import { REPORT_FORMS } from '../index.ts';
import type { ReportForm } from '../index.ts';

/** How an answer is given. */
export interface FormatFlags {
  readonly json?: boolean;
  readonly format?: CliFormat;
  readonly output?: string;
  readonly set?: 'before' | 'after';
  readonly product?: string;
}

export type CliFormat = 'text' | ReportForm;

export function withFormatFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--format <format>', 'give the result in this form (docs/formats.md)').choices([
        'text',
        ...REPORT_FORMS,
      ]),
    )
    .option('-o, --output <file>', 'write it there')
    .addOption(
      new Option('--set <which>', 'of an SBOM or VEX: the set of before the changes, or after').choices([
        'before',
        'after',
      ]),
    )
    .option('--product <purl>', 'of an SBOM or VEX: what others call the service, as a purl or IRI');
}
