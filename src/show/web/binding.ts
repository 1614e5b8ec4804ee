import { UserFacingError } from '../../domain/errors.ts';
import { hostAndPort, isLoopback } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';

/** By which names and origins the server is asked. */
export interface Binding {
  /** Without a slash at its end: "https://fettle.example". */
  readonly origin: string;
  readonly isHttps: boolean;
  /** Values of the header Host that are answered: another name leads here by DNS rebinding. */
  readonly hosts: ReadonlySet<string>;
  readonly origins: ReadonlySet<string>;
  /** `__Host-`: of this host alone, and over https alone (RFC 6265bis). Cookies do not know ports, so without it the name does. */
  readonly cookie: string;
}

/**
 * Refuses what would hand the page to others without telling who they are, or over a line that can be read. Errors: UserFacingError `usage`.
 */
export function checkBinding(listen: ListenAddress, publicUrl: string | null, hasOidc: boolean): URL | null {
  const url = publicUrl === null ? null : publicAddress(publicUrl);
  const isOthers = !isLoopback(listen.host) || (url !== null && !isLoopback(url.hostname));
  if (!isOthers) return url;
  const where = isLoopback(listen.host) ? url!.origin : hostAndPort(listen);
  if (!hasOidc)
    throw new UserFacingError('usage', `${where} is reached by others, and nobody would say who they are`, {
      hint: 'set up [oidc] and [roles] in a file for --config, or listen on 127.0.0.1 alone',
    });
  if (url?.protocol !== 'https:')
    throw new UserFacingError(
      'usage',
      `${where} is reached by others, and sessions would go over plain http`,
      {
        hint: 'let a proxy with TLS stand before it, and name its address: public-url = "https://…"',
      },
    );
  return url;
}

/** What is known once it listens: port 0 has become a real one. */
export function bindingOf(listen: ListenAddress, publicUrl: URL | null): Binding {
  const isHttps = publicUrl?.protocol === 'https:';
  const names = [listen.host, 'localhost', '127.0.0.1', '::1'];
  const hosts =
    publicUrl === null ? names.map((host) => hostAndPort({ host, port: listen.port })) : [publicUrl.host];
  return {
    origin: publicUrl?.origin ?? `http://${hostAndPort(listen)}`,
    isHttps,
    hosts: new Set(hosts),
    origins: new Set(publicUrl === null ? hosts.map((host) => `http://${host}`) : [publicUrl.origin]),
    cookie: isHttps ? '__Host-fettle' : `fettle-${listen.port}`,
  };
}

/** Of a provider: plain http only on this machine. Errors: UserFacingError `invalid-settings`. */
export function checkIssuer(issuer: string): void {
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return;
  throw new UserFacingError('invalid-settings', 'oidc.issuer: expected an https address', {
    hint: 'plain http is taken on this machine alone; the provider shows its issuer in its settings',
  });
}

function publicAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin = url !== null && url.href === `${url.origin}/`;
  if (isOrigin && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw new UserFacingError('invalid-settings', 'public-url: expected an address without a path', {
    hint: 'such as public-url = "https://fettle.example"',
  });
}
