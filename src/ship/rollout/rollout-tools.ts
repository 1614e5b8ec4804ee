import { setTimeout } from 'node:timers/promises';
import type { PlatformName } from '../../domain/deploy-settings.ts';
import type { Environment } from '../../io/environment-secrets.ts';
import { masked } from '../../io/masked.ts';
import type { Platform } from '../deployment/platform.ts';

/** What a rollout is worked at with; the same on every machine that has a worker. */
export interface RolloutTools {
  readonly platformOf: (name: PlatformName) => Platform;
  /** Bytes that were kept under their digest; null: there are none. */
  readonly kept: (digest: string) => Promise<Uint8Array | null>;
  /** Whose secrets are in no text of a rollout. */
  readonly environment: Environment;
  /** Waits within a step, without a record: between probes, and where another execution is let go first. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** Longer than any sentence of ours. */
const LONGEST = 600;

/** A text from outside as it may be kept: masked, on one line, bounded. */
export function clean(text: string, { environment }: Pick<RolloutTools, 'environment'>): string {
  const line = masked(text.slice(0, 20 * LONGEST), environment)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '')}…`;
}

export async function pauseFor(ms: number, tools: RolloutTools): Promise<void> {
  await (tools.pause ?? setTimeout)(ms);
}
