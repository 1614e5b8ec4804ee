import { execFile } from 'node:child_process';
import { readdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '../../../io/environment-secrets.ts';

/** A PostgreSQL server's programs. */
export interface ServerPrograms {
  /** Holds `postgres` and `initdb`. */
  readonly folder: string;
  readonly major: number;
  /** What they need of the environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Where Debian, Red Hat's packages and Homebrew put versions beside each other, out of the PATH. */
const KEPT: readonly (readonly [parent: string, name: RegExp, within: string])[] = [
  ['/usr/lib/postgresql', /^\d+$/, 'bin'],
  ['/usr', /^pgsql-\d+$/, 'bin'],
  ['/opt/homebrew/opt', /^postgresql@\d+$/, 'bin'],
  ['/usr/local/opt', /^postgresql@\d+$/, 'bin'],
];

/** The servers that are installed on this machine, newest first. */
export async function installedServers(environment: Environment): Promise<readonly ServerPrograms[]> {
  const places = [...(environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')];
  for (const [parent, name, within] of KEPT)
    for (const entry of await namesIn(parent)) if (name.test(entry)) places.push(join(parent, entry, within));
  const folders = new Set<string>();
  for (const place of places) {
    const program = await resolved(join(place, 'postgres'));
    // A link of `postgres` alone leads to where the others are.
    if (program !== null && (await resolved(join(dirname(program), 'initdb'))) !== null)
      folders.add(dirname(program));
  }
  const found = await Promise.all([...folders].map((folder) => asked(folder, {})));
  return found.filter((server) => server !== null).sort((a, b) => b.major - a.major);
}

/** Null: it does not run here, or is none. Asked for its version even root may call it. */
export async function asked(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<ServerPrograms | null> {
  try {
    const { stdout } = await promisify(execFile)(join(folder, 'postgres'), ['--version'], {
      env: environment,
      timeout: 10_000,
    });
    const major = /^postgres \(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
    return major === undefined ? null : { folder, major: Number(major), environment };
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

async function resolved(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '');
}
