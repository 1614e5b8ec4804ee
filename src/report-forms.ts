import { REPORT_FORMATS } from './show/formats/report-formats.ts';

/** Every form that a report is given in. */
export const REPORT_FORMS = ['html', ...REPORT_FORMATS] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];
