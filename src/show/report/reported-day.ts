import type { Job } from '../../domain/job.ts';
import type { Ledger } from './ledger.ts';
import { isoDay } from './plain-text.ts';
import type { Report } from './report.ts';

/** Under this id stands which day the report speaks of. */
export const DAY_ID = 'evidence:day';

interface Dated {
  readonly day: Date;
  readonly job: Pick<Job, 'asOf'>;
}

/** The day that the report speaks of; `asOf` where the past was replayed. */
export function reportedDay({ day, job }: Dated): Pick<Report, 'day' | 'asOf'> {
  return {
    day: isoDay(day),
    asOf: job.asOf === null ? null : { date: isoDay(job.asOf), approximate: true },
  };
}

export function dayRecord({ day, job }: Dated): Parameters<Ledger['add']>[0] {
  const past = job.asOf !== null;
  return {
    id: DAY_ID,
    claim: `the report speaks of ${isoDay(day)}`,
    verdict: 'proven',
    how: past
      ? '--as-of: only files uploaded by then exist, and only advisories known by then'
      : 'the clock of the machine',
    seen: past ? 'yanks, deletions and project status are those of today' : isoDay(day),
    approximate: past,
  };
}
