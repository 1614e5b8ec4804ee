import { resolve } from 'node:path';
import {
  closeWorld,
  evidenceScreen,
  findAttestation,
  openVerifier,
  openWorld,
  verifyEvidence,
} from '../index.ts';
import type { VerifiedEvidence } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import { fromHere } from './next-command.ts';
import { print, screenOptions } from './output.ts';

export interface EvidenceFlags {
  readonly key?: string;
  readonly json?: boolean;
}

/** `fettle evidence verify` and, with all that was run, `fettle evidence show`: exit code 1 where it does not hold. */
export async function runEvidence(
  target: string | null,
  full: boolean,
  flags: EvidenceFlags,
): Promise<ExitCode> {
  const world = await openWorld({
    cacheDir: null,
    environment: process.env,
    offline: true,
    onWarning: () => undefined,
  });
  try {
    const found = await findAttestation(target, resolve('.'), world.files);
    const verifier = flags.key === undefined ? null : await openVerifier(flags.key, world);
    const verified = await verifyEvidence(found, verifier, world);
    await print(flags.json === true ? json(verified) : evidenceScreen(verified, screenOptions(full)));
    return verified.broken.length === 0 ? 0 : 1;
  } finally {
    await closeWorld(world);
  }
}

function json({ path, broken, ...rest }: VerifiedEvidence): string {
  const value = { path: fromHere(path), intact: broken.length === 0, broken, ...rest };
  return `${JSON.stringify(value, null, 2)}\n`;
}
