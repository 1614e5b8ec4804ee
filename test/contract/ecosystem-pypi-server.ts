import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { strToU8, zipSync } from 'fflate';

/** A distribution on the loopback index; everything has a default but its name. */
export interface ServedFile {
  readonly filename: string;
  readonly body?: Uint8Array;
  readonly requiresPython?: string;
  readonly uploaded?: string;
  readonly yanked?: boolean | string;
  /** The `.metadata` file beside it, and whether (and with which digest) the page announces it; `bare`: with none. */
  readonly metadata?: string;
  readonly announce?: boolean | 'bare' | { readonly sha256: string };
  readonly rangesRefused?: boolean;
  /** Whether a signature lies beside it (PEP 503, `data-gpg-sig`). */
  readonly signed?: boolean;
}

export interface ServedProject {
  readonly name: string;
  readonly files: readonly ServedFile[];
  readonly versions?: readonly string[];
  readonly status?: { readonly status: string; readonly reason?: string };
}

/** What stands in place of a page. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => void;

export interface ServerOptions {
  /** `accept`: as the client asks for it (PEP 691, "Content negotiation"). */
  readonly format?: 'json' | 'html' | 'accept';
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly etags?: boolean;
  /** By project name. */
  readonly misbehave?: ReadonlyMap<string, Misbehaviour>;
}

export interface PypiServer {
  readonly indexUrl: string;
  readonly port: number;
  /** "GET /simple/foo/" for each request so far, in order. */
  readonly requests: string[];
  readonly headers: IncomingMessage['headers'][];
  replace(projects: readonly ServedProject[]): void;
  close(): Promise<void>;
}

