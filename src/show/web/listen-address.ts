import { UserFacingError } from '../../domain/errors.ts';

/** Where the server waits for connections. Port 0: any free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export const USUAL_ADDRESS: ListenAddress = { host: '127.0.0.1', port: 7777 };

/** "127.0.0.1:7777", "[::1]:7777", "localhost:0". */
export function parseListen(text: string): ListenAddress {
  const [, six, name, port] = /^(?:\[([0-9a-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = six ?? name;
  if (host !== undefined && Number(port) < 65_536) return { host, port: Number(port) };
  throw new UserFacingError('usage', `"${text.slice(0, 100)}" is no address to listen at`, {
    hint: 'write a host and a port, such as 127.0.0.1:7777 or [::1]:7777',
  });
}

/** Whether only this machine gets there (RFC 6890; "localhost": RFC 6761, section 6.3). */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare);
}

/** As it stands in an address: with brackets where it is IPv6 (RFC 3986, section 3.2.2). */
export function hostAndPort({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
