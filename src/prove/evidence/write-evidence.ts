import { join } from 'node:path';
import { bytesOf } from '../../change/source-bytes.ts';
import { makeStateFolder, STATE_FOLDER } from '../../change/state-folder.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { World } from '../../io/world.ts';
import { attestationText } from './envelope.ts';
import { recordable } from './recordable.ts';
import { chain, headOf, recordLines } from './records.ts';
import type { RunIdentity } from './records.ts';
import type { Signer } from './signing-key.ts';
import { RECORDS_FILE, statementOf } from './statement.ts';
import type { Subject } from './subject.ts';

export const ATTESTATION_FILE = 'attestation.json';

/** All that a run has shown. */
export interface RunEvidence {
  readonly run: RunIdentity;
  readonly evidence: readonly Evidence[];
  readonly subjects: readonly Subject[];
}

export interface WrittenEvidence {
  /** Relative to the root: ".fettle/runs/<run>/attestation.json". */
  readonly path: string;
  /** The digest that stands for all records. */
  readonly head: string;
  /** Null: unsigned, which proves no more than that it is consistent in itself. */
  readonly keyid: string | null;
}

/**
 * Writes the records of a run and the attestation of them into `.fettle/runs/<run>`; each file whole or not at all. Every text is
 * masked with this environment's secrets. Errors as `Files.writeAtomic`.
 */
export async function writeEvidence(
  root: string,
  { run, evidence, subjects }: RunEvidence,
  world: Pick<World, 'environment' | 'files'>,
  signer: Signer | null = null,
): Promise<WrittenEvidence> {
  if (!/^\w[\w.-]{0,99}$/.test(run.id)) throw new Error(`no name of a run: ${run.id}`);
  const records = chain(
    run,
    evidence.map((one) => recordable(one, world.environment)),
  );
  const folder = await makeStateFolder(root, `runs/${run.id}`, world.files);
  const attestation = attestationText(statementOf(records, subjects), signer);
  await world.files.writeAtomic(join(folder, RECORDS_FILE), bytesOf(recordLines(records)));
  await world.files.writeAtomic(join(folder, ATTESTATION_FILE), bytesOf(attestation));
  return {
    path: `${STATE_FOLDER}/runs/${run.id}/${ATTESTATION_FILE}`,
    head: headOf(records),
    keyid: signer?.keyid ?? null,
  };
}
