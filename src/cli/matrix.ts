import { matrix, matrixScreen, reportedMatrix, unreadIn } from '../index.ts';
import type { JobMatrix } from '../index.ts';
import { matrixExit } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { print, screenOptions } from './output.ts';
import { inSession } from './session.ts';
import { version } from './version.ts';

export interface MatrixFlags extends JobFlags {
  /** False: `--no-plan`. */
  readonly plan: boolean;
}

/** `fettle matrix`: on which Pythons and platforms the lines hold, as they are and as the plan would write them. Writes nothing. */
export async function runMatrix(directory: string, flags: MatrixFlags): Promise<ExitCode> {
  return inSession(directory, flags, async ({ job, world, progress }) => {
    const judged = await matrix(job, world, { withPlan: flags.plan }, progress.watch);
    progress.done();
    await print(
      flags.json === true ? json(judged) : matrixScreen(told(judged), screenOptions(flags.verbose ?? false)),
    );
    return matrixExit(judged, job.pythons.length + job.platforms.length > 0);
  });
}

function named({ services }: JobMatrix): Parameters<typeof matrixScreen>[0] {
  return services.map((one) => ({ name: one.service.name, matrix: reportedMatrix(one) }));
}

/** Each with what could not be read of it. */
function told(judged: JobMatrix): Parameters<typeof matrixScreen>[0] {
  return named(judged).map((one, at) => ({ ...one, unread: unreadIn([judged.services[at]!.service]) }));
}

function json(judged: JobMatrix): string {
  const tool = { name: 'fettle', version: version() };
  return `${JSON.stringify({ schemaVersion: '1', tool, services: named(judged) }, null, 2)}\n`;
}
