import { changedSince } from '../index.ts';
import type { Job, World } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { print } from './output.ts';

/** The job on what changed since `--since`, or as it is without it; null: nothing changed. */
export function changedJob(job: Job, { since }: JobFlags, world: World): Promise<Job | null> {
  return since === undefined ? Promise.resolve(job) : changedSince(job, since, world);
}

export async function noneChanged({ since = '', json }: JobFlags): Promise<ExitCode> {
  const told = { schemaVersion: '1', since, services: [] };
  await print(
    json === true
      ? `${JSON.stringify(told, null, 2)}\n`
      : `no service has a file that changed since ${JSON.stringify(since)}: nothing was looked at\n`,
  );
  return 0;
}
