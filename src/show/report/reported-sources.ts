import type { Project } from '../../domain/project.ts';
import type { AdvisoryBook } from '../../read/advisories/advisories.ts';
import type { Ledger } from './ledger.ts';
import type { Report, ReportedSources } from './report.ts';

/** Whose advisories were asked, and which records name no package that could be read. */
export function reportedAdvisorySources(
  advisories: Pick<AdvisoryBook, 'sources' | 'problems'>,
  ledger: Ledger,
): Omit<ReportedSources, 'indexes'> {
  return {
    advisories: advisories.sources.map(({ name, date, records, reachable, why }) => ({
      ...{ name, date, records, reachable, why },
      evidence: [
        ledger.add({
          id: `evidence:advisories:${name}`,
          claim: `${name} answered about every package that was asked`,
          verdict: reachable ? 'proven' : 'unknown',
          how: 'reading its records',
          seen: `${records} records${date === null ? '' : `, the newest of ${date.slice(0, 10)}`}${why === null ? '' : `; ${why}`}`,
        }),
      ],
    })),
    unmatchedRecords: advisories.problems
      .filter((problem) => problem.package === null)
      .map(({ id, why, source }) => ({
        id,
        why,
        evidence: [
          ledger.add({
            id: `evidence:unmatched:${id}`,
            claim: `${id} touches no package here`,
            verdict: 'unknown',
            how: `record of ${source}`,
            seen: why,
          }),
        ],
      })),
  };
}

/** Files that were seen and are not read. */
export function reportedNotSupported(
  { notSupported }: Pick<Project, 'notSupported'>,
  ledger: Ledger,
): Report['notSupported'] {
  return notSupported.map(({ path, what, weightless }) => ({
    file: path,
    what,
    evidence: [
      ledger.add({
        id: `evidence:not-supported:${path}`,
        claim: `${path} asks for nothing ${weightless === true ? 'that is installed' : 'more'}`,
        verdict: 'unknown',
        how: 'not read',
        seen: what,
      }),
    ],
  }));
}
