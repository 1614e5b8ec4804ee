import { UserFacingError } from '../../domain/errors.ts';
import { eachText } from '../report/each-text.ts';
import { markdownReport } from '../report/markdown.ts';
import type { Report } from '../report/report.ts';
import type { WhichSet } from './described-set.ts';
import { githubAnnotations } from './github-annotations.ts';
import { hasVerification, junit } from './junit.ts';
import type { ReportFormat } from './report-formats.ts';

export interface FormatOptions {
  /** Of SBOM and VEX: which set they are about. */
  readonly set: WhichSet;
  /** Of SBOM and VEX: what others call the service, as a purl or another IRI; null: a purl of its name. */
  readonly product: string | null;
}

interface Format {
  /** Null, or why a report has nothing to say in this form. */
  readonly lacks?: (report: Report, options: FormatOptions) => string | null | Promise<string | null>;
  readonly write: (report: Report, options: FormatOptions) => string | Promise<string>;
}

const noSet = async (report: Report, { set }: FormatOptions): Promise<string | null> =>
  (await import('./described-set.ts')).hasSet(report, set)
    ? null
    : 'nothing was planned, so there is no set after it';

/** What is large is loaded only where it is asked for. */
const FORMATS = {
  json: { write: (report) => `${JSON.stringify(report, null, 2)}\n` },
  markdown: { write: markdownReport },
  sarif: { write: async (report) => (await import('./sarif/sarif.ts')).sarif(report) },
  cyclonedx: {
    lacks: noSet,
    write: async (report, options) => (await import('./cyclonedx/cyclonedx.ts')).cycloneDx(report, options),
  },
  openvex: {
    lacks: async (report, options) =>
      (await noSet(report, options)) ??
      ((await import('./openvex.ts')).hasStatements(report, options.set)
        ? null
        : 'no advisory touches the set, and OpenVEX has no empty document'),
    write: async (report, options) => (await import('./openvex.ts')).openVex(report, options),
  },
  spdx: { lacks: noSet, write: async (report, options) => (await import('./spdx.ts')).spdx(report, options) },
  junit: {
    lacks: (report) =>
      hasVerification(report) ? null : 'nothing was tried out, so there are no tests to tell of',
    write: junit,
  },
  github: { write: githubAnnotations },
} satisfies Record<ReportFormat, Format>;

/**
 * The report in another form. The same report gives the same bytes.
 * @throws UserFacingError `usage` where it has nothing to say in that form.
 */
export async function formatReport(
  report: Report,
  format: ReportFormat,
  options: FormatOptions = { set: 'before', product: null },
): Promise<string> {
  const { lacks, write }: Format = FORMATS[format];
  const well = eachText(report, wellFormed);
  const why = (await lacks?.(well, options)) ?? null;
  if (why !== null)
    throw new UserFacingError('usage', `${format}: ${why}`, {
      hint: 'docs/formats.md tells what each form holds',
    });
  return write(well, options);
}

/** Half of a surrogate pair is no character: neither XML nor an address can hold it. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
