import type { RefusedChange } from '../../change/apply-plan.ts';
import type { Planned } from '../../change/repaired.ts';
import { ofSuccessor } from '../../domain/plan.ts';
import { serviceTitle } from '../../domain/service-title.ts';
import { openFindings } from '../report/open-findings.ts';
import { uncheckedIn } from '../report/unchecked.ts';
import { alikeBy } from './alike.ts';
import { changeTable } from './change-table.ts';
import { leftSection } from './left-section.ts';
import { manyServices } from './many-services.ts';
import type { ServiceText } from './many-services.ts';
import { notCheckedByPlan } from './not-checked-section.ts';
import { plain, wrap } from './paint.ts';
import { policyLook } from '../report/policy-state.ts';
import { policySection } from './policy-section.ts';
import { headline, named, togetherText } from './plan-answer.ts';
import { runtimeRow } from './runtime-row.ts';
import type { ScreenOptions } from './screen-options.ts';
import { sourcesLine } from './sources-line.ts';
import { staying } from '../../change/refuse.ts';

/** What `fettle plan` prints: the changes with their reasons, what is left open with the ways out, and what was not checked. */
export function planScreen(planned: Planned, options: ScreenOptions): string {
  const { scan } = planned;
  const services = manyServices(
    planned.plans.map((_, at) => servicePlan(planned, at, options)),
    options,
  );
  const parts = [
    ...services,
    besideSection(planned, options),
    refusedSection(planned, options),
    policySection(policyLook(scan), options),
    notCheckedByPlan(uncheckedIn(scan), options),
    sourcesLine(scan, options.width),
  ];
  return `${parts.filter((text) => text !== '').join('\n\n')}\n`;
}

function servicePlan(planned: Planned, at: number, options: ScreenOptions): ServiceText {
  const { paint, width } = options;
  const { plan } = planned.plans[at]!;
  const listed = planned.write.listed.filter((line) => line.service === plan.service);
  const open = openFindings(planned.scan.services[at]!, plan);
  const sentence = headline(planned, at);
  const parts = [
    paint.bold(wrap(`${named(plan)}${sentence}`, width, 0, 2)),
    wrap(togetherText(plan), width, 0, 2),
    ...plan.warnings.map((warning) => `warning: ${wrap(warning, width, 9, 9)}`),
    runtimeRow(planned.scan.services[at]!.examined.service, options),
    changeTable(plan, listed, options),
    leftSection(plan.unrepaired, open, planned.scan.job.only.length > 0, options),
  ].filter((part) => part !== '');
  return { text: parts.join('\n\n'), quiet: parts.length === 1 ? sentence : null };
}

/** What changes in files of services that nobody asked for, because they share lines with one that was. */
function besideSection({ plans, beside = [], scan }: Planned, { width }: ScreenOptions): string {
  const told = new Set(plans.flatMap(({ plan }) => plan.changes.map((change) => change.requirement?.id)));
  const moved = beside.flatMap(({ plan }) =>
    plan.changes
      .filter(({ requirement }) => requirement !== null && !told.has(requirement.id))
      .map(
        ({ requirement, from, to, because, successor }) =>
          `${requirement!.id}: ${requirement!.dependency.writtenName} ${from!.specifier} -> ${to === null ? 'removed' : ofSuccessor(successor, to.specifier).trim()}  ${because}`,
      ),
  );
  const planned = new Set(beside.map(({ plan }) => plan.service));
  const apart = scan.beside.filter(({ service }) => !planned.has(service.name));
  return [
    ...(moved.length === 0 ? [] : ['changes with it, in services that share its lines:']),
    ...moved.map((text) => `  ${wrap(plain(text), width, 2, 4)}`),
    ...apart.map(({ service }) =>
      wrap(`${plain(service.name)} shares files with it and was not planned`, width, 0, 2),
    ),
  ].join('\n');
}

function refusedSection({ write, plans }: Planned, { width }: ScreenOptions): string {
  if (write.refused.length === 0) return '';
  const stay = staying(write.refused);
  const others = plans.some(
    ({ plan }) => !stay.has(plan.service) && (plan.changes.length > 0 || plan.lock?.rewritten === true),
  );
  const entries = alikeBy(write.refused, ({ why, hint }) => [why, hint]).flatMap((ones) => {
    const [{ why, hint }] = ones;
    const subjects = [...new Set(ones.map((one) => subjectOf(one, plans.length > 1)))].join(', ');
    return [
      `  ${wrap(`${subjects}: ${why}`, width, 2, 4)}`,
      ...(hint === undefined ? [] : [`    do: ${wrap(hint, width, 8, 8)}`]),
    ];
  });
  const kept = stay.size === 1 ? 'its service stays as it is' : `${stay.size} services stay as they are`;
  const held = others ? `so ${kept}` : 'so nothing is';
  return [`cannot be written, ${held}:`, ...entries].join('\n');
}

/** Whose change it is, where there are several services. */
function subjectOf({ service, subject, with: other }: RefusedChange, several: boolean): string {
  const isNamed = !several || other !== undefined || [serviceTitle(service), '.'].includes(subject);
  return isNamed || service === '.' ? subject : `${subject} (${service})`;
}
