import { escapeMarkdown, linkTarget } from './escape-markdown.ts';
import { impactText, perService, subheading, whereText } from './markdown-text.ts';
import type { References } from './references.ts';
import type { Report, ReportedFinding, ReportedService } from './report.ts';

/** Vulnerabilities by package: those fixed after a fix, those that the plan repairs, or after a scan all that were found. */
export function vulnerabilitiesSection(report: Report, refs: References): readonly string[] {
  const wanted = {
    scan: 'open',
    audit: 'open',
    plan: 'planned',
    fix: report.written === null ? 'planned' : 'fixed',
  } as const;
  const outcome = wanted[report.stage];
  const titles = {
    open: 'Security Vulnerabilities Found',
    planned: 'Security Vulnerabilities That the Plan Fixes',
    fixed: 'Security Vulnerabilities Fixed',
  };
  return perService(report, titles[outcome], (service) => {
    const groups = new Map<string, ReportedFinding[]>();
    const found = service.findings.filter((one) => one.kind === 'vulnerable' && one.outcome === outcome);
    const ofDevelopment = found.filter(({ group }) => group === 'development');
    for (const finding of [...found.filter((one) => !ofDevelopment.includes(one)), ...ofDevelopment]) {
      const key = `${finding.package} ${finding.version}`;
      groups.set(key, [...(groups.get(key) ?? []), finding]);
    }
    return [...groups.values()].flatMap((group, at) => [
      ...(at === 0 ? [] : ['']),
      ...packageLines(report, service, group, refs),
    ]);
  });
}

function packageLines(
  report: Report,
  service: ReportedService,
  group: readonly ReportedFinding[],
  refs: References,
): readonly string[] {
  const [first] = group;
  const name = first!.package!;
  const old = first!.version!;
  const to = newVersion(service, name);
  return [
    subheading(
      report,
      `${escapeMarkdown(name)} (${escapeMarkdown(old)}${to === null ? '' : ` → ${escapeMarkdown(to.text)}`})${first!.group === 'development' ? ', development' : ''}`,
    ),
    '',
    ...group.map((finding) => advisoryLine(finding, refs)),
    `- **Where:** ${whereText(first!)}${refs.to(first!.evidence)}`,
    fixLine(report, service, first!, to, refs),
  ];
}

/** Id, severity and impact in one line. */
function advisoryLine({ advisory, evidence }: ReportedFinding, refs: References): string {
  const { id, ids, severity, cvss, summary, certainty, references, malicious } = advisory!;
  const links = references.map(linkTarget).filter((target) => target !== null);
  const link = links.find((target) => ids.some((one) => target.includes(one))) ?? links[0];
  const name = link === undefined ? `**${escapeMarkdown(id)}**` : `**[${escapeMarkdown(id)}](${link})**`;
  const grade = `${severity === 'unknown' ? 'severity unknown' : severity}${cvss === null ? '' : `, CVSS ${cvss.score.toFixed(1)}`}${certainty === 'possibly' ? ', possibly affected' : ''}`;
  return `- ${name} (${grade}${malicious ? ', malicious package' : ''}): ${impactText(summary)}${refs.to(evidence)}`;
}

interface NewVersion {
  readonly text: string;
  readonly evidence: readonly string[];
}

/** What the planned sets hold of a package, with the record of the change or else of the set. */
function newVersion(service: ReportedService, name: string): NewVersion | null {
  const { plan } = service;
  if (plan === null) return null;
  const versions = new Set(
    plan.locks.flatMap((lock) => lock.packages.filter((one) => one.name === name).map((one) => one.version)),
  );
  const own = plan.changes.filter((change) => change.package === name).flatMap((change) => change.evidence);
  const evidence = own.length > 0 ? own : plan.locks.flatMap((lock) => lock.evidence);
  return {
    text: versions.size === 0 ? 'no longer there' : [...versions].join(', '),
    evidence: [...evidence, ...(service.after?.posture ?? plan.posture).evidence],
  };
}

function fixLine(
  report: Report,
  service: ReportedService,
  finding: ReportedFinding,
  to: NewVersion | null,
  refs: References,
): string {
  if (report.stage === 'audit')
    return `- **Fix:** ${escapeMarkdown(finding.help ?? '')}.${refs.to(finding.evidence)}`;
  if (to === null) {
    const nearest = finding.fixedBy[0];
    return nearest === undefined
      ? `- **Fix:** no later version that can be installed here is free of all its advisories.${refs.to(finding.evidence)}`
      : `- **Fix:** ${escapeMarkdown(nearest)} is the nearest version that can be installed here and is free of all its advisories.${refs.to(finding.evidence)}`;
  }
  const moved = report.written === null ? 'the planned version' : 'read again and audited';
  const via = service.plan!.changes.some((change) => change.package === finding.package)
    ? ''
    : ', brought in by the lines that change';
  return `- **Fix:** ${escapeMarkdown(to.text)} (${moved}${via}).${refs.to(to.evidence)}`;
}

/** Problems other than vulnerabilities that are gone, or that the planned set no longer has. */
export function otherRepairsSection(report: Report, refs: References): readonly string[] {
  const outcome = report.written === null ? 'planned' : 'fixed';
  return perService(
    report,
    outcome === 'fixed' ? 'Other Problems Fixed' : 'Other Problems That the Plan Fixes',
    (service) => {
      const proof = service.after?.evidence ?? service.plan?.locks.flatMap((lock) => lock.evidence) ?? [];
      return service.findings
        .filter((finding) => finding.problem && finding.kind !== 'vulnerable' && finding.outcome === outcome)
        .map((finding) => `- ${escapeMarkdown(finding.message)}${refs.to(finding.evidence, proof)}`);
    },
  );
}
