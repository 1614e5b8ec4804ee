import { basename, dirname, join, resolve } from 'node:path';
import { STATE_FOLDER } from '../../change/state-folder.ts';
import { UserFacingError } from '../../domain/errors.ts';
import type { Files } from '../../io/files.ts';
import { ATTESTATION_FILE } from './write-evidence.ts';

/** Where an attestation lies, and the root of the project whose files it speaks of. Absolute paths. */
export interface FoundAttestation {
  readonly path: string;
  readonly root: string;
}

/**
 * The attestation that is meant by the name of a run, a file, a run's folder or a project's folder (its newest), in this order; by
 * null, the newest of the project in `folder`. Throws `invalid-evidence` where there is none.
 */
export async function findAttestation(
  target: string | null,
  folder: string,
  files: Files,
): Promise<FoundAttestation> {
  const ofRun = target === null || !/^\w[\w.-]*$/.test(target) ? null : runPath(folder, target);
  if (ofRun !== null && (await files.realPath(ofRun)) !== null) return { path: ofRun, root: folder };
  const place = resolve(folder, target ?? '.');
  const isFolder = (await files.list(place)) !== null;
  if (!isFolder) return { path: place, root: rootOf(place) ?? folder };
  const inside = join(place, ATTESTATION_FILE);
  if ((await files.realPath(inside)) !== null) return { path: inside, root: rootOf(inside) ?? folder };
  return { path: await newest(place, files), root: place };
}

function runPath(root: string, run: string): string {
  return join(root, STATE_FOLDER, 'runs', run, ATTESTATION_FILE);
}

/** Runs have their time in their names. */
export function runsNewestFirst(runs: readonly string[]): readonly string[] {
  return runs.toSorted((a, b) => (timeIn(a) < timeIn(b) ? 1 : timeIn(a) > timeIn(b) ? -1 : 0));
}

async function newest(root: string, files: Files): Promise<string> {
  const entries = (await files.list(join(root, STATE_FOLDER, 'runs'))) ?? [];
  const runs = entries.filter(({ kind }) => kind === 'directory').map(({ name }) => name);
  for (const run of runsNewestFirst(runs))
    if ((await files.realPath(runPath(root, run))) !== null) return runPath(root, run);
  throw new UserFacingError('invalid-evidence', `no run in ${join(root, STATE_FOLDER)} left evidence`, {
    hint: 'fettle fix, verify and deploy write it; or name an attestation.json',
  });
}

/** "20261127T043000" of "2026-11-27T04-30-00-000Z" and of "shop-20261127t043000-k3f9", with what makes the order of the rest. */
function timeIn(run: string): string {
  const time = /(\d{4})-?(\d\d)-?(\d\d)[tT](\d\d)-?(\d\d)-?(\d\d)/.exec(run)?.slice(1).join('') ?? '';
  return `${time} ${run}`;
}

/** `ROOT/.fettle/runs/RUN/attestation.json` is of ROOT. */
function rootOf(path: string): string | null {
  const runs = dirname(dirname(path));
  const state = dirname(runs);
  return basename(runs) === 'runs' && basename(state) === STATE_FOLDER ? dirname(state) : null;
}
