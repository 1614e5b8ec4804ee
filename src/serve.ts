import { dirname, join, resolve } from 'node:path';
import { userName } from './begin-rollout.ts';
import { UserFacingError } from './domain/errors.ts';
import { openAppendFile } from './io/append-file.ts';
import type { AppendFile } from './io/append-file.ts';
import type { World } from './io/world.ts';
import { reportRenderers } from './report-text.ts';
import { reachRollouts } from './served-rollouts.ts';
import { browserAsset } from './show/report/browser-asset.ts';
import { openAuditLog } from './show/web/audit-log.ts';
import { checkBinding, checkIssuer } from './show/web/binding.ts';
import { parseListen, USUAL_ADDRESS } from './show/web/listen-address.ts';
import type { ListenAddress } from './show/web/listen-address.ts';
import type { Role } from './show/web/page-api.ts';
import type { SignIn } from './show/web/page-parts.ts';
import { openPageServer } from './show/web/page-server.ts';
import type { PageServer } from './show/web/page-server.ts';
import { RunIndex } from './show/web/run-index.ts';
import type { IndexState } from './show/web/run-index.ts';
import { randomSecret } from './show/web/secrets.ts';
import { readServeFile } from './show/web/serve-settings.ts';
import type { ServeFile } from './show/web/serve-settings.ts';
import type { Watch } from './watch.ts';
import type { OwnCommand } from './worker-keeper.ts';

/** What `fettle serve` is asked for; null: as the file says, else as is usual. */
export interface ServeOptions {
  readonly roots: readonly string[];
  readonly listen: string | null;
  readonly engine: string | null;
  /** Of the one person who signs in by the token. */
  readonly role: Role;
  readonly config: string | null;
  readonly version: string | null;
  readonly own: OwnCommand;
  readonly onBug: (error: unknown) => void;
}

export interface Served {
  readonly origin: string;
  /** The address with the token in it; null: a provider says who signs in. */
  readonly signIn: string | null;
  /** What is said of its start: of the audit's file, for one. */
  readonly notices: readonly string[];
  /** What lies below the roots, once all of it was read. */
  readonly indexed: Promise<IndexState>;
  close(): Promise<void>;
}

const MINUTE = 60_000;
const SECRET = 'FETTLE_OIDC_CLIENT_SECRET';

/**
 * The page on which runs and rollouts are watched and approved of. Errors: UserFacingError `usage`, `invalid-settings`, `cannot-listen`,
 * `cannot-write` (the audit).
 */
export async function serve(options: ServeOptions, world: World, watch: Watch = {}): Promise<Served> {
  const file = options.config === null ? {} : await settingsFile(options.config, world);
  const base = options.config === null ? '.' : dirname(resolve(options.config));
  const listen = listenOf(options, file);
  const publicUrl = checkBinding(listen, file['public-url'] ?? null, file.oidc !== undefined);
  const signIn = await signInOf(options, file, base, world);
  const asked = options.roots.length > 0 ? options.roots : (file.roots ?? ['.']);
  const roots = asked.map((root) => resolve(options.roots.length > 0 ? '.' : base, root));
  await checkRoots(roots, world);
  const reach = reachRollouts(options.engine ?? file.engine ?? null, options.own, world, watch);
  const audit = await openAuditLog(await auditFile(world), world);
  const runs = new RunIndex(roots, world);
  const settings = {
    ...{ version: options.version, roots, signIn, renderers: reportRenderers(world) },
    times: timesOf(signIn, file),
    assets: {
      script: await browserAsset('page.js', world),
      style: await browserAsset('page.css', world),
    },
  };
  const pageWorld = { clock: world.clock, runs, reach, audit, onBug: options.onBug };
  const server = await opened(() => openPageServer(listen, publicUrl, settings, pageWorld), audit);
  return {
    ...{ origin: server.origin, notices: [...audit.problems] },
    signIn: signIn.kind === 'token' ? `${server.origin}/sign-in#token=${signIn.token}` : null,
    indexed: server.indexed.then(() => runs.state()),
    close: async () => {
      await server.close();
      await audit.close();
    },
  };
}

