import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { PlainCall } from './google-apis.ts';
import type { GoogleWorld } from './google-world.ts';
import type { JsonObject } from './json.ts';

export interface StoredObject {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly generation: string;
  readonly createdAt: string;
}

/** Buckets by name, with their objects by name. */
export interface StorageState {
  readonly buckets: Map<
    string,
    { readonly project: string; readonly location: string; readonly objects: Map<string, StoredObject> }
  >;
  put(bucket: string, name: string, bytes: Buffer, contentType: string): void;
}

export function createStorage(world: GoogleWorld): StorageState {
  const buckets: StorageState['buckets'] = new Map();
  let generation = 1_700_000_000_000_000;
  return {
    buckets,
    put: (bucket, name, bytes, contentType) => {
      generation += 1;
      const object = {
        bytes,
        contentType,
        generation: String(generation),
        createdAt: world.now().toISOString(),
      };
      buckets.get(bucket)?.objects.set(name, object);
    },
  };
}

type Reply = ReturnType<PlainCall['answer']>;

/**
 * What an upload of sources needs of Cloud Storage's JSON API (cloud.google.com/storage/docs/json_api): buckets, uploads at once and
 * resumable ones, objects to read and to take away. Null: the path is none of its own.
 */
export function storageCalls(
  state: StorageState,
): (verb: string, url: URL, headers: IncomingHttpHeaders, body: Buffer) => PlainCall | null {
  const sessions = new Map<
    string,
    { readonly bucket: string; readonly name: string; readonly type: string }
  >();
  return (verb, url, headers, body) => {
    const upload = /^\/(?:resumable\/)?upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(url.pathname);
    if (upload !== null)
      return uploadCall(state, sessions, decodeURIComponent(upload[1]!), verb, url, headers, body);
    const object = /^\/(?:download\/)?storage\/v1\/b\/([^/]+)\/o\/(.+)$/.exec(url.pathname);
    if (object !== null)
      return objectCall(state, verb, decodeURIComponent(object[1]!), decodeURIComponent(object[2]!), url);
    const bucket = /^\/storage\/v1\/b(?:\/([^/]+))?$/.exec(url.pathname);
    return bucket === null ? null : bucketCall(state, verb, bucket[1] ?? null, url, body);
  };
}

function bucketCall(
  state: StorageState,
  verb: string,
  name: string | null,
  url: URL,
  body: Buffer,
): PlainCall | null {
  if (verb === 'GET' && name !== null)
    return call('Storage.GetBucket', { bucket: name }, () => {
      const bucket = state.buckets.get(name);
      return bucket === undefined
        ? refused(404, 'The specified bucket does not exist.', 'notFound')
        : { status: 200, body: bucketMessage(name, bucket.location) };
    });
  if (verb === 'GET') return listCall(state, url);
  if (verb !== 'POST' || name !== null) return null;
  const written = JSON.parse(body.toString('utf8')) as { readonly name?: string; readonly location?: string };
  const project = url.searchParams.get('project') ?? '';
  return call('Storage.InsertBucket', { project, bucket: written }, () => {
    const id = written.name ?? '';
    if (project === '') return refused(400, 'Required parameter: project', 'required');
    if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(id))
      return refused(400, `Invalid bucket name: '${id}'`, 'invalid');
    if (state.buckets.has(id))
      return refused(
        409,
        'Your previous request to create the named bucket succeeded and you already own it.',
        'conflict',
      );
    const location = (written.location ?? 'US').toUpperCase();
    state.buckets.set(id, { project, location, objects: new Map() });
    return { status: 200, body: bucketMessage(id, location) };
  });
}

function listCall(state: StorageState, url: URL): PlainCall {
  const project = url.searchParams.get('project') ?? '';
  const prefix = url.searchParams.get('prefix') ?? '';
  return call('Storage.ListBuckets', { project, prefix }, () => {
    const own = [...state.buckets].filter(([name, one]) => one.project === project && name.startsWith(prefix));
    return {
      status: 200,
      body: { kind: 'storage#buckets', items: own.map(([name, { location }]) => bucketMessage(name, location)) },
    };
  });
}

