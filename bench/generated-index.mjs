import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

const JSON_PAGE = 'application/vnd.pypi.simple.v1+json';

/**
 * An index on loopback (PEP 691 pages, PEP 658 metadata beside each wheel; no wheels) of packages that are not real:
 * `{ name: { version: [requirement, ...] } }`. Pages are made when they are first asked for. Every program asks the same one.
 */
export async function serveIndex(packages) {
  const pages = new Map();
  const server = createServer((asked, answer) => {
    const send = (status, type, body) =>
      answer
        .writeHead(status, {
          'content-type': type,
          'content-length': body.length,
          'cache-control': 'max-age=600',
        })
        .end(body);
    const page = /^\/simple\/([a-z0-9-]+)\/?$/.exec(asked.url)?.[1];
    const file = /^\/files\/([a-z0-9-]+)\/([^/]+)\/[^/]+\.metadata$/.exec(asked.url);
    if (page !== undefined && page in packages) {
      if (!pages.has(page)) pages.set(page, Buffer.from(pageOf(page, packages[page])));
      send(200, JSON_PAGE, pages.get(page));
    } else if (file !== null && packages[file[1]]?.[file[2]] !== undefined)
      send(200, 'text/plain', Buffer.from(metadataOf(file[1], file[2], packages[file[1]][file[2]])));
    else send(404, 'text/plain', Buffer.from('not here'));
  });
  // Both programs open many connections at once.
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}/`;
  return {
    ...{ url, simple: `${url}simple/` },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** A page as PEP 691 and PEP 700 describe it. */
export function pageOf(name, releases) {
  const files = Object.keys(releases).map((version) => {
    const filename = `${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`;
    return {
      filename,
      url: `/files/${name}/${version}/${filename}`,
      hashes: { sha256: createHash('sha256').update(filename).digest('hex') },
      'requires-python': '>=3.8',
      size: 1000,
      'upload-time': '2024-01-01T00:00:00.000000Z',
      yanked: false,
      'core-metadata': true,
    };
  });
  return JSON.stringify({ meta: { 'api-version': '1.4' }, name, versions: Object.keys(releases), files });
}

export function metadataOf(name, version, needs) {
  const lines = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`, 'Requires-Python: >=3.8'];
  return `${[...lines, ...needs.map((one) => `Requires-Dist: ${one}`)].join('\n')}\n\n`;
}
