import { fixNamed } from '../../decide/findings/audit-service.ts';
import type { Audit, Audited, ServiceAudit } from '../../decide/findings/audit.ts';
import { touchingAdvisories } from '../../decide/findings/vulnerable.ts';
import { auditedPolicy } from '../report/audit-report.ts';
import { uncheckedIn } from '../report/unchecked.ts';
import { manyServices } from './many-services.ts';
import type { ServiceText } from './many-services.ts';
import { notCheckedSection } from './not-checked-section.ts';
import { counted, plain, wrap } from './paint.ts';
import { policySection } from './policy-section.ts';
import type { ScreenOptions } from './screen-options.ts';
import { leftOutLine, targetLines } from './service-head.ts';
import { belowSeveritySection, vulnerableSection } from './vulnerable-section.ts';
import type { Vulnerable } from './vulnerable-section.ts';

/** What `fettle audit` prints: for each service the advisories of what is pinned or locked, worst first; then what was not looked at. */
export function auditScreen(audit: Audit, options: ScreenOptions): string {
  const services = manyServices(
    audit.services.map((service) => serviceScreen(service, options)),
    options,
  ).map((text) => (text.endsWith('\n') ? text : `${text}\n`));
  const policy = policySection(auditedPolicy(audit), options);
  const unchecked = uncheckedIn(audit);
  const rest = [
    ...(policy === '' ? [] : [`${policy}\n`]),
    ...(unchecked.length === 0 ? [] : [`${notCheckedSection(unchecked, options)}\n`]),
  ];
  return [...services, ...rest].join('\n');
}

function serviceScreen({ audited, found }: ServiceAudit, options: ScreenOptions): ServiceText {
  const { service, policy, rules, pinned } = audited;
  const files = pinned.manifests.map(({ path }) => path).join(', ');
  const packages = counted(new Set(pinned.packages.map(({ name }) => name)).size, 'package');
  const looked = { found, rules, fixText: (worst: Vulnerable) => fixText(worst, audited) };
  const sections = [
    vulnerableSection(looked, options),
    belowSeveritySection(looked, policy.severity, options),
  ].filter((text) => text !== '');
  const text = [
    wrap(`${files} · ${packages} pinned or locked`, options.width, 0, 2),
    ...targetLines(service.targets, options),
    ...leftOutLine(service),
    ...sections.map((text) => `\n${text}`),
  ].join('\n');
  return { text: `${text}\n`, quiet: sections.length === 0 ? 'no advisory was found' : null };
}

/** Records name fixes; whether one can be had here, an audit does not ask. */
function fixText(worst: Vulnerable, audited: Audited): string {
  const { advisory } = worst;
  const fix = fixNamed(audited, worst, touchingAdvisories(audited, worst));
  if (fix !== null) return `fixed in ${plain(fix.text)}`;
  return advisory.fixedIn.length === 0 ? 'no fix is named' : 'no named fix is free of all';
}