async function opened(
  open: () => Promise<PageServer>,
  audit: { close(): Promise<void> },
): Promise<PageServer> {
  try {
    return await open();
  } catch (error) {
    await audit.close();
    throw error;
  }
}

async function settingsFile(path: string, { files }: World): Promise<ServeFile> {
  const bytes = await files.read(resolve(path), 1024 * 1024);
  if (bytes !== null) return readServeFile(path, bytes);
  throw new UserFacingError('usage', `there is no file ${path}`, { hint: 'docs/serve.md shows one' });
}

function listenOf({ listen }: ServeOptions, file: ServeFile): ListenAddress {
  const text = listen ?? file.listen;
  return text === undefined ? USUAL_ADDRESS : parseListen(text);
}

async function checkRoots(roots: readonly string[], { files }: World): Promise<void> {
  for (const root of roots)
    if ((await files.list(root)) === null)
      throw new UserFacingError('usage', `there is no folder ${root}`, {
        hint: 'name the folders below which repositories lie: fettle serve ROOT...',
      });
}

async function signInOf(options: ServeOptions, file: ServeFile, base: string, world: World): Promise<SignIn> {
  const { oidc, roles } = file;
  if (oidc === undefined)
    return { kind: 'token', token: randomSecret(), user: userName(), role: options.role };
  checkIssuer(oidc.issuer);
  const lists = {
    viewer: roles?.viewer ?? [],
    operator: roles?.operator ?? [],
    approver: roles?.approver ?? [],
  };
  if (Object.values(lists).every((list) => list.length === 0))
    throw new UserFacingError('invalid-settings', 'roles: nobody has a role, so nobody could sign in', {
      hint: 'such as [roles] approver = ["group:platform"]',
    });
  return {
    ...{ kind: 'oidc', roles: lists },
    settings: {
      ...{ issuer: oidc.issuer, clientId: oidc['client-id'] },
      clientSecret: await clientSecret(oidc['client-secret-file'] ?? null, base, world),
      ...{ scope: oidc.scope ?? 'openid profile email', groupsClaim: oidc['groups-claim'] ?? 'groups' },
    },
  };
}

/** From the environment or a file, never from the settings, which are kept in repositories. */
async function clientSecret(path: string | null, base: string, world: World): Promise<string | null> {
  const variable = world.environment[SECRET] ?? '';
  if (variable !== '') return variable;
  if (path === null) return null;
  const bytes = await world.files.read(resolve(base, path), 64 * 1024);
  const text = bytes === null ? '' : new TextDecoder().decode(bytes).trim();
  if (text !== '') return text;
  throw new UserFacingError('invalid-settings', 'oidc.client-secret-file: the file is not there, or empty', {
    hint: `write the secret into it, for its owner alone, or give it in ${SECRET}`,
  });
}

/** One person's token may last a working day; whom a provider vouches for is asked after more often. */
function timesOf(
  signIn: SignIn,
  { session }: ServeFile,
): { readonly idleMs: number; readonly longestMs: number } {
  const usual =
    signIn.kind === 'token' ? { idle: 12 * 60, longest: 24 * 60 } : { idle: 60, longest: 10 * 60 };
  return {
    idleMs: (session?.idle ?? usual.idle) * MINUTE,
    longestMs: (session?.longest ?? usual.longest) * MINUTE,
  };
}

/** The data folder itself is made as everywhere else: the engine's database, of another account, has to get through it. */
async function auditFile({ machine, files }: World): Promise<AppendFile> {
  const { dataFolder } = machine!;
  await files.makeDirectory(dataFolder);
  return openAppendFile(join(dataFolder, 'serve', 'audit.jsonl'));
}
