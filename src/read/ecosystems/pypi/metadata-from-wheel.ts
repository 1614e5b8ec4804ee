import { fileURLToPath } from 'node:url';
import { bytesReader, type ArchiveProblem, type RangeReader } from '../../../io/archive.ts';
import { readZipMember } from '../../../io/archive-zip.ts';
import type { Files } from '../../../io/files.ts';
import { openHttpRange, RangeFailure } from './http-range-reader.ts';
import type { IndexHttp } from './index-http.ts';
import { unreachable, type FileToRead, type MetadataSource, type SourceAnswer } from './metadata-chain.ts';
import { parseCoreMetadata } from './metadata-file.ts';
import { normalizeName } from './name.ts';

/** A wheel in a folder is read whole. */
const MAX_LOCAL_BYTES = 2 ** 31 - 1;

/** METADATA out of the wheel itself: by range requests on the end of the zip, or from the folder in which it lies. */
export function metadataFromWheel(http: IndexHttp, files: Files): MetadataSource {
  return async (file) => {
    const reader = file.url.startsWith('file:')
      ? await localReader(files, file)
      : await openHttpRange(http, file.url);
    if ('kind' in reader) {
      if (reader.failure !== null) throw unreachable(file, reader.failure);
      return { kind: 'none', why: `${file.filename} cannot be read (${reader.why})`, lasting: false };
    }
    try {
      return answerOf(file, await readZipMember(reader, (path) => isMetadata(path, file)));
    } catch (error) {
      if (!(error instanceof RangeFailure)) throw error;
      throw unreachable(file, { kind: 'failure', reason: error.message, url: file.url });
    }
  };
}

/** A wheel on a server or in a folder, to be read in parts; a string says why it cannot be. */
export async function openWheel(http: IndexHttp, files: Files, url: string): Promise<RangeReader | string> {
  const reader = url.startsWith('file:') ? await localReader(files, { url }) : await openHttpRange(http, url);
  return 'kind' in reader ? reader.why : reader;
}

async function localReader(
  files: Files,
  file: Pick<FileToRead, 'url'>,
): Promise<RangeReader | { readonly kind: 'gone'; readonly why: string; readonly failure: null }> {
  const bytes = await files.read(fileURLToPath(file.url), MAX_LOCAL_BYTES);
  return bytes === null ? { kind: 'gone', why: 'it is no longer there', failure: null } : bytesReader(bytes);
}

/** `name-version.dist-info/METADATA` at the top, of this very project (a wheel may carry those of vendored ones). */
function isMetadata(path: string, file: FileToRead): boolean {
  // Asked of each of the thousands of names that a wheel may hold.
  if (!path.endsWith('.dist-info/METADATA')) return false;
  const name = /^([^/]+)-[^/-]+\.dist-info\/METADATA$/.exec(path)?.[1];
  return name !== undefined && normalizeName(name) === file.name;
}

function answerOf(file: FileToRead, member: Uint8Array | null | ArchiveProblem): SourceAnswer {
  const none = (what: string): SourceAnswer => ({
    kind: 'none',
    why: `${file.filename}: ${what}`,
    lasting: true,
  });
  if (member === null) return none('it holds no METADATA of its own');
  if (!(member instanceof Uint8Array)) return none(member.message);
  const core = parseCoreMetadata(member);
  return core === null
    ? none('its METADATA has no name and version')
    : { kind: 'found', core, source: 'wheel' };
}
