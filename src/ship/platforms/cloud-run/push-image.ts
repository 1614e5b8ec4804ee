import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { maskedCommand, masked } from '../../../io/masked.ts';
import { nodeWorkplace } from '../../../io/workplace.ts';
import { builderCommand } from '../../../prove/images/builder.ts';
import type { Builder } from '../../../prove/images/builder.ts';
import { builderEnvironment } from '../../../prove/images/builder-environment.ts';
import { withStore } from '../../../prove/images/use-store.ts';
import type { Answer } from '../../deployment/platform.ts';
import type { Cloud } from './cloud.ts';
import { done } from './google-call.ts';
import { refused } from './google-failure.ts';
import { isLoopback } from './google-endpoint.ts';
import { findImage } from './find-image.ts';
import { bareName, takesGoogleLogin } from './image-names.ts';
import type { ImageName } from './image-names.ts';

const PUSH_MS = 900_000;

/** Gives the digest under which the registry has the image. */
export async function pushImage(
  cloud: Cloud,
  builder: Builder,
  local: string,
  to: ImageName,
): Promise<Answer<string>> {
  const folder = await nodeWorkplace.openFolder();
  try {
    const login = await loginFile(cloud, to, builder, folder.path);
    return await withStore(builder, cloud.world, () => push(cloud, builder, local, to, folder.path, login));
  } finally {
    await folder.remove();
  }
}

/**
 * The login in a file that this user alone can read, as the builders read it (containers-auth.json(5)); null: this registry is no place
 * for it, and the builder's own settings count.
 */
async function loginFile(
  { clients }: Cloud,
  to: ImageName,
  builder: Builder,
  folder: string,
): Promise<string | null> {
  if (!takesGoogleLogin(to.host)) return null;
  const token = await clients.login.accessToken();
  if (token === null) return null;
  const auth = Buffer.from(`oauth2accesstoken:${token}`).toString('base64');
  const path = join(folder, builder.kind === 'docker' ? 'config.json' : 'auth.json');
  await writeFile(path, JSON.stringify({ auths: { [to.host]: { auth } } }), { mode: 0o600, flag: 'wx' });
  return path;
}

async function push(
  cloud: Cloud,
  builder: Builder,
  local: string,
  to: ImageName,
  folder: string,
  login: string | null,
): Promise<Answer<string>> {
  const { world } = cloud;
  const name = `${bareName(to)}:${to.tag ?? 'latest'}`;
  const digestFile = join(folder, 'digest');
  for (const command of pushCommands(builder, local, name, to, digestFile, login)) {
    const result = await world.processes.run({
      command,
      environment: builderEnvironment(world),
      timeoutMs: PUSH_MS,
      keepsEnd: true,
    });
    if (result.exitCode !== 0)
      return failedPush(
        maskedCommand(command, world.environment),
        masked(result.stderr, world.environment),
        name,
      );
  }
  if (builder.kind !== 'docker') return done((await readFile(digestFile, 'utf8')).trim());
  const found = await findImage(cloud, { ...to, digest: null });
  if (found.kind === 'done' && found.value !== null) return done(found.value);
  return found.kind === 'done'
    ? refused('missing', `${name} is not there after its push`, 'push again')
    : found;
}

function pushCommands(
  builder: Builder,
  local: string,
  name: string,
  { host }: ImageName,
  digestFile: string,
  login: string | null,
): readonly (readonly [string, ...string[]])[] {
  const program = builderCommand(builder);
  if (builder.kind === 'docker') {
    const config = login === null ? [] : ['--config', login.slice(0, login.lastIndexOf('/'))];
    return [
      [...program, 'tag', local, name],
      [...program, ...config, 'push', '--quiet', name],
    ];
  }
  const plain = isLoopback(host.replace(/:\d+$/, '')) ? ['--tls-verify=false'] : [];
  const auth = login === null ? [] : ['--authfile', login];
  return [
    [...program, 'push', '--quiet', ...plain, ...auth, '--digestfile', digestFile, local, `docker://${name}`],
  ];
}

function failedPush(command: readonly string[], said: string, name: string): Answer<never> {
  const why = `${command[0]} could not push ${name}: ${said.trim().split('\n').slice(-3).join(' ').slice(0, 600)}`;
  if (/unauthorized|denied|authentication required|403/i.test(said))
    return refused(
      'permission',
      why,
      'have the login given roles/artifactregistry.writer on the repository; for another registry log in with the builder',
    );
  if (/name unknown|not found|404/i.test(said))
    return refused('missing', why, 'make the repository first: `gcloud artifacts repositories create`');
  return { kind: 'unreachable', why };
}
