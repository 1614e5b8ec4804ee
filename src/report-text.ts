import type { World } from './io/world.ts';
import { checkedReport, reportSchema } from './kept-report.ts';
import type { ReportForm } from './report-forms.ts';
import { formatReport } from './show/formats/format-report.ts';
import type { FormatOptions } from './show/formats/format-report.ts';
import type { Report } from './show/report/report.ts';
import type { ReportRenderers } from './show/web/page-parts.ts';

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

/**
 * The forms that the page offers beside those that lie on the disk, by the last part of their address. What lies there may be anybody's, so
 * it is held against the published schema first.
 */
export function reportRenderers(world: Pick<World, 'files'>): ReportRenderers {
  let schema: Promise<object> | null = null;
  const as = (form: ReportForm, contentType: string): ReportRenderers[string] => ({
    ...{ contentType, ofVerification: form === 'junit' },
    render: async (report) => {
      schema ??= reportSchema(world.files);
      return reportText(await checkedReport(report, 'report.json', await schema), form, world);
    },
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
