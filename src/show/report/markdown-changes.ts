import { ofSuccessor } from '../../domain/plan.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { perService, subheading } from './markdown-text.ts';
import { counted } from './plain-text.ts';
import type { References } from './references.ts';
import { staysBeside } from './refusals.ts';
import { runtimePlacesText } from './reported-runtime.ts';
import type { Report, ReportedChange, ReportedPlan } from './report.ts';

const HEAD = [
  '| Package | Old Version | New Version | Reason |',
  '|---------|-------------|-------------|--------|',
];

/** The changes as tables: by the policy's groups where it has some, else by file; what is added and what moves along after them. */
export function changesSection(report: Report, refs: References): readonly string[] {
  const done = report.written === null ? 'Planned Updates' : 'Updated Dependencies';
  return changesOf(report, refs, done, false);
}

/** What was planned of services that stay as they are, while others are written. */
export function notWrittenSection(report: Report, refs: References): readonly string[] {
  const heading = report.written === null ? 'Planned and Not to Be Written' : 'Planned and Not Written';
  return changesOf(report, refs, heading, true);
}

function changesOf(report: Report, refs: References, heading: string, stays: boolean): readonly string[] {
  return perService(report, heading, (service) => {
    const { plan } = service;
    if (plan === null || staysBeside(report, service) !== stays) return [];
    const runtime = runtimeTable(report, plan, refs);
    if (plan.changes.length === 0 && plan.lock === null)
      return [
        ...runtime.flatMap((table) => [...table, '']),
        `No requirement line changes.${refs.to(plan.proof.evidence)}`,
      ];
    const groups = new Map<string, ReportedChange[]>();
    for (const change of plan.changes)
      groups.set(groupOf(change), [...(groups.get(groupOf(change)) ?? []), change]);
    const tables = [...groups].map(([title, changes]) => [
      subheading(report, escapeMarkdown(title)),
      '',
      ...HEAD,
      ...changes.map((change) => changeRow(change, refs)),
    ]);
    const moves = plan.lock === null ? transitiveTable(report, plan, refs) : lockTable(report, plan, refs);
    return [...runtime, ...tables, ...listedTable(report, plan, refs), ...moves].flatMap((table, at) => [
      ...(at === 0 ? [] : ['']),
      ...table,
    ]);
  });
}

/** The runtime that moves along, which is no requirement line. */
function runtimeTable(
  report: Report,
  { runtime }: ReportedPlan,
  refs: References,
): readonly (readonly string[])[] {
  if (runtime === undefined) return [];
  const { from, to, places, evidence } = runtime;
  const cells = ['python', from.join(', '), to, `asked for; said in ${runtimePlacesText(places)}`];
  const row = `| ${cells.map(escapeMarkdown).join(' | ')}${refs.to(evidence)} |`;
  return [[subheading(report, 'Runtime'), '', ...HEAD, row]];
}

/** Lines that come beside the changes, with the reason. */
function listedTable(
  report: Report,
  { listed }: ReportedPlan,
  refs: References,
): readonly (readonly string[])[] {
  if (listed.length === 0) return [];
  const rows = listed.map(
    ({ package: name, version, file, why, evidence }) =>
      `| ${[name, 'none', version].map(escapeMarkdown).join(' | ')} | ${escapeMarkdown(`${file}: ${why}`)}${refs.to(evidence)} |`,
  );
  return [[subheading(report, 'Added Lines'), '', ...HEAD, ...rows]];
}

function groupOf({ group, section, file }: ReportedChange): string {
  if (group !== null) return group;
  if (section === 'added' || file === null) return 'Added';
  return section === 'production' ? file : `${file} (${section === 'development' ? section : `${section}s`})`;
}

function changeRow(change: ReportedChange, refs: References): string {
  const { package: name, from, to, successor, because, evidence } = change;
  const pinned = to !== null && (from === null || from.version !== null) && /^={2,3}[^=]/.test(to.specifier);
  const old = from === null ? 'none' : pinned ? from.version! : from.specifier || 'any';
  const now = to === null ? 'removed' : pinned ? to.version : to.specifier || 'any';
  return `| ${[name, old, ofSuccessor(successor, now)].map(escapeMarkdown).join(' | ')} | ${escapeMarkdown(because)}${refs.to(evidence)} |`;
}

