import { plain } from '../report/plain-text.ts';
import { isProvenProblem } from '../report/proven-problem.ts';
import type { Report, ReportedFinding } from '../report/report.ts';
import { findingsNow } from '../report/markdown-text.ts';

/** GitHub shows at most ten of each level for a step, and passes silently over the rest. */
const MOST = 10;

/**
 * The findings as workflow commands that GitHub Actions draws beside the lines: proven problems as errors, the rest as warnings, ten of
 * each, and a notice that says how many more there are and what the answer is.
 */
export function githubAnnotations(report: Report): string {
  const findings = report.services.flatMap(findingsNow);
  const problems = findings.filter(isProvenProblem);
  const warnings = findings.filter((finding) => !isProvenProblem(finding));
  const rest = [
    restText(problems.length - MOST, 'problem'),
    restText(warnings.length - MOST, 'warning'),
  ].filter((text) => text !== '');
  const more = rest.length === 0 ? '' : ` ${rest.join(' and ')} not shown here.`;
  return [
    ...(report.unjudged ?? [])
      .slice(0, MOST)
      .map(({ name, why }) => `::warning title=not-checked::${escapeData(`${name}: ${why}`)}`),
    ...problems.slice(0, MOST).map((finding) => command('error', finding)),
    ...warnings.slice(0, MOST).map((finding) => command('warning', finding)),
    `::notice title=fettle::${escapeData(`${report.verdict.sentence}${more}`)}`,
    '',
  ].join('\n');
}

function restText(count: number, one: string): string {
  return count <= 0 ? '' : `${count} more ${one}${count === 1 ? '' : 's'}`;
}

function command(level: 'error' | 'warning', finding: ReportedFinding): string {
  const [place] = finding.places;
  const at =
    place === undefined
      ? []
      : [`file=${escapeProperty(place.file)}`, `line=${place.line}`, `col=${place.column}`];
  const properties = [...at, `title=${escapeProperty(titleOf(finding))}`].join(',');
  const help = finding.help === null ? '' : `\n${finding.help}`;
  return `::${level} ${properties}::${escapeData(`${finding.message}${help}`)}`;
}

function titleOf({ kind, advisory, package: name, version }: ReportedFinding): string {
  const what = [name, version].filter((part) => part !== null).join(' ');
  return [advisory?.id ?? kind, what].filter((part) => part !== '').join(': ');
}

/**
 * A command ends with its line, and `%` begins an escape (the toolkit's own `escapeData`). Without line ends in it no text begins a
 * line, so none of them is a command of its own.
 */
function escapeData(text: string): string {
  return plain(text.replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n'))
    .replace(/%/g, '%25')
    .replace(/\n/g, '%0A');
}

/** In a property also what ends it, and what ends all of them. */
function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
