import { join, sep } from 'node:path';
import { UserFacingError } from './domain/errors.ts';
import { fileState } from './io/file-state.ts';
import type { Files } from './io/files.ts';
import { readInPlace } from './io/read-in-place.ts';
import type { World } from './io/world.ts';
import { runPath, runsOf } from './kept-report.ts';
import type { McpRoots, PlaceInRoot } from './mcp-roots.ts';
import { findAttestation } from './prove/evidence/find-attestation.ts';
import type { Verifier } from './prove/evidence/signing-key.ts';
import { verifyEvidence } from './prove/evidence/verify-evidence.ts';
import type { KeptRun, ReportShelf } from './show/mcp/resources.ts';
import type { EvidenceAnswer } from './show/mcp/verbs.ts';

const MOST_RUNS = 20;
const MOST_BYTES = 64 * 1024 * 1024;

/** The reports that runs have left in the roots themselves. */
export function reportShelf(roots: McpRoots, files: Files): ReportShelf {
  return {
    list: async () => {
      const all = await roots.all();
      const found: KeptRun[] = [];
      for (const [at, root] of all.entries())
        for (const run of await runsOf(root, files))
          if ((await fileState(join(root, runPath(run, 'report.md'))))?.kind === 'file')
            found.push({ root: at, run });
      return found.toSorted((a, b) => (a.run < b.run ? 1 : -1)).slice(0, MOST_RUNS);
    },
    read: async ({ root, run }) => {
      const folder = (await roots.all())[root];
      const path = folder === undefined ? null : join(folder, runPath(run, 'report.md'));
      const bytes = path === null ? null : await readInPlace(path, MOST_BYTES);
      return bytes === null ? null : new TextDecoder().decode(bytes);
    },
  };
}

/** What is to be said of the evidence of a run; null: of the newest. */
export async function foundEvidence(
  { real }: PlaceInRoot,
  run: string | null,
  verifier: Verifier | null,
  world: Pick<World, 'files'>,
): Promise<EvidenceAnswer> {
  const found = await findAttestation(run, real, world.files);
  const place = await world.files.realPath(found.path);
  if (place === null || !place.startsWith(`${real}${sep}`))
    throw new UserFacingError(
      'invalid-evidence',
      run === null ? 'no run left evidence' : `run ${run} left no evidence`,
      {
        hint: 'fix and verify leave it in .fettle/runs',
      },
    );
  const verified = await verifyEvidence(found, verifier, world);
  const { broken, signature, subjects, records } = verified;
  return {
    ...{ run: verified.run.id, intact: broken.length === 0, broken, signature, records: records.length },
    subjects: subjects.map(({ name, kind, state }) => ({ name, kind, state })),
  };
}