function uploadCall(
  state: StorageState,
  sessions: Map<string, { readonly bucket: string; readonly name: string; readonly type: string }>,
  bucket: string,
  verb: string,
  url: URL,
  headers: IncomingHttpHeaders,
  body: Buffer,
): PlainCall | null {
  const kind = url.searchParams.get('uploadType') ?? '';
  const name = url.searchParams.get('name') ?? '';
  const session = sessions.get(url.searchParams.get('upload_id') ?? '');
  const request = { bucket, name, uploadType: kind, bytes: body.length };
  if (verb === 'PUT')
    return call('Storage.UploadPart', request, () =>
      session === undefined
        ? refused(404, 'No such upload.', 'notFound')
        : stored(state, session.bucket, session.name, body, session.type),
    );
  if (verb !== 'POST') return null;
  return call('Storage.InsertObject', request, () => {
    const found = state.buckets.get(bucket);
    if (found === undefined) return refused(404, 'The specified bucket does not exist.', 'notFound');
    if (name === '') return refused(400, 'Required', 'required');
    if (url.searchParams.get('ifGenerationMatch') === '0' && found.objects.has(name))
      return refused(
        412,
        'At least one of the pre-conditions you specified did not hold.',
        'conditionNotMet',
      );
    if (kind === 'media')
      return stored(state, bucket, name, body, headers['content-type'] ?? 'application/octet-stream');
    if (kind !== 'resumable') return refused(400, `Unsupported uploadType '${kind}'.`, 'invalid');
    const id = randomUUID();
    sessions.set(id, {
      bucket,
      name,
      type: String(headers['x-upload-content-type'] ?? 'application/octet-stream'),
    });
    const location = `http://${headers.host}${url.pathname}?uploadType=resumable&upload_id=${id}`;
    return { status: 200, headers: { location }, body: {} };
  });
}

function objectCall(
  state: StorageState,
  verb: string,
  bucket: string,
  name: string,
  url: URL,
): PlainCall | null {
  const find = () => state.buckets.get(bucket)?.objects.get(name);
  if (verb === 'DELETE')
    return call('Storage.DeleteObject', { bucket, object: name }, () =>
      state.buckets.get(bucket)?.objects.delete(name) === true
        ? { status: 204, body: new Uint8Array() }
        : refused(404, `No such object: ${bucket}/${name}`, 'notFound'),
    );
  if (verb !== 'GET') return null;
  return call('Storage.GetObject', { bucket, object: name }, () => {
    const object = find();
    if (object === undefined) return refused(404, `No such object: ${bucket}/${name}`, 'notFound');
    return url.searchParams.get('alt') === 'media'
      ? { status: 200, headers: { 'content-type': object.contentType }, body: object.bytes }
      : { status: 200, body: objectMessage(bucket, name, object) };
  });
}

function stored(state: StorageState, bucket: string, name: string, body: Buffer, type: string): Reply {
  state.put(bucket, name, body, type);
  return { status: 200, body: objectMessage(bucket, name, state.buckets.get(bucket)!.objects.get(name)!) };
}

function call(method: string, request: JsonObject, answer: () => Reply): PlainCall {
  return { method, request, answer };
}

function bucketMessage(name: string, location: string): JsonObject {
  return { kind: 'storage#bucket', id: name, name, location };
}

function objectMessage(bucket: string, name: string, object: StoredObject): JsonObject {
  return {
    kind: 'storage#object',
    bucket,
    name,
    generation: object.generation,
    contentType: object.contentType,
    size: String(object.bytes.length),
    md5Hash: createHash('md5').update(object.bytes).digest('base64'),
    timeCreated: object.createdAt,
  };
}

/** This API's errors have a form of their own. */
function refused(code: number, message: string, reason: string): Reply {
  return {
    status: code,
    body: { error: { code, message, errors: [{ message, domain: 'global', reason }] } },
  };
}
