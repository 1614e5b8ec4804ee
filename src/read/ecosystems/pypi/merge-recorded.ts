import { Packr } from 'msgpackr';
import { FILES, PAGE, type BundleContent } from './bundle.ts';
import { columnBytes, detailBytes, parseColumns, parseDetails } from './page-codec.ts';
import type { PageColumns } from './page-columns.ts';

const packr = new Packr({ useRecords: false, mapsAsObjects: false });

/**
 * What several runs over the same index settings recorded, as one: every file and every metadata that one of them asked
 * for. Where two runs saw different pages of a package, the earlier run's page stands.
 */
export function mergeRecorded(runs: readonly BundleContent[]): BundleContent {
  const merged = new Map<string, Uint8Array>();
  for (const run of runs) {
    for (const [key, bytes] of run) {
      const before = merged.get(key);
      merged.set(key, before === undefined || before.length === 0 ? bytes : joined(key, before, bytes));
    }
  }
  return merged;
}

function joined(key: string, before: Uint8Array, after: Uint8Array): Uint8Array {
  if (after.length === 0) return before;
  if (key.startsWith(PAGE)) return joinedPage(before, after);
  return key.startsWith(FILES) ? joinedFiles(before, after) : before;
}

/** Runs differ in the fingerprints that they kept: those of files whose metadata they read, zero for the rest. */
function joinedPage(before: Uint8Array, after: Uint8Array): Uint8Array {
  const [one, other] = [pageOf(before), pageOf(after)];
  if (one.columns.fingerprints.length !== other.columns.fingerprints.length) return before;
  const fingerprints = one.columns.fingerprints.map((byte, at) => byte | other.columns.fingerprints[at]!);
  return packr.pack([one.indexes, columnBytes({ ...one.columns, fingerprints })]);
}

function pageOf(bytes: Uint8Array): { readonly indexes: unknown; readonly columns: PageColumns } {
  const [indexes, inner] = packr.unpack(bytes) as readonly unknown[];
  const columns = inner instanceof Uint8Array ? parseColumns(inner) : null;
  if (columns === null) throw new Error('a page was recorded that cannot be read');
  return { indexes, columns };
}

function joinedFiles(before: Uint8Array, after: Uint8Array): Uint8Array {
  const count = ((packr.unpack(before) as readonly unknown[])[4] as readonly unknown[]).length;
  const [one, other] = [parseDetails(before, count), parseDetails(after, count)];
  if (one === null || other === null) return before;
  const texts = (a: readonly string[], b: readonly string[]): readonly string[] =>
    a.map((text, at) => (text === '' ? b[at]! : text));
  return detailBytes({
    ...one,
    filenames: texts(one.filenames, other.filenames),
    hashes: texts(one.hashes, other.hashes),
    sizes: one.sizes.map((size, at) => (size === -1 ? other.sizes[at]! : size)),
  });
}
