import { escapeMarkdown } from './escape-markdown.ts';
import { impactText, perService, subheading, whereText } from './markdown-text.ts';
import type { References } from './references.ts';
import { onlyLooked } from './stages.ts';
import { heldBack } from './refusals.ts';
import type { Report, ReportedFinding, ReportedService, ReportedUnrepaired } from './report.ts';

/** What the plan leaves or what is left after writing: the chain that forbids a repair, and the ways out. A scan has no such part. */
export function openSection(report: Report, refs: References): readonly string[] {
  if (onlyLooked(report)) return [];
  const names = new Set(report.services.map(({ name }) => name));
  return perService(report, 'Left Open', (service) => {
    const groups = new Map<string, ReportedUnrepaired[]>();
    for (const one of service.plan?.unrepaired ?? []) {
      const key = JSON.stringify([one.package, one.targets, chainOf(one).at(-1)]);
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    const told = new Set((service.plan?.unrepaired ?? []).map((one) => aboutText(one.package, one.advisory)));
    const parts = [
      ...[...groups.values()].map((group) => unrepairedLines(report, group, refs)),
      otherLines(service, told, refs),
    ];
    const own = report.refused.filter(
      ({ service: of }) => of === undefined || of === service.name || !names.has(of),
    );
    const refused = own.map(
      (one) =>
        `- **${escapeMarkdown(one.package)}** cannot be written, ${heldBack(report)}: ${escapeMarkdown(one.why)}${one.hint === undefined ? '' : `. To do: ${escapeMarkdown(one.hint)}`}${refs.to(one.evidence)}`,
    );
    return [...parts, refused]
      .filter((lines) => lines.length > 0)
      .flatMap((lines, at) => [...(at === 0 ? [] : ['']), ...lines]);
  });
}

function unrepairedLines(
  report: Report,
  group: readonly ReportedUnrepaired[],
  refs: References,
): readonly string[] {
  const [first] = group;
  const evidence = group.flatMap((one) => one.evidence);
  const waivers = group.flatMap((one) =>
    one.waysOut.some((way) => way.kind === 'waiver') && one.advisory !== null ? [one.advisory] : [],
  );
  const ways = new Set(
    group.flatMap((one) => one.waysOut.filter((way) => way.kind !== 'waiver').map((way) => way.text)),
  );
  return [
    subheading(report, escapeMarkdown(first!.package)),
    '',
    ...group.map((one) => `- ${whatText(one)}${refs.to(one.evidence)}`),
    `- **On:** ${escapeMarkdown(first!.targets.join('; '))}${refs.to(first!.evidence)}`,
    `- **Forbidden because${alike(group) ? '' : ` (for ${escapeMarkdown(first!.advisory ?? first!.package)}; the others alike)`}:**${refs.to(first!.evidence)}`,
    ...first!.because.map((line) => `  - ${escapeMarkdown(line)}${refs.to(first!.evidence)}`),
    ...[...ways].map((text) => `- **Way out:** ${escapeMarkdown(text)}${refs.to(first!.evidence)}`),
    ...(waivers.length === 0
      ? []
      : [
          `- **Way out:** waive ${escapeMarkdown(waivers.join(', '))} until a date, with a reason, in fettle.toml${refs.to(evidence)}`,
        ]),
  ];
}

/** What both a finding and what a plan says of it speak of: versions differ between them. */
function aboutText(name: string, advisory: string | null): string {
  return JSON.stringify([name, advisory]);
}

function whatText({ kind, advisory, severity, summary }: ReportedUnrepaired): string {
  if (kind === 'yanked') return 'its maintainers took the version back';
  if (advisory === null) return 'it must be built from source, and that this works is not proven';
  return `**${escapeMarkdown(advisory)}** (${severity === 'unknown' ? 'severity unknown' : severity}): ${impactText(summary ?? '')}`;
}

/** What forbids a repair, without the name of the advisory itself. */
function chainOf({ because, advisory }: ReportedUnrepaired): readonly string[] {
  return advisory === null ? because : because.map((line) => line.replaceAll(advisory, ''));
}

function alike(group: readonly ReportedUnrepaired[]): boolean {
  return new Set(group.map((one) => one.because.join('\n'))).size === 1;
}

/** Problems that no plan speaks of: those outside of what it was limited to, those that came in, those whose absence proves nothing. */
function otherLines(
  service: ReportedService,
  told: ReadonlySet<string>,
  refs: References,
): readonly string[] {
  const { after, findings } = service;
  const now = (after?.findings ?? findings.filter((finding) => finding.outcome === 'open')).filter(
    (finding) => finding.problem && !told.has(aboutText(finding.package ?? '', finding.advisory?.id ?? null)),
  );
  const lost = findings.filter((finding) => finding.problem && finding.outcome === 'unknown');
  const unchecked = (finding: ReportedFinding): boolean =>
    finding.kind === 'not-checked' || finding.kind === 'unreadable';
  const line = (finding: ReportedFinding, what: string): string =>
    `- ${what}${escapeMarkdown(finding.message)}${placed(finding)}${refs.to(finding.evidence)}`;
  return [
    ...now
      .filter((finding) => !unchecked(finding))
      .map((finding) => line(finding, after?.introduced.includes(finding.id) === true ? '**New:** ' : '')),
    ...lost.map((finding) =>
      line(finding, '**Unknown, for it was not seen again and that proves nothing:** '),
    ),
  ];
}

function placed(finding: ReportedFinding): string {
  const where = whereText(finding);
  return where === '' ? '' : ` (${where})`;
}
