import { UserFacingError } from '../../domain/errors.ts';
import type { Condition } from '../../domain/dependency.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { LockedRow } from './locked-rows.ts';

type PublishedFile = ReturnType<PublishedPackage['files']>[number];

/** What stands at the head of the file. */
export interface PylockHead {
  /** The oldest runtime that the lock was made for: "3.11". */
  readonly oldestRuntime: string;
  /** One condition a target. */
  readonly environments: readonly Condition[];
}

/** A lock as `pylock.toml` (PEP 751, lock-version 1.0), keys in the order of the specification. */
export function pylockText(
  rows: readonly LockedRow[],
  publishedOf: (row: LockedRow) => PublishedPackage,
  head: PylockHead,
): string {
  const environments = [...new Set(head.environments.map((condition) => condition.text))].sort();
  const top = [
    'lock-version = "1.0"',
    `environments = [\n${environments.map((text) => `    ${quoted(text)},\n`).join('')}]`,
    `requires-python = ${quoted(`>=${head.oldestRuntime}`)}`,
    'created-by = "fettle"',
  ];
  // An empty lock still has the array that the specification requires.
  if (rows.length === 0) top.push('packages = []');
  return `${[top.join('\n'), ...rows.map((row) => packageTable(row, publishedOf(row)))].join('\n\n')}\n`;
}

/** A `[[packages]]` table, without a line end after it. */
export function packageTable(row: LockedRow, published: PublishedPackage): string {
  return ['[[packages]]', ...packageFields(row, published).map(([key, value]) => `${key} = ${value}`)].join(
    '\n',
  );
}

/** The keys of a package's table with their values as TOML, in the order of the specification. */
export function packageFields(
  row: LockedRow,
  published: PublishedPackage,
): readonly (readonly [key: string, value: string])[] {
  const position = published.position(row.version);
  const runtime = published.requiresRuntime(position);
  const index = indexOf(published);
  const files = usable(published.files(position));
  const wheels = files.filter((file) => file.kind === 'wheel');
  const sdist = files.find((file) => file.kind === 'sdist');
  if (files.length === 0) throw noSource(row, 'no file with a hash');
  const entry = (file: PublishedFile): string => fileTable(row, file);
  const fields: readonly (readonly [string, string | null])[] = [
    ['name', quoted(row.name)],
    ['version', quoted(row.version.text)],
    ['marker', row.condition === null ? null : quoted(row.condition.text)],
    ['requires-python', runtime === null ? null : quoted(runtime)],
    ['index', index === null ? null : quoted(index)],
    ['sdist', sdist === undefined ? null : entry(sdist)],
    ['wheels', wheels.length === 0 ? null : `[\n${wheels.map((file) => `    ${entry(file)},\n`).join('')}]`],
  ];
  return fields.flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
}

/** Files that an installer may take and check: not yanked (unless all are), and with a hash, which PEP 751 requires. */
function usable(files: readonly PublishedFile[]): readonly PublishedFile[] {
  const live = files.filter((file) => !file.yanked);
  return (live.length > 0 ? live : files)
    .filter((file) => file.hash !== null)
    .toSorted((a, b) => (a.filename < b.filename ? -1 : 1));
}

function fileTable(row: LockedRow, file: PublishedFile): string {
  const url = file.url ?? null;
  if (url === null) throw noSource(row, 'no address of its files');
  const [algorithm, digest] = file.hash!.split(':');
  const fields = [
    `name = ${quoted(file.filename)}`,
    ...(file.uploaded === null ? [] : [`upload-time = ${file.uploaded.toISOString().slice(0, 19)}Z`]),
    `url = ${quoted(withoutQuery(url))}`,
    ...(file.size === null ? [] : [`size = ${file.size}`]),
    `hashes = {${algorithm} = ${quoted(digest!)}}`,
  ];
  return `{${fields.join(', ')}}`;
}

/** The index that has the name first; none where its address carries a query, which may be a secret. */
function indexOf(published: PublishedPackage): string | null {
  const url = published.indexes[0];
  return url !== undefined && URL.canParse(url) && new URL(url).search === '' ? url : null;
}

/** A signed address ends; what is signed is no part of it, and is somebody's key. */
function withoutQuery(url: string): string {
  const address = new URL(url);
  return `${address.protocol}//${address.host}${address.pathname}`;
}

/** A TOML basic string. */
function quoted(text: string): string {
  const escaped = text
    .replace(/[\\"]/g, '\\$&')
    .replace(/[\u0000-\u001f\u007f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/\p{Surrogate}/gu, '\ufffd');
  return `"${escaped}"`;
}

function noSource({ name, version }: LockedRow, what: string): UserFacingError {
  return new UserFacingError(
    'usage',
    `a pylock file names where each file is and its hash, and of ${name} ${version.text} there is ${what}`,
    { hint: 'write it with --format requirements, or without --bundle' },
  );
}
