import type { Report } from './report.ts';

/** Whether it was looked at alone, and nothing planned: a scan, or an audit of advisories. */
export function onlyLooked({ stage }: Pick<Report, 'stage'>): boolean {
  return stage === 'scan' || stage === 'audit';
}
