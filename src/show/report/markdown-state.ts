import { escapeMarkdown } from './escape-markdown.ts';
import { NOT_RUN_ID } from './not-run.ts';
import { countsBySeverity, fewOf, findingsNow, perService, sourcesText, whereText } from './markdown-text.ts';
import { counted } from './plain-text.ts';
import type { References } from './references.ts';
import { othersCanBeWritten, staysBeside } from './refusals.ts';
import { onlyLooked } from './stages.ts';
import type { Report, ReportedPosture, ReportedService } from './report.ts';

/** On which targets the versions were resolved together: what was computed, not what was tried. */
export function compatibilitySection(report: Report, refs: References): readonly string[] {
  const verdicts = new Map(report.evidence.map((record) => [record.id, record.verdict]));
  return perService(report, 'Compatibility', ({ plan, after, targets }) => {
    if (plan === null || plan.locks.length === 0) return [];
    const rows = plan.locks.map((lock) => {
      const again = after?.evidence[targets.findIndex((target) => target.text === lock.target)];
      const records = again === undefined ? lock.evidence : [...lock.evidence, again];
      const proven = records.every((id) => verdicts.get(id) === 'proven');
      const how = after === null ? 'as planned' : 'as planned and as read again';
      const result = proven ? `resolved ${how}` : `**unknown:** not proven in whole ${how}`;
      return `| ${escapeMarkdown(lock.target)} | ${lock.packages.length} | ${result}${refs.to(records)} |`;
    });
    const means =
      'Resolved means that every version has a distribution that the target takes as it is and that all requirements hold; whether it works is another question.';
    return [
      '| Target | Packages | Result |',
      '|--------|----------|--------|',
      ...rows,
      '',
      `${means}${refs.to([NOT_RUN_ID])}`,
    ];
  });
}

const NOTES: readonly (readonly [kind: string, what: string])[] = [
  ['deprecated', 'Deprecated'],
  ['no-distribution', 'Must be built'],
  ['untested-combination', 'Untested combination'],
  ['unpinned', 'Not pinned'],
];

/** Warnings: nothing is broken by them yet. */
export function notesSection(report: Report, refs: References): readonly string[] {
  return perService(report, 'Notes', (service) => [
    ...NOTES.flatMap(([kind, what]) =>
      findingsNow(service)
        .filter((finding) => finding.kind === kind && !finding.problem)
        .map((finding) => {
          const where = whereText(finding);
          const help = finding.help === null ? '' : `; ${escapeMarkdown(finding.help)}`;
          return `- **${what}:** ${escapeMarkdown(finding.message)}${help}${where === '' ? '' : ` (${where})`}${refs.to(finding.evidence)}`;
        }),
    ),
    ...(service.plan?.warnings ?? []).map(
      (warning) => `- **Plan:** ${escapeMarkdown(warning.text)}${refs.to(warning.evidence)}`,
    ),
    ...service.notes.map((note) => `- **Index:** ${escapeMarkdown(note.text)}${refs.to(note.evidence)}`),
  ]);
}

/** What is proven of known vulnerabilities, and of which set. */
export function postureSection(report: Report, refs: References): readonly string[] {
  return perService(report, 'Security Posture', (service) => {
    const [posture, set] =
      service.after !== null
        ? [service.after.posture, 'as read again']
        : service.plan !== null
          ? [service.plan.posture, 'as planned (not written yet)']
          : [service.posture, 'as they stand'];
    return postureLines(report, posture, set, refs);
  });
}

