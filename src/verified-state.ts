import { join } from 'node:path';
import { STATE_FOLDER } from './change/state-folder.ts';
import { UserFacingError } from './domain/errors.ts';
import type { Evidence } from './domain/evidence.ts';
import type { SourceFile } from './domain/project.ts';
import { LEVELS } from './domain/verification.ts';
import type { Level } from './domain/verification.ts';
import type { World } from './io/world.ts';
import { verifyEvidence } from './prove/evidence/verify-evidence.ts';
import type { VerifiedEvidence } from './prove/evidence/verify-evidence.ts';
import { ATTESTATION_FILE } from './prove/evidence/write-evidence.ts';

/** What a run has shown of the very files that are there now. */
export interface VerifiedState {
  readonly run: string;
  /** The deepest level that was tried. */
  readonly level: Level;
  /** Of all levels as far as that one. */
  readonly verdict: Evidence['verdict'];
  /** The deepest level as far as which all is proven; null: none. */
  readonly provenTo: Level | null;
}

/** The newest run that verified the files as they are now, its records intact; null: none did. */
export async function verifiedState(
  root: string,
  files: ReadonlyMap<string, SourceFile>,
  service: string,
  world: Pick<World, 'files'>,
): Promise<VerifiedState | null> {
  const runs = (await world.files.list(join(root, STATE_FOLDER, 'runs'))) ?? [];
  for (const { name, kind } of runs.toReversed()) {
    const path = join(root, STATE_FOLDER, 'runs', name, ATTESTATION_FILE);
    if (kind !== 'directory' || (await world.files.realPath(path)) === null) continue;
    const state = await stateOf(path, root, files, service, world);
    if (state !== null) return state;
  }
  return null;
}

async function stateOf(
  path: string,
  root: string,
  files: ReadonlyMap<string, SourceFile>,
  service: string,
  world: Pick<World, 'files'>,
): Promise<VerifiedState | null> {
  const evidence = await verifyEvidence({ path, root }, null, world).catch((error: unknown) => {
    // What is no attestation proves nothing; an older run may.
    if (error instanceof UserFacingError) return null;
    throw error;
  });
  if (evidence === null || evidence.broken.length > 0 || !isAbout(evidence, files)) return null;
  const tried = LEVELS.flatMap((level) => {
    const verdict = verdictAt(evidence, level, service);
    return verdict === null ? [] : [{ level, verdict }];
  });
  const last = tried.at(-1);
  if (last === undefined) return null;
  const failing = tried.findIndex(({ verdict }) => verdict !== 'proven');
  return {
    run: evidence.run.id,
    level: last.level,
    verdict: worst(tried.map(({ verdict }) => verdict)),
    provenTo: (failing === -1 ? last : (tried[failing - 1] ?? null))?.level ?? null,
  };
}

/** Every file as it was when the run ended: those that it wrote are among what it speaks of, the others it has read. */
function isAbout({ run, subjects }: VerifiedEvidence, files: ReadonlyMap<string, SourceFile>): boolean {
  const then = new Map(Object.entries(run.inputs));
  for (const { kind, name, sha256 } of subjects) if (kind === 'file') then.set(name, `sha256:${sha256}`);
  return (
    files.size > 0 && [...files.values()].every(({ path, digest }) => then.get(path) === `sha256:${digest}`)
  );
}

/** Null: it was not tried. */
function verdictAt({ records }: VerifiedEvidence, level: Level, service: string): Evidence['verdict'] | null {
  const id = `evidence:${level}:after:${service}`;
  const verdicts = records
    .map(({ evidence }) => evidence)
    .filter((one) => one.id === id || one.id.startsWith(`${id}:`))
    .map(({ verdict }) => verdict);
  return verdicts.length === 0 ? null : worst(verdicts);
}

function worst(verdicts: readonly Evidence['verdict'][]): Evidence['verdict'] {
  return (['refuted', 'unknown'] as const).find((one) => verdicts.includes(one)) ?? 'proven';
}
