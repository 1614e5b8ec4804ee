import { UserFacingError } from '../../domain/errors.ts';
import type { LockedRow } from './locked-rows.ts';

/**
 * A lock as a requirements file: `name==version` by name, with its condition where targets differ. With `hashesOf` each
 * line carries the hash of every file that may be taken, as pip's hash-checking mode wants it ("sha256:…").
 */
export function requirementsText(
  rows: readonly LockedRow[],
  hashesOf: ((row: LockedRow) => readonly string[]) | null,
): string {
  return rows
    .map((row) => `${line(row)}${hashesOf === null ? '' : hashLines(row, hashesOf(row))}\n`)
    .join('');
}

function line({ name, version, condition }: LockedRow): string {
  return `${name}==${version.text}${condition === null ? '' : ` ; ${condition.text}`}`;
}

function hashLines({ name, version }: LockedRow, hashes: readonly string[]): string {
  if (hashes.length === 0)
    throw new UserFacingError('index-invalid', `the index gives no hash of ${name} ${version.text}`, {
      hint: 'leave out --hashes, or use an index that gives sha256 hashes',
      outside: true,
    });
  return [...new Set(hashes)]
    .sort()
    .map((hash) => ` \\\n    --hash=${hash}`)
    .join('');
}
