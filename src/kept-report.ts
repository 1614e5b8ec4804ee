import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { STATE_FOLDER } from './change/state-folder.ts';
import { UserFacingError } from './domain/errors.ts';
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
const MOST_BYTES = 256 * 1024 * 1024;
const HINT = 'fettle fix, and fettle verify, keep a report for each run in .fettle/runs';

/**
 * The report of a run of the project in `directory`: by the run's name, or of the newest by "last". What lies there may be anybody's: it is
 * held against schemas/report-1.json.
 * @throws UserFacingError `invalid-report` where there is none, or it is none.
 */
export async function keptReport(
  directory: string,
  run: string,
  { files }: Pick<World, 'files'>,
): Promise<KeptReport> {
  if (!/^\w[\w.-]*$/.test(run))
    throw new UserFacingError('invalid-report', `"${plain(run)}" is no name of a run`, { hint: HINT });
  const { folder: root } = await locateRoot(files, directory, []);
  const names = run === 'last' ? await runsOf(root, files) : [run];
  for (const name of names) {
    const path = `${STATE_FOLDER}/runs/${name}/report.json`;
    const bytes = await files.read(join(root, path), MOST_BYTES);
    if (bytes !== null) return { report: await checked(bytes, path, files), root, path };
  }
  const what = run === 'last' ? 'no run' : `no run ${run}`;
  throw new UserFacingError('invalid-report', `${what} left a report in ${join(root, STATE_FOLDER)}`, {
    hint: HINT,
  });
}

async function runsOf(root: string, files: World['files']): Promise<readonly string[]> {
  const entries = (await files.list(join(root, STATE_FOLDER, 'runs'))) ?? [];
  return runsNewestFirst(entries.filter(({ kind }) => kind === 'directory').map(({ name }) => name));
}

async function checked(bytes: Uint8Array, path: string, files: World['files']): Promise<Report> {
  return checkedReport(parsed(bytes, path), path, await reportSchema(files));
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
