import { compareVersions, type PypiVersion } from './version.ts';
import { asPypiVersion } from './version.ts';
import {
  detailsOfFiles,
  FINGERPRINT_BYTES,
  SDIST,
  type FileDetails,
  type Page,
  type PageColumns,
  type PageDetails,
} from './page-columns.ts';

interface Row {
  readonly page: number;
  readonly file: number;
}

/**
 * The files of several pages as one page: what indexes that count together publish. Versions are those of all pages;
 * of files with one name the first page's stands. Status and reasons of yanks are the first page's that has them.
 */
export function mergePages(pages: readonly Page[]): Page {
  if (pages.length === 1) return pages[0]!;
  const versions = new Map<string, { readonly version: PypiVersion; readonly rows: Row[] }>();
  const seen = new Set<string>();
  for (const [at, page] of pages.entries()) {
    const { columns } = page;
    const { filenames } = page.details();
    for (const [v, text] of columns.versions.entries()) {
      const version = asPypiVersion({ text });
      const group = versions.get(version.key) ?? { version, rows: [] };
      versions.set(version.key, group);
      for (let file = columns.firstFile[v]!; file < columns.firstFile[v + 1]!; file++) {
        if (seen.has(filenames[file]!)) continue;
        seen.add(filenames[file]!);
        group.rows.push({ page: at, file });
      }
    }
  }
  const groups = [...versions.values()].sort((a, b) => compareVersions(a.version, b.version));
  return select(
    pages,
    groups.map((group) => ({ text: group.version.text, rows: group.rows })),
  );
}

/**
 * The page as it was at an instant (seconds since 1970): files uploaded later do not exist, nor do versions without
 * any file left. Files whose upload time is not known are kept: the index does not tell. `original`: where each of its
 * files stands in the whole page.
 */
export function pageAsOf(
  page: Page,
  instant: number,
): { readonly page: Page; readonly original: readonly number[] } {
  const { columns } = page;
  const kept: { text: string; rows: Row[] }[] = [];
  for (const [v, text] of columns.versions.entries()) {
    const rows: Row[] = [];
    for (let file = columns.firstFile[v]!; file < columns.firstFile[v + 1]!; file++)
      if (columns.uploaded[file]! <= instant) rows.push({ page: 0, file });
    if (rows.length > 0) kept.push({ text, rows });
  }
  const original = kept.flatMap(({ rows }) => rows.map((row) => row.file));
  return { page: select([page], kept), original };
}

function select(
  pages: readonly Page[],
  groups: readonly { readonly text: string; readonly rows: readonly Row[] }[],
): Page {
  const rows = groups.flatMap((group) => group.rows);
  const firstFile = new Uint32Array(groups.length + 1);
  for (const [v, group] of groups.entries()) firstFile[v + 1] = firstFile[v]! + group.rows.length;
  const all = pages.map((page) => page.columns);
  const tags = joined(all.map((columns) => columns.tags));
  const runtimes = joined(all.map((columns) => columns.runtimes));
  const column = (pick: (columns: PageColumns, row: Row) => number): number[] =>
    rows.map((row) => pick(all[row.page]!, row));
  const tagOf = (columns: PageColumns, row: Row): number =>
    columns.tagSets[row.file] === SDIST ? SDIST : tags.start[row.page]! + columns.tagSets[row.file]!;
  const columns: PageColumns = {
    versions: groups.map((group) => group.text),
    firstFile,
    tagSets: Uint16Array.from(column(tagOf)),
    runtimeIds: Uint16Array.from(column((c, row) => runtimes.start[row.page]! + c.runtimeIds[row.file]!)),
    flags: Uint8Array.from(column((c, row) => c.flags[row.file]!)),
    uploaded: Uint32Array.from(column((c, row) => c.uploaded[row.file]!)),
    fingerprints: fingerprints(all, rows),
    tags: tags.values,
    runtimes: runtimes.values,
    yankReasons: reasons(all, groups),
    status: all.find((one) => one.status !== null)?.status ?? null,
    notRead: all.find((one) => one.notRead !== null)?.notRead ?? null,
  };
  const file = (at: number): FileDetails => pages[rows[at]!.page]!.file(rows[at]!.file);
  let details: PageDetails | null = null;
  return { columns, details: () => (details ??= detailsOfFiles(rows.map((_, at) => file(at)))), file };
}

/** Lists one after the other, with where each begins. */
function joined(lists: readonly (readonly string[])[]): {
  values: readonly string[];
  start: readonly number[];
} {
  const start: number[] = [];
  let next = 0;
  for (const list of lists) {
    start.push(next);
    next += list.length;
  }
  return { values: lists.flat(), start };
}

function fingerprints(all: readonly PageColumns[], rows: readonly Row[]): Uint8Array {
  const bytes = new Uint8Array(rows.length * FINGERPRINT_BYTES);
  for (const [at, row] of rows.entries()) {
    const from = row.file * FINGERPRINT_BYTES;
    bytes.set(all[row.page]!.fingerprints.subarray(from, from + FINGERPRINT_BYTES), at * FINGERPRINT_BYTES);
  }
  return bytes;
}

function reasons(
  all: readonly PageColumns[],
  groups: readonly { readonly text: string }[],
): ReadonlyMap<number, string> {
  const byText = new Map<string, string>();
  for (const columns of all.toReversed())
    for (const [position, reason] of columns.yankReasons) byText.set(columns.versions[position]!, reason);
  const found = new Map<number, string>();
  if (byText.size === 0) return found;
  for (const [position, group] of groups.entries()) {
    const reason = byText.get(group.text);
    if (reason !== undefined) found.set(position, reason);
  }
  return found;
}
