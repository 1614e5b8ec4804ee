import { createHash } from 'node:crypto';
import { UserFacingError } from '../../../domain/errors.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { HttpFailure } from '../../../io/http.ts';
import type { IndexHttp } from './index-http.ts';
import { parseCoreMetadata, type CoreMetadata } from './metadata-file.ts';
import { recordOf, type MetadataRecord } from './metadata.ts';
import { normalizeName } from './name.ts';
import { isProblem } from './syntax-problem.ts';
import { parseVersion, type PypiVersion } from './version.ts';

/** A file whose metadata is wanted. */
export interface FileToRead {
  readonly name: PackageName;
  readonly version: PypiVersion;
  readonly kind: 'wheel' | 'sdist';
  readonly filename: string;
  readonly url: string;
  /** "sha256:…" or null. */
  readonly hash: string | null;
  /** The metadata file that the index announces; its hash is empty where it gives none. */
  readonly announced: { readonly hash: string } | null;
}

/** What one source said: metadata, or why not. `lasting`: it will say the same of this file for ever. */
export type SourceAnswer =
  | { readonly kind: 'found'; readonly core: CoreMetadata; readonly source: string }
  | { readonly kind: 'none'; readonly why: string; readonly lasting: boolean };

export type MetadataSource = (file: FileToRead) => Promise<SourceAnswer>;

/** A record, and whether it may be kept. */
export interface ChainAnswer {
  readonly record: MetadataRecord;
  readonly lasting: boolean;
}

/**
 * Asks the sources of each file in turn until one has metadata of that very name and version whose every requirement can
 * be read. Where none has, the answer says of each why.
 */
export async function askInTurn(
  files: readonly FileToRead[],
  sourcesOf: (file: FileToRead) => readonly MetadataSource[],
  buildTried: boolean,
): Promise<ChainAnswer> {
  const reasons: string[] = [];
  let lasting = true;
  for (const file of files) {
    for (const source of sourcesOf(file)) {
      const answer = await source(file);
      if (answer.kind === 'none') {
        reasons.push(answer.why);
        lasting &&= answer.lasting;
        continue;
      }
      const record = ofAnother(answer.core, file) ?? recordOf(answer.core, answer.source);
      if (typeof record !== 'string') return { record, lasting: true };
      reasons.push(`${answer.source} of ${file.filename}: ${record}`);
    }
  }
  const why = reasons.length === 0 ? 'it has no file' : [...new Set(reasons)].join('; ');
  return { record: { kind: 'unknown', why, afterBuild: buildTried }, lasting };
}

/** Why the metadata is not that of the file, or null. */
function ofAnother(core: CoreMetadata, file: FileToRead): string | null {
  const version = parseVersion(core.version);
  const same =
    normalizeName(core.name) === file.name && !isProblem(version) && version.key === file.version.key;
  return same ? null : `it says that it is of ${core.name.slice(0, 100)} ${core.version.slice(0, 100)}`;
}

const MAX_METADATA_BYTES = 8 << 20;
/**
 * An origin that lacked this many more of the unannounced metadata files than it had is not asked for further ones in this
 * run: a question in vain costs a round trip, and the wheel itself has the answer.
 */
const MISSES_BEFORE_GIVING_UP = 8;

/**
 * The `.metadata` file beside a wheel (PEP 658, 714), asked for where the index does not announce it too: many serve it
 * all the same. One whose digest is not the announced one is refused.
 */
export function metadataBesideWheel(http: IndexHttp): MetadataSource {
  const misses = new Map<string, number>();
  return async (file) => {
    const { origin } = new URL(file.url);
    const guessed = file.announced === null;
    if (guessed && (misses.get(origin) ?? 0) >= MISSES_BEFORE_GIVING_UP)
      return { kind: 'none', why: 'its host serves no metadata files', lasting: true };
    const answer = await http.request({ url: withSuffix(file.url), maxBytes: MAX_METADATA_BYTES });
    if (answer.kind === 'failure') throw unreachable(file, answer);
    if (guessed) misses.set(origin, (misses.get(origin) ?? 0) + (answer.status === 200 ? -1 : 1));
    if (answer.status !== 200)
      return {
        kind: 'none',
        why: `no metadata file beside ${file.filename} (${answer.status})`,
        lasting: true,
      };
    if (!matches(answer.body, file.announced?.hash ?? ''))
      return {
        kind: 'none',
        why: `the metadata file beside ${file.filename} has not the digest that the index says`,
        lasting: false,
      };
    const core = parseCoreMetadata(answer.body);
    return core === null
      ? {
          kind: 'none',
          why: `the metadata file beside ${file.filename} has no name and version`,
          lasting: false,
        }
      : { kind: 'found', core, source: 'metadata file' };
  };
}

function withSuffix(url: string): string {
  const at = new URL(url);
  at.pathname += '.metadata';
  at.hash = '';
  return at.href;
}

/** Whether bytes have the digest "algorithm:hexadecimal"; an empty one asks for nothing. */
export function matches(bytes: Uint8Array, hash: string): boolean {
  if (hash === '') return true;
  const colon = hash.indexOf(':');
  return createHash(hash.slice(0, colon)).update(bytes).digest('hex') === hash.slice(colon + 1);
}

/** The error for a host that does not answer while metadata is read. */
export function unreachable(file: FileToRead, failure: HttpFailure): UserFacingError {
  return new UserFacingError(
    'index-unreachable',
    `metadata of ${file.name} ${file.version.text} cannot be had: ${failure.reason}`,
    { hint: 'try again; --offline uses what was read before', outside: true },
  );
}
