import { fileURLToPath } from 'node:url';
import { readArchiveMembers } from '../../../io/archive-tar.ts';
import type { Files } from '../../../io/files.ts';
import type { IndexHttp } from './index-http.ts';
import {
  matches,
  unreachable,
  type FileToRead,
  type MetadataSource,
  type SourceAnswer,
} from './metadata-chain.ts';
import { isTellingPath, sdistMetadata } from './sdist-files.ts';

/** A larger source archive is left unread: it holds data, and what it asks for stays unknown. */
const MAX_SDIST_BYTES = 128 << 20;

/** What an sdist's own files tell, read out of the whole archive; nothing in it is run. */
export function metadataFromSdist(http: IndexHttp, files: Files): MetadataSource {
  return async (file) => {
    const bytes = await sdistBytes(http, files, file);
    if (!(bytes instanceof Uint8Array)) return bytes;
    const none = (why: string): SourceAnswer => ({ kind: 'none', why, lasting: true });
    const members = await readArchiveMembers(bytes, (path) => isTellingPath(belowTop(path)));
    if ('kind' in members) return none(`${file.filename}: ${members.message}`);
    const below = new Map([...members].map(([path, content]) => [belowTop(path), content]));
    const found = sdistMetadata(below, { name: file.name, version: file.version.text });
    return typeof found === 'string' ? none(found) : { kind: 'found', ...found };
  };
}

/** The archive's bytes with the digest that the index announces, or why there are none. */
export async function sdistBytes(
  http: IndexHttp,
  files: Files,
  file: FileToRead,
): Promise<Uint8Array | SourceAnswer> {
  const none = (why: string): SourceAnswer => ({
    kind: 'none',
    why: `${file.filename} ${why}`,
    lasting: false,
  });
  if (file.url.startsWith('file:'))
    return (await files.read(fileURLToPath(file.url), MAX_SDIST_BYTES)) ?? none('is no longer there');
  const answer = await http.request({ url: file.url, maxBytes: MAX_SDIST_BYTES, timeoutMs: 180_000 });
  if (answer.kind === 'failure' && answer.tooLarge === true)
    return {
      kind: 'none',
      why: `${file.filename} is larger than ${MAX_SDIST_BYTES >> 20} MiB`,
      lasting: true,
    };
  if (answer.kind === 'failure') throw unreachable(file, answer);
  if (answer.status !== 200) return none(`cannot be had (status ${answer.status})`);
  return matches(answer.body, file.hash ?? '') ? answer.body : none('has not the digest that the index says');
}

/** Archives hold one folder, "name-version/"; what lies below it counts. */
function belowTop(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}
