import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import type { Answer } from '../../deployment/platform.ts';
import type { Cloud } from './cloud.ts';
import { andThen, asked, done, isDone, read } from './google-call.ts';
import { refused } from './google-failure.ts';

/** Where Cloud Build reads the sources: these very bytes, whatever comes after them. */
export interface UploadedSource {
  readonly bucket: string;
  readonly object: string;
  readonly generation: string;
}

const Buckets = v.object({ items: v.optional(v.array(v.object({ name: v.string() })), []) });
const Stored = v.object({ generation: v.string() });

/** The bucket that gcloud takes for the sources of a project's builds. */
export function sourceBucket(project: string): string {
  return `${project.replaceAll(':', '_').replaceAll('.', '_').replaceAll('google', 'elgoog')}_cloudbuild`;
}

/**
 * Puts the snapshot's archive into the project's own bucket, under its digest: there already, it is not sent again (Cloud Storage's JSON
 * API, with the clients' login). Bucket names belong to whoever takes them first, so one of that name in another project is refused.
 */
export async function uploadSource(
  cloud: Cloud,
  project: string,
  context: Uint8Array,
): Promise<Answer<UploadedSource>> {
  const bucket = sourceBucket(project);
  const object = `source/fettle-${createHash('sha256').update(context).digest('hex')}.tgz`;
  return andThen(await ensureBucket(cloud, project, bucket), async () =>
    andThen(await put(cloud, bucket, object, context), (generation) => done({ bucket, object, generation })),
  );
}

async function ensureBucket(cloud: Cloud, project: string, bucket: string): Promise<Answer<null>> {
  const list = `/storage/v1/b?project=${encodeURIComponent(project)}&prefix=${encodeURIComponent(bucket)}`;
  const listed = await read(cloud.world, () => call(cloud, 'GET', list));
  if (!isDone(listed)) return listed;
  if (v.parse(Buckets, listed.value).items.some(({ name }) => name === bucket)) return done(null);
  const make = `/storage/v1/b?project=${encodeURIComponent(project)}`;
  const body = { name: bucket, iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } };
  const made = await asked(cloud.world, () => call(cloud, 'POST', make, JSON.stringify(body)));
  if (made.kind !== 'conflict') return andThen(made, () => done(null));
  const again = await read(cloud.world, () => call(cloud, 'GET', list));
  if (isDone(again) && v.parse(Buckets, again.value).items.some(({ name }) => name === bucket))
    return done(null);
  return refused(
    'policy',
    `the bucket ${bucket} belongs to another project: sources are not sent there`,
    'build on this machine instead: `builder = "here"` under [deploy.cloud-run]',
  );
}

/** Gives the generation of what is there: that of an earlier upload, or of this one. */
async function put(
  cloud: Cloud,
  bucket: string,
  object: string,
  context: Uint8Array,
): Promise<Answer<string>> {
  const place = `/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(object)}`;
  const upload = `/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?uploadType=media&ifGenerationMatch=0&name=${encodeURIComponent(object)}`;
  const sent = await asked(cloud.world, () => call(cloud, 'POST', upload, zipped(context)));
  if (isDone(sent)) return done(v.parse(Stored, sent.value).generation);
  // It is there already (412), or the answer was lost.
  if (sent.kind !== 'conflict' && sent.kind !== 'unreachable') return sent;
  const there = await read(cloud.world, () => call(cloud, 'GET', place));
  if (isDone(there)) return done(v.parse(Stored, there.value).generation);
  return sent.kind === 'unreachable' ? sent : there;
}

function zipped(context: Uint8Array): Buffer {
  const isZipped = context[0] === 0x1f && context[1] === 0x8b;
  return isZipped ? Buffer.from(context) : gzipSync(context);
}

async function call(
  { clients }: Cloud,
  method: string,
  path: string,
  body?: string | Buffer,
): Promise<unknown> {
  const client = await clients.login.client();
  const { data } = await client.request<unknown>({
    url: `${clients.storage}${path}`,
    method: method,
    responseType: 'json',
    retry: false,
    ...(body === undefined
      ? {}
      : {
          body: typeof body === 'string' ? body : Uint8Array.from(body),
          headers: { 'content-type': typeof body === 'string' ? 'application/json' : 'application/gzip' },
        }),
  });
  return data;
}
