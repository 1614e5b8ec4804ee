import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is asked at one address: a service as a whole, or one revision of it by a tag. */
export interface AskedPlace {
  readonly service: string;
  readonly tag: string | null;
  readonly path: string;
}

export interface LoopbackAddresses {
  /** "http://127.0.0.1:41234", the same for the same service and tag. */
  readonly uri: (service: string, tag: string | null) => string;
  close(): Promise<void>;
}

/** Open before anybody asks for one: a platform names an address without waiting for it. */
const MOST = 120;

/** An HTTP server on loopback for each service and each of its tags, as a platform gives each a host name of its own. */
export async function loopbackAddresses(
  answer: (place: AskedPlace) => { readonly status: number; readonly body: string },
): Promise<LoopbackAddresses> {
  const free: { readonly server: Server; place: Omit<AskedPlace, 'path'> | null }[] = [];
  const taken = new Map<string, string>();
  for (let count = 0; count < MOST; count++) {
    const slot: (typeof free)[number] = {
      place: null,
      server: createServer((request, response) => {
        const { status, body } = answer({ ...slot.place!, path: request.url ?? '/' });
        response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
      }),
    };
    free.push(slot);
  }
  const servers = free.map(({ server }) => server);
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))),
  );
  return {
    uri: (service, tag) => {
      const key = `${service} ${tag ?? ''}`;
      const known = taken.get(key);
      if (known !== undefined) return known;
      const slot = free.pop();
      if (slot === undefined) throw new Error(`more than ${MOST} addresses are asked for`);
      slot.place = { service, tag };
      const uri = `http://127.0.0.1:${(slot.server.address() as AddressInfo).port}`;
      taken.set(key, uri);
      return uri;
    },
    close: async () => {
      await Promise.all(
        servers.map((server) => {
          server.closeAllConnections();
          return new Promise((resolve) => server.close(resolve));
        }),
      );
    },
  };
}
