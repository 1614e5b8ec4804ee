import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserFacingError } from '../../../domain/errors.ts';
import { cannotWrite } from '../../../io/file-problems.ts';
import { masked } from '../../../io/masked.ts';
import type { ServerAccount } from './server-account.ts';
import { giveTo } from './server-account.ts';
import type { ServerFolder } from './server-folder.ts';
import type { ServerPrograms } from './server-programs.ts';

/** The one user of an embedded database. */
export const DATABASE_USER = 'fettle';

/**
 * Makes the data folder, whole or not at all: one that was killed meanwhile left only a draft, which is made anew. Who connects has to
 * know a password that stands in a file of this user alone. Errors: UserFacingError with what `initdb` said.
 */
export async function makeCluster(
  folder: ServerFolder,
  server: ServerPrograms,
  account: ServerAccount,
): Promise<void> {
  const draft = join(folder.path, 'draft');
  const password = randomBytes(24).toString('base64url');
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
    await writeFile(join(draft, 'password'), password, { mode: 0o600 });
    await giveTo(draft, account);
    await initialised(draft, server, account);
    await writeFile(folder.passwordFile, password, { mode: 0o600 });
    await rename(join(draft, 'data'), folder.cluster);
  } catch (error) {
    if (error instanceof UserFacingError) throw error;
    throw cannotWrite(folder.path, error);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function initialised(draft: string, server: ServerPrograms, account: ServerAccount): Promise<void> {
  const child = spawn(
    join(server.folder, 'initdb'),
    [
      ...['-D', join(draft, 'data'), '--username', DATABASE_USER, '--encoding', 'UTF8', '--locale', 'C'],
      ...['--auth', 'scram-sha-256', '--pwfile', join(draft, 'password')],
    ],
    {
      cwd: draft,
      env: { ...server.environment, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw notMade(draft, said);
}

function notMade(draft: string, said: string): UserFacingError {
  const lines = masked(said, {}).trim().split('\n');
  const reason = lines.filter((line) => /error|fatal|could not|must/i.test(line)).at(-1) ?? lines.at(-1);
  return new UserFacingError('engine-unavailable', `The engine’s database could not be made: ${reason}.`, {
    hint: /no space/i.test(said)
      ? `Free some space: it takes about 50 MB in ${join(draft, '..')}.`
      : `It is made in ${join(draft, '..')} by "initdb"; or name a server with --engine URL.`,
    outside: true,
  });
}