/** What moves in the lock, but for what the tables above have already. */
function lockTable(
  report: Report,
  { lock, changes }: ReportedPlan,
  refs: References,
): readonly (readonly string[])[] {
  const changed = new Set(changes.map((change) => change.package));
  const alone = lock?.moves.filter((move) => !changed.has(move.package)) ?? [];
  if (alone.length === 0) return [];
  const rows = alone.map(
    ({ package: name, from, to, because, evidence }) =>
      `| ${[name, from ?? 'none', to ?? 'removed', because].map(escapeMarkdown).join(' | ')}${refs.to(evidence)} |`,
  );
  return [[subheading(report, `Only in ${escapeMarkdown(lock!.path)}`), '', ...HEAD, ...rows]];
}

function transitiveTable(
  report: Report,
  { transitive }: ReportedPlan,
  refs: References,
): readonly (readonly string[])[] {
  if (transitive === null || transitive.length === 0) return [];
  const rows = transitive.map(({ package: name, from, to, evidence }) => {
    const why =
      from === null
        ? 'comes in with the new versions'
        : to === null
          ? 'nothing asks for it any more'
          : 'moves along; no line asks for it';
    return `| ${[name, from ?? 'none', to ?? 'removed'].map(escapeMarkdown).join(' | ')} | ${why}${refs.to(evidence)} |`;
  });
  return [[subheading(report, 'Transitive'), '', ...HEAD, ...rows]];
}

/** Why a plan with fewer or smaller changes would not do: the cores. Where it is not proven, that is what it says. */
export function whyNotFewerSection(report: Report, refs: References): readonly string[] {
  return perService(report, 'Why Not Fewer Changes', ({ plan }) => {
    if (plan === null || plan.changes.length === 0) return [];
    const { proof } = plan;
    const told = new Set(plan.changes.map((change) => change.whyNotLower.join('\n')));
    const rest = proof.reasons.filter((reason) => !told.has(reason.join('\n')));
    return [
      `${proofText(plan)}${refs.to(proof.evidence)}`,
      '',
      ...plan.changes.flatMap((change) => changeLines(change, refs)),
      ...rest.flatMap((reason) => [
        `- Besides:${refs.to(proof.evidence)}`,
        ...nested(reason, proof.evidence, refs),
      ]),
    ];
  });
}

function proofText(plan: ReportedPlan): string {
  return `${togetherText(plan)}${smallText(plan.proof)}`;
}

function togetherText({ together }: ReportedPlan): string {
  if (together === null) return '';
  const { services, files } = together;
  const listed = (names: readonly string[]): string => names.map(escapeMarkdown).join(', ');
  return `Planned together with ${listed(services)}, which ${services.length === 1 ? 'shares' : 'share'} ${listed(files)}; what follows counts the lines of all. `;
}

function smallText({ proven, lowerBound, changes, tiers }: ReportedPlan['proof']): string {
  const lines = counted(changes, 'requirement line');
  if (!proven)
    return `That fewer changes would not do is not proven: at least ${counted(lowerBound, 'requirement line')} must change, and this plan changes ${lines}.`;
  return `Fewer than ${lines} cannot change without leaving more open; proven in: ${escapeMarkdown(tiers.join(', '))}.`;
}

function changeLines(
  { package: name, from, whyNotLower, evidence }: ReportedChange,
  refs: References,
): readonly string[] {
  if (whyNotLower.length === 0) return [];
  const at = from?.version ?? from?.specifier ?? '';
  return [
    `- **${escapeMarkdown(name)}** ${at === '' ? '' : `(${escapeMarkdown(at)}) `}cannot take a smaller step:${refs.to(evidence)}`,
    ...nested(whyNotLower, evidence.slice(-1), refs),
  ];
}

function nested(lines: readonly string[], evidence: readonly string[], refs: References): readonly string[] {
  return lines.map((line) => `  - ${escapeMarkdown(line)}${refs.to(evidence)}`);
}
