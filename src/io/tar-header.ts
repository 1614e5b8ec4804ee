import { shownName } from './archive.ts';

/**
 * Whether a header tells a size. One in base 256 whose first byte is neither 0x80 nor 0xff is null to tar-stream, which then waits
 * for bytes without an end, and with it whoever reads.
 */
export function tellsSize(header: { readonly size?: number | null | undefined }): boolean {
  return typeof header.size === 'number';
}

/** What is wrong with an archive that holds such a member. */
export function unsized(name: string): string {
  return `the archive does not tell the size of ${shownName(name)}`;
}