function postureLines(
  report: Report,
  posture: ReportedPosture,
  set: string,
  refs: References,
): readonly string[] {
  const { advisories, packages, verdict, evidence, waived, unknowns } = posture;
  const what = `the ${counted(packages, 'package')} ${set}`;
  const sources = sourcesText(report);
  const touching = [...new Set(advisories.map((one) => `${one.package} ${one.version}`))].map(escapeMarkdown);
  const answer = {
    clean: `**Proven:** no advisory of ${sources} touches ${what}${waived.length === 0 ? '' : ', except what the policy waives'}.`,
    affected: `**Refuted:** ${counted(advisories.length, 'advisory', 'advisories')} of ${sources} (${countsBySeverity(advisories)}) ${advisories.length === 1 ? 'touches' : 'touch'} ${what}: ${fewOf(touching)}.`,
    unknown: `**Unknown:** whether an advisory of ${sources} touches ${what} could not be proven.`,
  };
  const names = new Map(report.policy.waivers.map((waiver) => [waiver.id, waiver.evidence]));
  return [
    `- ${answer[verdict]}${refs.to(evidence)}`,
    ...unknowns.map((why) => `- **Unknown:** ${escapeMarkdown(why)}${refs.to(evidence)}`),
    ...waived.map(
      (one) =>
        `- **Waived:** ${escapeMarkdown(`${one.advisory} in ${one.package} ${one.version}`)} ${one.until === null ? 'without an expiry date' : `until ${escapeMarkdown(one.until)}`}: ${escapeMarkdown(one.reason)}${refs.to(names.get(one.advisory) ?? [], evidence)}`,
    ),
    ...(report.asOf === null
      ? []
      : [
          `- **Approximate:** which advisories were known on ${report.asOf.date} is an estimate.${refs.to(evidence)}`,
        ]),
  ];
}

/** What is left to do, each for a reason that stands above. */
export function nextStepsSection(report: Report, refs: References): readonly string[] {
  const steps = onlyLooked(report) ? scanSteps(report, refs) : changeSteps(report, refs);
  return [
    '## Next Steps',
    '',
    ...[
      ...steps,
      report.services.some(({ verification = [] }) => verification.length > 0)
        ? `Try out what was not tried out here before deploying.${refs.to([NOT_RUN_ID])}`
        : `Install the versions in a clean environment, import them and run the tests before deploying: \`fettle verify\`.${refs.to([NOT_RUN_ID])}`,
    ].map((step, at) => `${at + 1}. ${step}`),
  ];
}

function scanSteps({ verdict, stage }: Report, refs: References): readonly string[] {
  const ref = refs.to(verdict.evidence.slice(0, 1));
  return [
    ...(verdict.kind === 'problems'
      ? [`Run \`fettle plan\` to see the smallest set of changes that repairs this.${ref}`]
      : []),
    ...(stage === 'audit'
      ? [
          `Run \`fettle scan\` for what an audit does not look at: what comes in beside pins, whether it can be had, and whether it fits together.${ref}`,
        ]
      : []),
  ];
}

function changeSteps(report: Report, refs: References): readonly string[] {
  const { services, written, refused, stage } = report;
  const notWritten = refused.filter((one) => one.with === undefined);
  const plans = services.flatMap(({ plan }) => (plan === null ? [] : [plan]));
  const writable = services.filter((service) => !staysBeside(report, service));
  const changes = writable.flatMap(({ plan }) => plan?.changes ?? []);
  const left = plans.flatMap((plan) => plan.unrepaired);
  const proofs = plans.flatMap((plan) => plan.proof.evidence);
  return [
    ...(written === null
      ? []
      : [
          `Review what was written: ${escapeMarkdown(written.files.join(', '))}; \`fettle undo\` takes it back.${refs.to(written.evidence)}`,
        ]),
    ...(stage === 'plan' && changes.length > 0 && (refused.length === 0 || othersCanBeWritten(report))
      ? [`Run \`fettle fix\` to write ${counted(changes.length, 'change')}.${refs.to(proofs)}`]
      : []),
    ...(notWritten.length === 0
      ? []
      : [
          `See to ${counted(notWritten.length, 'change')} that cannot be written: "Left Open" says why.${refs.to(notWritten.flatMap((one) => one.evidence))}`,
        ]),
    ...(left.length === 0
      ? []
      : [
          `Decide about ${counted(left.length, 'finding')} left open: ${fewOf([...new Set(left.map((one) => one.package))].map(escapeMarkdown))}.${refs.to(left.slice(0, 8).flatMap((one) => one.evidence))}`,
        ]),
    ...services
      .filter(needsLook)
      .map(
        (service) =>
          `Look at what stayed unknown in ${escapeMarkdown(service.name === '.' ? 'the service' : service.name)}.${refs.to((service.after?.posture ?? service.posture).evidence)}`,
      ),
  ];
}

function needsLook(service: ReportedService): boolean {
  return (service.after?.posture ?? service.posture).unknowns.length > 0;
}
