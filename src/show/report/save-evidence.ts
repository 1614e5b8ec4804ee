import type { Scan } from '../../decide/findings/scan.ts';
import type { World } from '../../io/world.ts';
import type { Signer } from '../../prove/evidence/signing-key.ts';
import { fileSubjects } from '../../prove/evidence/subject.ts';
import { writeEvidence } from '../../prove/evidence/write-evidence.ts';
import type { WrittenEvidence } from '../../prove/evidence/write-evidence.ts';
import type { Report } from './report.ts';

/** A run: its name in `.fettle/runs`, and the files that its evidence speaks of, relative to the root. */
export interface SavedRun {
  readonly id: string;
  readonly paths: readonly string[];
  readonly startedAt: Date;
}

/**
 * Keeps all that a report rests on beside it, as chained records with an attestation about the files. Errors as
 * `Files.writeAtomic`.
 */
export async function saveEvidence(
  { project }: Pick<Scan, 'project'>,
  { id, paths, startedAt }: SavedRun,
  report: Report,
  world: Pick<World, 'environment' | 'files'>,
  signer: Signer | null = null,
): Promise<WrittenEvidence> {
  const inputs = [...project.files.values()].map(({ path, digest }) => [path, `sha256:${digest}`] as const);
  const run = {
    ...{ id, tool: report.tool, startedAt: startedAt.toISOString() },
    inputs: Object.fromEntries(inputs),
  };
  const subjects = await fileSubjects(project.root, paths, world);
  return writeEvidence(project.root, { run, evidence: report.evidence, subjects }, world, signer);
}
