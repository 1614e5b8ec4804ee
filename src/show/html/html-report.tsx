import type { ComponentChildren } from 'preact';
import type { Rollout } from '../../domain/rollout.ts';
import type { Report } from '../report/report.ts';
import { Records } from './cited.tsx';
import { packageGraph } from './package-graph.ts';
import { page } from './page.tsx';
import type { PageAssets, PageSection } from './page.tsx';
import { harmless } from '../report/harmless.ts';
import { staysBeside } from '../report/refusals.ts';
import { changesOf } from './sections/changes.tsx';
import { edits } from './sections/edits.tsx';
import { findings } from './sections/findings.tsx';
import { compatibility } from './sections/matrix.tsx';
import { NotChecked } from './sections/not-checked.tsx';
import { leftOpen } from './sections/open.tsx';
import { packages } from './sections/packages.tsx';
import { perService } from './sections/per-service.tsx';
import { learned, policy } from './sections/policy.tsx';
import { EvidenceRecords } from './sections/records.tsx';
import { RolloutParts } from './sections/rollout.tsx';
import { severities } from './sections/severities.tsx';
import { sources } from './sections/sources.tsx';
import { verification } from './sections/verification.tsx';
import { VerdictHead } from './sections/verdict.tsx';

const TITLES = {
  audit: 'Advisories of what is pinned or locked',
  scan: 'Dependency findings',
  plan: 'Dependency update plan',
  fix: 'Dependency updates',
} as const;

/**
 * The report as one HTML file that loads nothing: the answer first, then what changes and why, and all that it rests on. Whatever an index, an
 * advisory, a file or a log brought into it is text and nothing else.
 */
export function htmlReport(given: Report, rollouts: readonly Rollout[], assets: PageAssets): string {
  const report = harmless(given);
  const graphs = report.services.map(packageGraph);
  const numbers = new Map(report.evidence.map(({ id }, at) => [id, at + 1]));
  const within = (body: ComponentChildren): ComponentChildren => (
    <Records.Provider value={numbers}>{body}</Records.Provider>
  );
  const sections: readonly PageSection[] = [
    {
      id: 'changes',
      title: report.written === null ? 'Plan' : 'Changes',
      body: perService(report, (service) => changesOf(service, staysBeside(report, service))),
    },
    { id: 'open', title: 'Left open', body: leftOpen(report) },
    { id: 'findings', title: 'Findings', body: findings(report) },
    { id: 'packages', title: 'Dependency graph', body: packages(report, graphs) },
    { id: 'matrix', title: 'Compatibility', body: compatibility(report) },
    { id: 'vulnerabilities', title: 'Vulnerabilities', body: severities(report) },
    { id: 'verification', title: 'Verification', body: verification(report) },
    ...harmless(rollouts).map((rollout, at) => ({
      id: `rollout-${at + 1}`,
      title: `Rollout ${rollout.request.id}`,
      body: <RolloutParts rollout={rollout} />,
    })),
    { id: 'edits', title: report.written === null ? 'Patch' : 'Written', body: edits(report) },
    { id: 'not-checked', title: 'Not checked', body: <NotChecked report={report} /> },
    { id: 'policy', title: 'Policy', body: policy(report) },
    { id: 'learned', title: 'Learned by running', body: learned(report) },
    { id: 'sources', title: 'Sources', body: sources(report) },
    { id: 'evidence', title: 'Evidence', body: <EvidenceRecords records={report.evidence} /> },
  ];
  return page(
    {
      title: TITLES[report.stage],
      head: <Records.Provider value={numbers}>{<VerdictHead report={report} />}</Records.Provider>,
      sections: sections
        .filter(({ body }) => body !== null)
        .map((section) => ({ ...section, body: within(section.body) })),
      foot: `fettle ${report.tool.version ?? ''} · ${report.day} · schema version ${report.schemaVersion}`,
      data: { graphs },
    },
    assets,
  );
}
