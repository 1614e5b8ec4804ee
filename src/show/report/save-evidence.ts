import type { Repaired } from '../../change/repaired.ts';
import type { World } from '../../io/world.ts';
import type { Signer } from '../../prove/evidence/signing-key.ts';
import { fileSubjects } from '../../prove/evidence/subject.ts';
import { writeEvidence } from '../../prove/evidence/write-evidence.ts';
import type { WrittenEvidence } from '../../prove/evidence/write-evidence.ts';
import type { Report } from './report.ts';

/**
 * Keeps all that a report rests on beside it, as chained records with an attestation about the files that were written; null where
 * nothing was. `startedAt`: of the run. Errors as `Files.writeAtomic`.
 */
export async function saveEvidence(
  { scan: { project }, written }: Repaired,
  report: Report,
  startedAt: Date,
  world: Pick<World, 'environment' | 'files'>,
  signer: Signer | null = null,
): Promise<WrittenEvidence | null> {
  if (written === null) return null;
  const inputs = [...project.files.values()].map(({ path, digest }) => [path, `sha256:${digest}`] as const);
  const run = {
    id: written.run,
    tool: report.tool,
    startedAt: startedAt.toISOString(),
    inputs: Object.fromEntries(inputs),
  };
  const subjects = await fileSubjects(project.root, written.paths, world);
  return writeEvidence(project.root, { run, evidence: report.evidence, subjects }, world, signer);
}
