import type { Planned, Repaired } from '../../change/repaired.ts';
import type { Scan } from '../../decide/findings/scan.ts';
import type { ServiceVerification } from '../../domain/verification.ts';
import type { JobMatrix, ServiceMatrix } from '../../decide/matrix/service-matrix.ts';
import { judge } from './judge.ts';
import type { Judged } from './judge.ts';
import { Ledger } from './ledger.ts';
import type { Report, ReportedService, ReportedSources } from './report.ts';
import { reportedEdits } from './reported-edits.ts';
import { reportedLearned } from './reported-learned.ts';
import { recordedMatrix } from './reported-matrix.ts';
import { dayRecord, reportedDay } from './reported-day.ts';
import { notRun } from './not-run.ts';
import { policyLook } from './policy-state.ts';
import { reportedPolicy } from './reported-policy.ts';
import { reportedAdvisorySources, reportedNotSupported } from './reported-sources.ts';
import { reportedService } from './reported-service.ts';
import { reportedUnjudged } from './reported-unjudged.ts';
import { reportedVerification } from './reported-verification.ts';
import { verdictOf } from './verdict.ts';
import { withoutSecrets } from './without-secrets.ts';

/**
 * The report of a job: a plain JSON value in the shape of schemas/report-1.json. "Fixed" is said of what was there before and is gone
 * from the files as they were read again; what was not looked at is unknown. `version`: of the tool that says so.
 */
export function reportOf(
  input: Exclude<Judged, { readonly audit: unknown }>,
  more: {
    readonly version?: string;
    readonly matrix?: JobMatrix;
    readonly verified?: readonly ServiceVerification[];
  } = {},
): Report {
  const { scan } = input;
  const planned = 'plans' in input ? input : null;
  const after = 'after' in input ? input.after : null;
  const ledger = new Ledger();
  const written = 'written' in input ? reportedWrite(input, ledger) : null;
  const services = scan.services
    .map((service, at) =>
      reportedService(
        service,
        planned === null ? null : { ...planned.plans[at]!, listed: planned.write.listed },
        afterOf(service.examined.service.name, after),
        ledger,
      ),
    )
    .map((service) => {
      const own = more.matrix?.services.find(({ service: { name } }) => name === service.name);
      return withVerification(withMatrix(service, own, ledger), more.verified ?? [], ledger);
    });
  const learned = reportedLearned(scan, ledger);
  const unjudged = reportedUnjudged(after ?? scan, ledger);
  const parts = {
    stage: 'after' in input ? 'fix' : planned === null ? 'scan' : 'plan',
    sources: reportedSources(after ?? scan, ledger),
    policy: reportedPolicy(policyLook(scan), ledger),
    services,
    ...(unjudged.length === 0 ? {} : { unjudged }),
    notSupported: reportedNotSupported(scan.project, ledger),
    edits: reportedEdits(planned?.write.files ?? []),
    written,
    refused: planned === null ? [] : reportedRefusals(planned, ledger),
  } as const;
  const verdict = verdictOf(judge(input, more.verified), parts, ledger);
  ledger.add(notRun(more.verified ?? []));
  ledger.add(dayRecord(scan));
  return withoutSecrets({
    schemaVersion: '1',
    tool: { name: 'fettle', version: more.version ?? null },
    ...reportedDay(scan),
    verdict,
    ...parts,
    ...(learned.length === 0 ? {} : { learned }),
    evidence: ledger.records,
  });
}

function withMatrix(
  service: ReportedService,
  matrix: ServiceMatrix | undefined,
  ledger: Ledger,
): ReportedService {
  return matrix === undefined ? service : { ...service, matrix: recordedMatrix(matrix, ledger) };
}

function withVerification(
  service: ReportedService,
  verified: readonly ServiceVerification[],
  ledger: Ledger,
): ReportedService {
  const own = verified.filter((one) => one.service === service.name);
  if (own.length === 0) return service;
  return { ...service, verification: own.map((one) => reportedVerification(one, ledger)) };
}

function afterOf(name: string, after: Scan | null): Scan['services'][number] | null {
  return after?.services.find((service) => service.examined.service.name === name) ?? null;
}

function reportedSources({ services, advisories }: Scan, ledger: Ledger): ReportedSources {
  const indexes = new Map(
    services.flatMap(({ index }) => index.sources.map((source) => [source.url, source.readFrom])),
  );
  return {
    indexes: [...indexes].map(([url, readFrom]) => ({
      url,
      readFrom,
      evidence: [
        ledger.add({
          id: `evidence:index:${url}`,
          claim: `what is published was asked of ${url}`,
          verdict: 'proven',
          how: readFrom,
          seen: 'its pages and metadata were read',
        }),
      ],
    })),
    ...reportedAdvisorySources(advisories, ledger),
  };
}

/** What was written is proven by what was read again, text by text. */
function reportedWrite({ written, write, after }: Repaired, ledger: Ledger): Report['written'] {
  if (written === null) return null;
  const expected = new Map(write.files.map((file) => [file.path, file.after]));
  const differs = written.paths.filter((path) => after?.project.files.get(path)?.text !== expected.get(path));
  const record = ledger.add({
    id: 'evidence:written',
    claim: `${written.paths.join(', ')} hold what the plan says`,
    verdict: after === null ? 'unknown' : differs.length === 0 ? 'proven' : 'refuted',
    how: 'written, then read again',
    seen: `run ${written.run}${differs.length === 0 ? '' : `; read otherwise: ${differs.join(', ')}`}`,
  });
  return { run: written.run, files: written.paths, evidence: [record] };
}

function reportedRefusals({ write }: Planned, ledger: Ledger): Report['refused'] {
  return write.refused.map(({ service, change, subject, why, hint, with: other, triedOut }) => ({
    ...{ package: subject, service, ...(other === undefined ? {} : { with: other }) },
    why,
    ...(hint === undefined ? {} : { hint }),
    evidence: [
      ledger.add({
        id: `evidence:refused:${service}:${change?.requirement?.id ?? subject}`,
        claim: triedOut
          ? `the changes of ${subject} may be written`
          : `the change of ${subject} can be written`,
        verdict: 'refuted',
        how: triedOut ? 'trying the plan out' : 'working out the edits',
        seen: why,
      }),
    ],
  }));
}
