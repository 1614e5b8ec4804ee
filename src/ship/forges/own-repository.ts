import { UserFacingError } from '../../domain/errors.ts';
import type { ForgeName } from '../../domain/forge-name.ts';
import type { World } from '../../io/world.ts';
import type { ForgeAccess } from './forge.ts';

/** What the user said of where the repository is; null: nothing. */
export interface AskedForge {
  readonly forge: ForgeName | null;
  readonly repository: string | null;
  /** The content of `--token-file`. */
  readonly token: string | null;
}

type Environment = World['environment'];

interface Place {
  readonly forge: ForgeName;
  readonly repository: string;
  readonly apiUrl: string;
}

/**
 * Which repository of which forge: flags, then what the forge's own CI says, then git's remote `origin`. Throws `no-forge` where that leaves
 * something open, and where no token is there.
 */
export function ownRepository(
  { forge, repository, token }: AskedForge,
  remote: string | null,
  environment: Environment,
): { readonly forge: ForgeName; readonly access: ForgeAccess } {
  const place = placeOf(forge, repository, remote, environment);
  const { apiUrl } = place;
  if (!isSafe(apiUrl))
    throw noForge(`a token is not sent to ${origin(apiUrl)} without encryption`, 'name an https address');
  const said = token ?? tokenOf(place, environment);
  return { forge: place.forge, access: { repository: place.repository, apiUrl, token: said } };
}

function placeOf(
  asked: ForgeName | null,
  repository: string | null,
  remote: string | null,
  environment: Environment,
): Place {
  const cloned = remote === null ? null : remoteOf(remote);
  const forge = asked ?? ciForge(environment) ?? (cloned === null ? null : forgeOfHost(cloned.host));
  if (forge === null)
    throw noForge(
      'nothing says on which forge the repository is',
      'name it with --forge github or --forge gitlab',
    );
  const ci = CI[forge];
  const name = repository ?? text(environment[ci.repository]) ?? cloned?.path ?? null;
  if (name === null || !SHAPES[forge].test(name))
    throw noForge(
      name === null
        ? 'nothing says which repository it is'
        : `${JSON.stringify(name)} is no repository's name`,
      'name it with --repository owner/name',
    );
  const url = text(environment[ci.api]) ?? apiOf(forge, cloned?.host ?? null);
  return { forge, repository: name, apiUrl: url.replace(/\/+$/, '') };
}

const CI = {
  github: {
    ...{ repository: 'GITHUB_REPOSITORY', api: 'GITHUB_API_URL', tokens: ['GITHUB_TOKEN', 'GH_TOKEN'] },
    usual: 'https://api.github.com',
  },
  gitlab: {
    ...{ repository: 'CI_PROJECT_PATH', api: 'CI_API_V4_URL', tokens: ['GITLAB_TOKEN'] },
    usual: 'https://gitlab.com/api/v4',
  },
} as const satisfies Record<ForgeName, unknown>;

const SHAPES: Readonly<Record<ForgeName, RegExp>> = {
  github: /^[\w.-]+\/[\w.-]+$/,
  gitlab: /^[\w.-]+(?:\/[\w.-]+)+$/,
};

function ciForge(environment: Environment): ForgeName | null {
  if (text(environment['GITHUB_REPOSITORY']) !== null) return 'github';
  return text(environment['CI_PROJECT_PATH']) === null ? null : 'gitlab';
}

/** "https://host/owner/name.git", "ssh://git@host:22/owner/name.git", "git@host:owner/name.git" (git-clone, "Git URLs"). */
function remoteOf(remote: string): { readonly host: string; readonly path: string } | null {
  const short = /^(?:[^@/:\s]+@)?([^/:\s]+):(?!\/)([^\s]+)$/.exec(remote);
  const whole = short === null && URL.canParse(remote) ? new URL(remote) : null;
  const host = short?.[1] ?? whole?.hostname ?? '';
  const path = (short?.[2] ?? whole?.pathname ?? '').replace(/^\/+|\/+$|\.git\/?$/g, '');
  return host === '' || path === '' ? null : { host: withPort(host, whole), path };
}

/** The port of a web address is that of its interface too; that of ssh is not. */
function withPort(host: string, url: URL | null): string {
  return url?.protocol === 'https:' && url.port !== '' ? `${host}:${url.port}` : host;
}

function forgeOfHost(host: string): ForgeName | null {
  if (/(^|\.)github\./.test(host)) return 'github';
  return /(^|\.)gitlab\./.test(host) ? 'gitlab' : null;
}

function apiOf(forge: ForgeName, host: string | null): string {
  if (forge === 'github')
    return host === null || host === 'github.com' ? CI.github.usual : `https://${host}/api/v3`;
  return host === null ? CI.gitlab.usual : `https://${host}/api/v4`;
}

/**
 * A token in the environment is of the forge that the environment names, else of the forge's own host. The remote is whatever the clone
 * came from: it says to nobody else who has a right to the token.
 */
function tokenOf({ forge, apiUrl }: Place, environment: Environment): string {
  const { tokens, api, usual } = CI[forge];
  if (text(environment[api]) === null && apiUrl !== usual)
    throw noForge(
      `nothing but the remote says that ${origin(apiUrl)} may have the token of the environment`,
      `set ${api} to ${apiUrl}, or name a file with the token of that host with --token-file`,
    );
  for (const name of tokens) {
    const token = text(environment[name]);
    if (token !== null) return token;
  }
  throw noForge(
    `there is no token: ${tokens.join(' and ')} ${tokens.length > 1 ? 'are' : 'is'} not set`,
    'put one into the environment, or into a file that --token-file names',
  );
}

/** What goes to this machine alone needs no encryption. */
function isSafe(apiUrl: string): boolean {
  if (!URL.canParse(apiUrl)) throw noForge('the address of the interface is not a URL', 'mend it');
  const { protocol, hostname } = new URL(apiUrl);
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
  );
}

function origin(apiUrl: string): string {
  return new URL(apiUrl).host;
}

function text(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value.trim();
}

function noForge(message: string, hint: string): UserFacingError {
  return new UserFacingError('no-forge', message, { hint });
}
