import { counted } from './plain-text.ts';
import type { Report, ReportedService } from './report.ts';

/** "2 changes cannot be written": services that stay for the sake of another one are counted only where no change is refused itself. */
export function refusedText(refused: Report['refused']): string {
  const own = refused.filter((one) => one.with === undefined).length;
  const what = own > 0 ? counted(own, 'change') : counted(refused.length, 'service');
  return `${what} cannot be written`;
}

/** What a refusal holds back: all, or its service beside others that are written. */
export function heldBack({ refused, services }: Pick<Report, 'refused' | 'services'>): string {
  return othersCanBeWritten({ refused, services }) ? 'so its service stays as it is' : 'so nothing is';
}

/** Whether something changes in a service that no refusal is about. */
export function othersCanBeWritten({ refused, services }: Pick<Report, 'refused' | 'services'>): boolean {
  if (refused.some(({ service }) => service === undefined)) return false;
  const stay = new Set(refused.map(({ service }) => service));
  return services.some(
    ({ name, plan }) => !stay.has(name) && plan !== null && (plan.changes.length > 0 || plan.lock !== null),
  );
}

/** Whether a service stays as it is beside others that were written, or can be. */
export function staysBeside(
  report: Pick<Report, 'refused' | 'services' | 'written'>,
  { name }: ReportedService,
): boolean {
  const others = report.written !== null || othersCanBeWritten(report);
  return others && report.refused.some(({ service }) => service === name);
}
