import { mustBeBuilt } from '../../domain/finding.ts';
import { DAY_ID } from './reported-day.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { countsBySeverity, fewOf, perService, sourcesText, whereText } from './markdown-text.ts';
import { counted, readFromText } from './plain-text.ts';
import type { References } from './references.ts';
import type { Report, ReportedFinding, ReportedService } from './report.ts';

const TITLES = {
  audit: 'Advisories of What Is Pinned or Locked',
  scan: 'Dependency Findings',
  plan: 'Dependency Update Plan',
  fix: 'Dependency Updates',
} as const;

/** Title, answer, and what the report rests on. */
export function headSection(report: Report, refs: References): readonly string[] {
  const { tool, day, asOf, verdict, sources } = report;
  const when = asOf === null ? day : `${asOf.date}, replayed: approximate`;
  return [
    `# ${TITLES[report.stage]}`,
    '',
    `**${escapeMarkdown(verdict.sentence)}**${refs.to(verdict.evidence)}`,
    '',
    `- **Day:** ${when} (${tool.name}${tool.version === null ? '' : ` ${escapeMarkdown(tool.version)}`})${refs.to([DAY_ID])}`,
    ...sources.indexes.map(
      (index) =>
        `- **Package index:** ${escapeMarkdown(index.url)} (${escapeMarkdown(index.readFrom)})${refs.to(index.evidence)}`,
    ),
    ...sources.advisories.map(
      (source) =>
        `- **Advisories:** ${escapeMarkdown(source.name)}, ${sourceState(source)}${refs.to(source.evidence)}`,
    ),
  ];
}

function sourceState({ reachable, records, date, why }: Report['sources']['advisories'][number]): string {
  const had = `${counted(records, 'record')}${date === null ? '' : `, the newest of ${escapeMarkdown(date.slice(0, 10))}`}`;
  return reachable
    ? had
    : `${had}; **not everything was answered**${why === null ? '' : `: ${escapeMarkdown(why)}`}`;
}

const PROBLEMS: readonly (readonly [kind: string, what: string])[] = [
  ['unreadable', 'Not understood'],
  ['unavailable', 'Not available'],
  ['no-distribution', 'Cannot be installed'],
  ['must-be-built', 'Must be built'],
  ['yanked', 'Yanked'],
  ['breaks-at-import', 'Does not import'],
  ['conflicting', 'Conflicting'],
  ['ambiguous-index', 'On two indexes'],
];

/** What has no file that fits and what has only a source that must be built are told apart. */
function kindOf(finding: ReportedFinding): string {
  return mustBeBuilt(finding) ? 'must-be-built' : finding.kind;
}

/** What is wrong with the project as it was found. */
export function problemSection(report: Report, refs: References): readonly string[] {
  return perService(report, 'Problem Statement', (service) => [
    ...service.targets.map(
      (target) =>
        `- **Target:** ${escapeMarkdown(target.text)}, ${escapeMarkdown(readText(target.readFrom))}.${refs.to(target.evidence)}`,
    ),
    `- **Read:** ${escapeMarkdown(service.manifests.map((manifest) => manifest.file).join(', '))} with ${counted(service.requirements, 'requirement')}${service.developmentLeftOut === 0 ? '' : ` (${counted(service.developmentLeftOut, 'development line')} left out)`}; ${setText(report, service)}.${refs.to(service.evidence)}`,
    ...PROBLEMS.flatMap(([kind, what]) =>
      service.findings
        .filter((finding) => kindOf(finding) === kind && finding.problem)
        .flatMap((finding) => problemLines(what, finding, refs)),
    ),
    vulnerableLine(report, service, refs),
  ]);
}

function readText(readFrom: readonly string[]): string {
  return readFromText(readFrom).replace(/^from /, 'read from ');
}

function setText({ stage }: Report, { posture }: ReportedService): string {
  if (stage === 'audit')
    return `they pin or lock ${counted(posture.packages, 'package')}${posture.whole ? '' : ', and not all that is installed'}`;
  return posture.whole
    ? `they resolve to ${counted(posture.packages, 'package')}`
    : `they do not resolve as they stand; ${counted(posture.packages, 'package')} could be looked at`;
}

function problemLines(what: string, finding: ReportedFinding, refs: References): readonly string[] {
  const where = whereText(finding);
  return [
    `- **${what}${finding.group === 'development' ? ' (development)' : ''}:** ${escapeMarkdown(finding.message)}${where === '' ? '' : ` (${where})`}${refs.to(finding.evidence)}`,
    ...finding.derivation.map((line) => `  - ${escapeMarkdown(line)}${refs.to(finding.evidence)}`),
  ];
}

function vulnerableLine(report: Report, { posture }: ReportedService, refs: References): string {
  const { advisories, verdict, evidence } = posture;
  if (advisories.length === 0) {
    const none = verdict === 'clean' ? 'no advisory' : 'no advisory that could be matched';
    return `- **Vulnerable:** ${none} of ${sourcesText(report)} touches them${verdict === 'clean' ? '' : '; whether one does is unknown'}.${refs.to(evidence)}`;
  }
  const names = [...new Set(advisories.map((one) => `${one.package} ${one.version}`))].map(escapeMarkdown);
  const touch = `${counted(advisories.length, 'known vulnerability', 'known vulnerabilities')} (${countsBySeverity(advisories)}) in ${counted(names.length, 'package')}`;
  return `- **Vulnerable:** ${touch}: ${fewOf(names)}.${refs.to(evidence)}`;
}
