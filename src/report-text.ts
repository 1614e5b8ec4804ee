import type { World } from './io/world.ts';
import { formatReport, REPORT_FORMATS } from './show/formats/format-report.ts';
import type { FormatOptions } from './show/formats/format-report.ts';
import type { Report } from './show/report/report.ts';
import type { ReportRenderers } from './show/web/page-parts.ts';

/** Every form that a report is given in. */
export const REPORT_FORMS = ['html', ...REPORT_FORMATS] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];

/** The report in one of its forms. Throws as `formatReport`. */
export async function reportText(
  report: Report,
  form: ReportForm,
  world: Pick<World, 'files'>,
  options?: FormatOptions,
): Promise<string> {
  if (form !== 'html') return formatReport(report, form, options);
  return (await import('./show/html/html-of.ts')).htmlOf(report, world);
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** The forms that the page offers beside those that lie on the disk, by the last part of their address. */
export function reportRenderers(world: Pick<World, 'files'>): ReportRenderers {
  const as = (form: ReportForm, contentType: string): ReportRenderers[string] => ({
    ...{ contentType, ofVerification: form === 'junit' },
    render: (report) => reportText(report, form, world),
  });
  return {
    'report.html': as('html', 'text/html; charset=utf-8'),
    sarif: as('sarif', JSON_TYPE),
    cyclonedx: as('cyclonedx', JSON_TYPE),
    openvex: as('openvex', JSON_TYPE),
    spdx: as('spdx', JSON_TYPE),
    junit: as('junit', 'application/xml; charset=utf-8'),
  };
}
