import type { Scan } from '../../decide/findings/scan.ts';
import { wrap } from './paint.ts';

/** Whose advisories were asked, of which day, and whether the past was replayed. */
export function sourcesLine({ advisories, job }: Pick<Scan, 'advisories' | 'job'>, width: number): string {
  const sources = advisories.sources.map(
    ({ name, date, reachable }) =>
      `${name}${date === null ? '' : ` of ${date.slice(0, 10)}`}${reachable ? '' : ' (did not answer)'}`,
  );
  const past = job.asOf === null ? '' : ` · as of ${job.asOf.toISOString().slice(0, 10)} (approximate)`;
  return wrap(`advisories: ${sources.join(', ')}${past}`, width, 0, 2);
}
