import type { Advisory } from '../../domain/advisory.ts';
import type { Chain, Finding } from '../../domain/finding.ts';
import type { SourceSpan } from '../../domain/source-span.ts';
import { targetText } from '../../domain/target.ts';
import type { ReportedAdvisory, ReportedFinding, ReportedPlace } from './report.ts';

const MOST_REFERENCES = 10;
const MOST_FIXES = 5;
/** White space that becomes one space; a single space, which is nearly all of it, is left where it is. */
const NO_SINGLE_SPACE = /\s{2,}|[^\S ]/g;

/** What only some kinds of finding have. */
type Particulars = Pick<
  ReportedFinding,
  'severity' | 'package' | 'version' | 'advisory' | 'fixedBy' | 'places' | 'chain' | 'derivation'
>;

const NOTHING: Particulars = {
  ...{ severity: null, package: null, version: null, advisory: null },
  ...{ fixedBy: [], places: [], chain: [], derivation: [] },
};

/** A finding in the shape of the report. `evidence`: the ids under which its records stand in the report's ledger. */
export function reportedFinding(
  finding: Finding,
  outcome: ReportedFinding['outcome'],
  evidence: readonly string[],
): ReportedFinding {
  const { id, kind, problem, message, help } = finding;
  const targets = finding.targets.map(targetText);
  return {
    id,
    kind,
    problem,
    group: finding.group ?? 'production',
    message,
    help,
    targets,
    outcome,
    evidence,
    ...NOTHING,
    ...particulars(finding),
  };
}

function particulars(finding: Finding): Partial<Particulars> {
  switch (finding.kind) {
    case 'unreadable':
      return { places: [placeOf(finding.at.span)] };
    case 'unavailable':
    case 'unpinned':
      return { package: finding.requirement.dependency.name, places: [placeOf(finding.requirement.span)] };
    case 'yanked':
    case 'no-distribution':
      return { package: finding.name, version: finding.version.text, ...wayIn(finding.chain) };
    case 'vulnerable':
      return {
        package: finding.name,
        version: finding.version.text,
        severity: finding.advisory.severity,
        advisory: reportedAdvisory(finding.advisory, finding.certainty),
        fixedBy: finding.fixedBy.slice(0, MOST_FIXES).map((version) => version.text),
        ...wayIn(finding.chain),
      };
    case 'conflicting':
      return {
        places: finding.requirements.map((one) => placeOf(one.span)),
        derivation: linesOf(finding.derivation),
      };
    case 'breaks-at-import':
    case 'deprecated':
      return { package: finding.name, version: finding.version?.text ?? null, ...wayIn(finding.chain) };
    case 'untested-combination':
      return { package: finding.name, version: finding.version.text };
    case 'ambiguous-index':
      return { package: finding.name };
    case 'stale-lock':
    case 'not-checked':
      return {};
  }
}

function wayIn(chain: Chain): Pick<Particulars, 'places' | 'chain'> {
  return {
    places: chain.requirement === null ? [] : [placeOf(chain.requirement.span)],
    chain: chain.links.map((link) => ({ package: link.name, version: link.version.text, asks: link.asks })),
  };
}

/** An advisory without its long description: the report names it, its source tells the rest. */
function reportedAdvisory(advisory: Advisory, certainty: ReportedAdvisory['certainty']): ReportedAdvisory {
  const { id, ids, severity, cvss, malicious, references, fixedIn } = advisory;
  return {
    ...{ id, ids, severity, malicious, certainty },
    cvss: cvss === null ? null : { score: cvss.score, vector: cvss.vector },
    summary: summaryOf(advisory),
    references: references.slice(0, MOST_REFERENCES),
    fixedIn: fixedIn.map((version) => version.text),
  };
}

/** Its summary, or where a record has none the first sentence of its description. */
export function summaryOf(advisory: Pick<Advisory, 'summary' | 'details'>): string {
  const { summary } = advisory;
  const told = summary.trim() === '' ? firstSentence(advisory.details) : summary;
  const text = told.replace(NO_SINGLE_SPACE, ' ').trim();
  return text.length <= 300 ? text : `${text.slice(0, 299).trimEnd()}…`;
}

function firstSentence(text: string): string {
  const start = text
    .slice(0, 1000)
    .replace(/^[#\s]+/, '')
    .replace(NO_SINGLE_SPACE, ' ');
  const end = start.search(/[.!?] /);
  return end === -1 ? start : start.slice(0, end + 1);
}

export function placeOf({ file, line, column }: SourceSpan): ReportedPlace {
  return { file, line, column };
}

export function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
