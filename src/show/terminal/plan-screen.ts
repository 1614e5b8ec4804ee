import type { Planned } from '../../change/repaired.ts';
import { openFindings } from '../report/open-findings.ts';
import { uncheckedIn } from '../report/unchecked.ts';
import { changeTable } from './change-table.ts';
import { leftSection } from './left-section.ts';
import { notCheckedByPlan } from './not-checked-section.ts';
import { wrap } from './paint.ts';
import { policySection } from './policy-section.ts';
import { headline, named } from './plan-answer.ts';
import { runtimeRow } from './runtime-row.ts';
import type { ScreenOptions } from './screen-options.ts';
import { sourcesLine } from './sources-line.ts';

/** What `fettle plan` prints: the changes with their reasons, what is left open with the ways out, and what was not checked. */
export function planScreen(planned: Planned, options: ScreenOptions): string {
  const { scan } = planned;
  const services = planned.plans.map((_, at) => servicePlan(planned, at, options));
  const parts = [
    ...services,
    refusedSection(planned, options),
    policySection(scan, options),
    notCheckedByPlan(uncheckedIn(scan), options),
    sourcesLine(scan, options.width),
  ];
  return `${parts.filter((text) => text !== '').join('\n\n')}\n`;
}

function servicePlan(planned: Planned, at: number, options: ScreenOptions): string {
  const { paint, width } = options;
  const { plan } = planned.plans[at]!;
  const listed = planned.write.listed.filter((line) => line.service === plan.service);
  const open = openFindings(planned.scan.services[at]!, plan);
  const parts = [
    paint.bold(wrap(`${named(plan)}${headline(planned, at)}`, width, 0, 2)),
    ...plan.warnings.map((warning) => `warning: ${wrap(warning, width, 9, 9)}`),
    runtimeRow(planned.scan.services[at]!.examined.service, options),
    changeTable(plan, listed, options),
    leftSection(plan.unrepaired, open, planned.scan.job.only.length > 0, options),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function refusedSection({ write }: Planned, { width }: ScreenOptions): string {
  if (write.refused.length === 0) return '';
  const entries = write.refused.flatMap(({ subject, why, hint }) => [
    `  ${wrap(`${subject}: ${why}`, width, 2, 4)}`,
    ...(hint === undefined ? [] : [`    do: ${wrap(hint, width, 8, 8)}`]),
  ]);
  return ['cannot be written, so nothing is:', ...entries].join('\n');
}
