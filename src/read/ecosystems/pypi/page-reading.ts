import { createHash } from 'node:crypto';
import { UserFacingError } from '../../../domain/errors.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { Workers } from '../../../io/workers.ts';
import { normalizeName } from './name.ts';
import { buildPage } from './page-builder.ts';
import { columnBytes } from './page-codec.ts';
import type { StoredPage } from './page-cache.ts';
import { invalidPage } from './page-file.ts';
import { parseSimplePage } from './simple-page.ts';
import { storedDetails } from './stored-details.ts';

/** A page as it came from an index. `known`: the digest of the page that is stored already, or null. */
export interface PageAnswer {
  readonly name: PackageName;
  readonly url: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly known: string | null;
}

/** What is kept of a page, as bytes; `same`: it is the one that is stored already; `invalid`: why it is none, as its error says. */
export type ReadPage =
  | ({ readonly kind: 'page' } & StoredPage)
  | { readonly kind: 'same'; readonly digest: string }
  | { readonly kind: 'invalid'; readonly message: string; readonly hint: string | null };

/** Reads a page. A pure function of plain data, so that it can be done in another thread. */
export function readPage({ name, url, contentType, body, known }: PageAnswer): ReadPage {
  const digest = createHash('sha1').update(body).digest('hex');
  if (digest === known) return { kind: 'same', digest };
  try {
    const simple = parseSimplePage(body, contentType, url, name, normalizeName);
    if (body.length === 0) throw invalidPage(name, 'it is empty');
    const page = buildPage(simple, name);
    return {
      kind: 'page',
      digest,
      columns: columnBytes(page.columns),
      details: storedDetails(page.details()),
    };
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    return { kind: 'invalid', message: error.message, hint: error.hint };
  }
}

/** The build's script of that name: `page-worker.ts`. */
const SCRIPT = 'read-page';
/** What is read here in less time than it takes to hand it to a thread that may have to be started. */
const SMALL_BODY_BYTES = 32 * 1024;

/** The same in another thread where there is one and the page is worth it; the body is given away then. */
export async function readPageBeside(workers: Workers, answer: PageAnswer): Promise<ReadPage> {
  if (answer.body.length < SMALL_BODY_BYTES) return readPage(answer);
  const body = ownBuffer(answer.body);
  const beside = workers.run(SCRIPT, { ...answer, body }, [body.buffer]);
  return beside === null ? readPage(answer) : ((await beside) as ReadPage);
}

/** Bytes that have a buffer to themselves, which can be given away whole. */
export function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length
    ? new Uint8Array(buffer)
    : Uint8Array.from(bytes);
}
