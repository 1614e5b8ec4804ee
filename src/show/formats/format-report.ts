import { UserFacingError } from '../../domain/errors.ts';
import { markdownReport } from '../report/markdown.ts';
import type { Report } from '../report/report.ts';
import type { WhichSet } from './described-set.ts';
import { githubAnnotations } from './github-annotations.ts';
import { jsonPieces } from './json-pieces.ts';
import { hasVerification, junit } from './junit.ts';
import type { ReportFormat } from './report-formats.ts';
import { wellFormed } from './well-formed.ts';
import { serviceTitle } from '../../domain/service-title.ts';

export interface FormatOptions {
  /** Of SBOM and VEX: which set they are about. */
  readonly set: WhichSet;
  /** Of SBOM and VEX: what others call the service, as a purl or another IRI; null: a purl of its name. */
  readonly product: string | null;
}

type Said = string | null | Promise<string | null>;

interface Format {
  /** Null, or why a report cannot be told in this form. */
  readonly lacks?: (report: Report, options: FormatOptions) => Said;
  /** Null, or why there is no document though nothing is amiss. */
  readonly empty?: (report: Report, options: FormatOptions) => Said;
  /** It has no place for what is unknown: a service that is not in it would be read as one without problems. */
  readonly whole?: true;
  readonly write: (report: Report, options: FormatOptions) => string | Promise<string>;
}

const noSet = async (report: Report, { set }: FormatOptions): Promise<string | null> =>
  (await import('./described-set.ts')).hasSet(report, set)
    ? null
    : 'nothing was planned, so there is no set after it';

/** What is large is loaded only where it is asked for. */
const FORMATS = {
  json: { write: (report) => [...jsonPieces(report)].join('') },
  markdown: { write: markdownReport },
  sarif: { write: async (report) => (await import('./sarif/sarif.ts')).sarif(report) },
  cyclonedx: {
    whole: true,
    lacks: noSet,
    write: async (report, options) => (await import('./cyclonedx/cyclonedx.ts')).cycloneDx(report, options),
  },
  openvex: {
    whole: true,
    lacks: noSet,
    // OpenVEX 0.2.0: "statements" is required, and has at least one.
    empty: async (report, { set }) =>
      (await import('./openvex.ts')).hasStatements(report, set)
        ? null
        : 'no advisory is known to touch the set, and OpenVEX has no empty document',
    write: async (report, options) => (await import('./openvex.ts')).openVex(report, options),
  },
  spdx: {
    whole: true,
    lacks: noSet,
    write: async (report, options) => (await import('./spdx.ts')).spdx(report, options),
  },
  junit: {
    lacks: (report) =>
      hasVerification(report) ? null : 'nothing was tried out, so there are no tests to tell of',
    write: junit,
  },
  github: { write: githubAnnotations },
} satisfies Record<ReportFormat, Format>;

const DEFAULT: FormatOptions = { set: 'before', product: null };

/** Why there is no document in that form though nothing is amiss, in a sentence; null: there is one, or `formatReport` says what is amiss. */
export async function emptyForm(
  report: Report,
  format: ReportFormat,
  options = DEFAULT,
): Promise<string | null> {
  const { lacks, empty, whole }: Format = FORMATS[format];
  if (whole === true && isOpen(report)) return null;
  const isTold = ((await lacks?.(report, options)) ?? null) === null;
  return isTold ? ((await empty?.(report, options)) ?? null) : null;
}

/**
 * The report in another form. The same report gives the same bytes.
 * @throws UserFacingError `usage` where it cannot be told in that form, or there is no such document (`emptyForm`); `index-unreachable`
 * where the form has no place for a service of which nothing is known.
 */
export async function formatReport(report: Report, format: ReportFormat, options = DEFAULT): Promise<string> {
  const { lacks, empty, whole, write }: Format = FORMATS[format];
  if (whole === true && isOpen(report)) throw openIn(report, format);
  const well = wellFormed(report);
  const why = (await lacks?.(well, options)) ?? (await empty?.(well, options)) ?? null;
  if (why !== null)
    throw new UserFacingError('usage', `${format}: ${why}`, {
      hint: 'docs/formats.md tells what each form holds',
    });
  return write(well, options);
}

function isOpen({ unjudged = [] }: Report): boolean {
  return unjudged.length > 0;
}

function openIn({ unjudged = [] }: Report, format: ReportFormat): UserFacingError {
  const told = unjudged.slice(0, 3).map(({ name, why }) => `${serviceTitle(name)}: ${why}`);
  const more = unjudged.length > told.length ? `; and ${unjudged.length - told.length} more` : '';
  return new UserFacingError('index-unreachable', `${format}: not all is known. ${told.join('; ')}${more}`, {
    ...{
      outside: true,
      hint: 'name a service with --service; json, markdown, html and sarif tell what is unknown',
    },
  });
}
