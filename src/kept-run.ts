import type { Scan } from './decide/findings/scan.ts';
import type { World } from './io/world.ts';
import type { Signer } from './prove/evidence/signing-key.ts';
import { keepReport } from './show/html/keep-report.ts';
import type { Report } from './show/report/report.ts';
import { saveEvidence } from './show/report/save-evidence.ts';
import { saveLearned } from './show/report/save-learned.ts';
import { saveLogs } from './show/report/save-logs.ts';
import type { Verified } from './verify.ts';

/** What a run leaves in `.fettle/runs`: its report, its evidence, what builders said, and what was learned. */
export async function keepRun(
  scan: Pick<Scan, 'project'>,
  run: { readonly id: string; readonly paths: readonly string[]; readonly startedAt: Date },
  report: Report,
  {
    world,
    signer,
    verified,
  }: {
    readonly world: World;
    readonly signer: Signer | null;
    readonly verified: Verified | null;
  },
): Promise<string> {
  const { root } = scan.project;
  const saved = await keepReport(root, run.id, report, world);
  if (verified !== null) {
    await saveLogs(root, run.id, verified.logs, world);
    await saveLearned(root, run.id, verified.learned, world);
  }
  await saveEvidence(scan, run, report, world, signer);
  return saved;
}
