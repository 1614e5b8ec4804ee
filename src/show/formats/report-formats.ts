/** Forms that are made of the report alone: HTML needs what the build made for the browser as well. */
export const REPORT_FORMATS = [
  'json',
  'markdown',
  'sarif',
  'cyclonedx',
  'openvex',
  'spdx',
  'junit',
  'github',
] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];