/** A simple-API index (PEP 503, 691) with its files on a loopback port of the system's choice. */
export async function servePypi(
  projects: readonly ServedProject[],
  options: ServerOptions = {},
): Promise<PypiServer> {
  let served = new Map(projects.map((project) => [project.name, project]));
  const requests: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    answerSimpleApi(served, options, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    indexUrl: `http://127.0.0.1:${port}/simple/`,
    port,
    requests,
    headers,
    replace: (next) => void (served = new Map(next.map((project) => [project.name, project]))),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers one request as an index does: its list of projects, pages of projects, their files and what lies beside these. */
export function answerSimpleApi(
  served: ReadonlyMap<string, ServedProject>,
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!isAllowed(request, options)) return void response.writeHead(401).end();
  const [path = ''] = (request.url ?? '').split('?');
  const asked = /^\/simple\/(?:([^/]+)(\/?))?$/.exec(path);
  if (asked === null) return answerFile(served, path, request, response);
  const [, page, slash] = asked;
  if (page === undefined) return answerDocument(listOf(served), options, request, response);
  const misbehave = options.misbehave?.get(page);
  if (misbehave !== undefined) return misbehave(request, response);
  // PEP 503: other spellings of a name may be redirected to the normalised one, and addresses end in "/".
  const normal = page.toLowerCase().replace(/[-_.]+/g, '-');
  if (normal !== page || slash === '')
    return void response.writeHead(301, { location: `${slash === '' ? '' : '../'}${normal}/` }).end();
  const project = served.get(page);
  if (project === undefined) return void response.writeHead(404).end('not found');
  answerDocument({ html: htmlPage(project), json: jsonPage(project) }, options, request, response);
}

function isAllowed(request: IncomingMessage, { credentials }: ServerOptions): boolean {
  if (credentials === undefined) return true;
  const expected = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  return request.headers.authorization === `Basic ${expected}`;
}

/** One document in its two forms. */
interface Document {
  readonly html: string;
  readonly json: unknown;
}

function answerDocument(
  { html, json }: Document,
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { format = 'json' } = options;
  const type = format === 'accept' ? negotiated(request.headers.accept ?? '*/*') : TYPES[format];
  if (type === null) return void response.writeHead(406).end('none of the types that are asked for');
  const body = type.endsWith('json') ? JSON.stringify(json) : html;
  const etag = `"${digest(strToU8(body)).slice(0, 12)}"`;
  const headers = { vary: 'accept', ...(options.etags === true ? { etag } : {}) };
  if (options.etags === true && request.headers['if-none-match'] === etag)
    return void response.writeHead(304, headers).end();
  response
    .writeHead(200, { 'content-type': type.endsWith('json') ? type : `${type}; charset=utf-8`, ...headers })
    .end(body);
}

const TYPES = { json: 'application/vnd.pypi.simple.v1+json', html: 'text/html' };
const OFFERED = [TYPES.json, 'application/vnd.pypi.simple.v1+html', TYPES.html];

/** The offered type that the client likes best (RFC 9110, section 12.5.1); of equal ones the first. Null: it takes none. */
export function negotiated(accept: string): string | null {
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    return { type: type.replace('.latest+', '.v1+'), quality: Number(quality) };
  });
  const qualityOf = (offered: string): number =>
    [offered, `${offered.split('/')[0]}/*`, '*/*']
      .map((type) => ranges.find((range) => range.type === type)?.quality)
      .find((quality) => quality !== undefined) ?? 0;
  const [best] = OFFERED.map((type) => ({ type, quality: qualityOf(type) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return best?.type ?? null;
}

function listOf(served: ReadonlyMap<string, ServedProject>): Document {
  const names = [...served.keys()].sort();
  const anchors = names.map((name) => `<a href="${name}/">${name}</a><br/>`);
  return {
    html: `<!DOCTYPE html><html><body>${anchors.join('\n')}</body></html>`,
    json: { meta: { 'api-version': '1.4' }, projects: names.map((name) => ({ name })) },
  };
}

function jsonPage(project: ServedProject): unknown {
  return {
    meta: { 'api-version': '1.4' },
    name: project.name,
    ...(project.status === undefined ? {} : { 'project-status': project.status }),
    ...(project.versions === undefined ? {} : { versions: project.versions }),
    files: project.files.map((file) => ({
      filename: file.filename,
      url: `../../files/${project.name}/${file.filename}`,
      hashes: { sha256: digest(bodyOf(file)) },
      'requires-python': file.requiresPython ?? null,
      size: bodyOf(file).length,
      'upload-time': file.uploaded ?? '2020-01-01T00:00:00.000000Z',
      yanked: file.yanked ?? false,
      ...(file.signed === undefined ? {} : { 'gpg-sig': file.signed }),
      'core-metadata': announcement(file) ?? false,
    })),
  };
}

function htmlPage(project: ServedProject): string {
  const escaped = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  const anchors = project.files.map((file) => {
    const attributes = [
      `href="../../files/${project.name}/${encodeURIComponent(file.filename)}#sha256=${digest(bodyOf(file))}"`,
      file.requiresPython === undefined ? '' : `data-requires-python="${escaped(file.requiresPython)}"`,
      file.yanked === undefined || file.yanked === false
        ? ''
        : `data-yanked="${file.yanked === true ? '' : escaped(file.yanked)}"`,
      announcement(file) === null ? '' : `data-core-metadata="${htmlAnnouncement(file)}"`,
      file.signed === undefined ? '' : `data-gpg-sig="${file.signed}"`,
    ];
    return `<a ${attributes.filter((text) => text !== '').join(' ')}>${escaped(file.filename)}</a><br/>`;
  });
  return `<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.1"></head><body>${anchors.join('\n')}</body></html>`;
}

function announcement(file: ServedFile): true | { readonly sha256: string } | null {
  if (file.announce === undefined || file.announce === false) return null;
  if (file.announce === 'bare') return true;
  return file.announce === true ? { sha256: digest(strToU8(file.metadata ?? '')) } : file.announce;
}

function htmlAnnouncement(file: ServedFile): string {
  const announced = announcement(file);
  return announced === true || announced === null ? 'true' : `sha256=${announced.sha256}`;
}

function answerFile(
  served: ReadonlyMap<string, ServedProject>,
  address: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [, project, path] = /^\/files\/([^/]+)\/([^/]+)$/.exec(address) ?? [];
  const filename = decodeURIComponent(path ?? '');
  const file = served.get(project ?? '')?.files.find((one) => filename.startsWith(one.filename));
  if (file === undefined) return void response.writeHead(404).end();
  if (filename === `${file.filename}.metadata`)
    return void (file.metadata === undefined ? response.writeHead(404).end() : response.end(file.metadata));
  const body = bodyOf(file);
  const range = file.rangesRefused === true ? undefined : request.headers.range;
  const asked = range === undefined ? null : rangeOf(range, body.length);
  const ranges = file.rangesRefused === true ? {} : { 'accept-ranges': 'bytes' };
  if (asked === null)
    return void response.writeHead(200, { 'content-length': body.length, ...ranges }).end(body);
  response
    .writeHead(206, { ...ranges, 'content-range': `bytes ${asked.start}-${asked.end - 1}/${body.length}` })
    .end(body.subarray(asked.start, asked.end));
}

function rangeOf(header: string, size: number): { readonly start: number; readonly end: number } | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === undefined || last === undefined) return null;
  if (first === '') return { start: Math.max(0, size - Number(last)), end: size };
  return { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) };
}

function bodyOf(file: ServedFile): Uint8Array {
  return file.body ?? strToU8(`the bytes of ${file.filename}`);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Core metadata of a wheel. */
export function coreMetadata(name: string, version: string, fields: readonly string[] = []): string {
  return [`Metadata-Version: 2.1`, `Name: ${name}`, `Version: ${version}`, ...fields, '', 'Words.', ''].join(
    '\n',
  );
}

/** A wheel's bytes with this METADATA and some padding, so that its middle need not be read. */
export function wheelBytes(name: string, version: string, metadata: string, padding = 200_000): Uint8Array {
  const info = `${name}-${version}.dist-info`;
  return zipSync({
    [`${name}/data.bin`]: [Buffer.alloc(padding, 'padding of a wheel '), { level: 0 }],
    [`${info}/METADATA`]: strToU8(metadata),
    [`${info}/RECORD`]: strToU8(''),
  });
}
