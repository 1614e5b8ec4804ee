import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { STATE_FOLDER } from './change/state-folder.ts';
import { UserFacingError } from './domain/errors.ts';
import { readInPlace } from './io/read-in-place.ts';
import type { World } from './io/world.ts';
import { runsNewestFirst } from './prove/evidence/find-attestation.ts';
import { locateRoot } from './read/manifests/locate-root.ts';
import { plain } from './show/report/plain-text.ts';
import type { Report } from './show/report/report.ts';

/** A report that a run left, with where it lies. */
export interface KeptReport {
  readonly report: Report;
  /** The project's folder, and the report's path in it. */
  readonly root: string;
  readonly path: string;
}

/** Of five thousand packages a report takes some twenty megabytes. */
const MOST_BYTES = 64 * 1024 * 1024;
const HINT = 'fettle fix, and fettle verify, keep a report for each run in .fettle/runs';
/** A name that leads to no other folder, and to no option of a command. */
const NAME = /^\w[\w.-]{0,199}$/;

/** The report of a run of the project that `directory` is in, as `keptReport` gives it. */
export async function projectReport(
  directory: string,
  run: string | null,
  world: Pick<World, 'files'>,
): Promise<KeptReport> {
  const { folder } = await locateRoot(world.files, directory, []);
  return keptReport(folder, run, world);
}

/**
 * The report of a run of the project in `folder`, its real path: by the run's name; null: of the newest that left one. What lies there may be
 * anybody's: it is read where it stands and by no link, and held against schemas/report-1.json.
 * @throws UserFacingError `invalid-report` where there is none, or it is none.
 */
export async function keptReport(
  folder: string,
  run: string | null,
  { files }: Pick<World, 'files'>,
): Promise<KeptReport> {
  if (run !== null && !NAME.test(run))
    throw new UserFacingError('invalid-report', `"${plain(run)}" is no name of a run`, { hint: HINT });
  for (const name of run === null ? await runsOf(folder, files) : [run]) {
    const path = runPath(name, 'report.json');
    const bytes = await readInPlace(join(folder, path), MOST_BYTES);
    if (bytes === null) continue;
    const report = await checkedReport(parsed(bytes, path), path, await reportSchema(files));
    return { report, root: folder, path };
  }
  const what = run === null ? 'no run' : `no run ${run}`;
  throw new UserFacingError('invalid-report', `${what} left a report in ${join(folder, STATE_FOLDER)}`, {
    hint: HINT,
  });
}

/** The names of runs, the newest first. */
export async function runsOf(folder: string, files: World['files']): Promise<readonly string[]> {
  const entries = (await files.list(join(folder, STATE_FOLDER, 'runs'))) ?? [];
  const names = entries.filter(({ kind }) => kind === 'directory').map(({ name }) => name);
  return runsNewestFirst(names.filter((name) => NAME.test(name)));
}

/** Where a run's file lies in its project. */
export function runPath(run: string, name: string): string {
  return `${STATE_FOLDER}/runs/${run}/${name}`;
}

/** A value that was read at `path`, held against the published schema. Throws UserFacingError `invalid-report`. */
export async function checkedReport(value: unknown, path: string, schema: object): Promise<Report> {
  const { reportIssue } = await import('./report-issue.ts');
  const judged = reportIssue(value, schema);
  if (!('issue' in judged)) return judged;
  throw new UserFacingError(
    'invalid-report',
    `${path} is no report of this version: ${plain(judged.issue)}`,
    {
      hint: 'another version of fettle wrote it, or somebody changed it: run the command again',
    },
  );
}

function parsed(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new UserFacingError('invalid-report', `${path} is not JSON`, { cause: error, hint: HINT });
  }
}

/** As it is published, seen from a chunk of the build and from the sources. */
const SCHEMAS = ['../../schemas/', '../schemas/'];

export async function reportSchema(files: World['files']): Promise<object> {
  for (const folder of SCHEMAS) {
    const bytes = await files.read(fileURLToPath(new URL(`${folder}report-1.json`, import.meta.url)));
    if (bytes !== null) return JSON.parse(new TextDecoder().decode(bytes)) as object;
  }
  throw new Error('the package has no schemas/report-1.json');
}
