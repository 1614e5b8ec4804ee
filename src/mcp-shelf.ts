import { join, sep } from 'node:path';
import { STATE_FOLDER } from './change/state-folder.ts';
import { UserFacingError } from './domain/errors.ts';
import type { Files } from './io/files.ts';
import type { World } from './io/world.ts';
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
        for (const run of await runsIn(root, files))
          if ((await fileOf(root, run, 'report.md', files)) !== null) found.push({ root: at, run });
      return found.toSorted((a, b) => (a.run < b.run ? 1 : -1)).slice(0, MOST_RUNS);
    },
    read: async ({ root, run }) => {
      const folder = (await roots.all())[root];
      const file = folder === undefined ? null : await fileOf(folder, run, 'report.md', files);
      const bytes = file === null ? null : await files.read(file, MOST_BYTES);
      return bytes === null ? null : new TextDecoder().decode(bytes);
    },
  };
}

/** The newest first. */
async function runsIn(folder: string, files: Files): Promise<readonly string[]> {
  const entries = (await files.list(join(folder, STATE_FOLDER, 'runs'))) ?? [];
  const names = entries.filter(({ kind }) => kind === 'directory').map(({ name }) => name);
  return names
    .filter((name) => /^\w[\w.-]{0,199}$/.test(name))
    .toSorted()
    .toReversed();
}

/** The path of a file that a run left; null: there is none, or a link leads to another, such as the project's own `.env`. `folder` is real. */
async function fileOf(folder: string, run: string, name: string, files: Files): Promise<string | null> {
  const path = join(folder, STATE_FOLDER, 'runs', run, name);
  return (await files.realPath(path)) === path ? path : null;
}

/** The report of a run as its file holds it; null: of the newest that left one. Throws `usage` where there is none. */
export async function keptReport(
  { real }: PlaceInRoot,
  run: string | null,
  { files }: Pick<World, 'files'>,
): Promise<{ readonly run: string; readonly value: unknown }> {
  for (const name of run === null ? await runsIn(real, files) : [run]) {
    const file = await fileOf(real, name, 'report.json', files);
    const bytes = file === null ? null : await files.read(file, MOST_BYTES);
    if (bytes !== null) return { run: name, value: parsed(bytes, name) };
  }
  throw new UserFacingError(
    'usage',
    run === null ? 'no run left a report there' : `there is no report of run ${run}`,
    {
      hint: 'fix and verify leave one in .fettle/runs; scan and plan leave none',
    },
  );
}

function parsed(bytes: Uint8Array, run: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new UserFacingError('invalid-file', `the report of run ${run} is no JSON`, { cause: error });
  }
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
