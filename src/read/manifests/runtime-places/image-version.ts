import { posix } from 'node:path';
import { releaseNamedIn, releaseText } from '../dockerfile/distributions.ts';
import type { ImageReference } from '../dockerfile/image-reference.ts';
import { isNotBuiltOn } from '../dockerfile/python-image-tags.ts';
import { asPreciseAs } from './newer-runtime.ts';
import type { NewerRuntime } from './newer-runtime.ts';

/** Where the name of an image says its Python, and how. */
export interface ImageVersion {
  readonly start: number;
  readonly end: number;
  /** "3.11", "3.11.4"; "311" in names such as `ubi9/python-311`. */
  readonly written: string;
}

/** Finds the version that is known to be an image's Python in its name; null where it is known in another way. */
export function versionInImage(image: string, python: string): ImageVersion | null {
  const name = image.split('@', 1)[0]!;
  const colon = name.lastIndexOf(':');
  const tagAt = colon > name.lastIndexOf('/') ? colon + 1 : name.length;
  const dotted = python.replaceAll('.', String.raw`\.`);
  const inTag = new RegExp(String.raw`(?<![\d.])${dotted}(?:(?:a|b|rc)\d+)?(?!\d|\.\d)`).exec(
    name.slice(tagAt),
  );
  if (inTag) return found(tagAt + inTag.index, inTag[0]);
  const nameAt = name.slice(0, tagAt).lastIndexOf('/') + 1;
  const inName = /(?<=^python-?)\d{2,3}(?=-minimal|:|$)/.exec(name.slice(nameAt));
  return inName?.[0] === python.replace('.', '') ? found(nameAt + inName.index, inName[0]) : null;
}

function found(start: number, written: string): ImageVersion {
  return { start, end: start + written.length, written };
}

/**
 * What takes the version's place in an image's name: as many numbers as it had, where such a tag may be there. Whether it is, is
 * not looked up; `refused` says where it is known not to be.
 */
export function newImageVersion(
  { registry, repository, tag }: ImageReference,
  written: string,
  newer: NewerRuntime,
): { readonly to: string } | { readonly refused: string } {
  if (!written.includes('.')) return { to: newer.series.replace('.', '') };
  if (/(^|-)rc(-|$)/.test(tag ?? ''))
    return { refused: `the tag ${JSON.stringify(tag)} names a pre-release of Python` };
  const exact = asPreciseAs(written, newer) ?? newer.series;
  const release = isOfficial(registry, repository) ? releaseNamedIn(tag ?? '') : null;
  if (release === null || !isNotBuiltOn(release, exact)) return { to: exact };
  if (!isNotBuiltOn(release, newer.series)) return { to: newer.series };
  return {
    refused: `the image of Python ${newer.series} is not built on ${releaseText(release)}: choose a newer release for it by hand`,
  };
}

/** Docker's own image, a mirror of it included; what others build under that name follows their own rules. */
function isOfficial(registry: string | null, repository: string): boolean {
  if (posix.basename(repository) !== 'python') return false;
  return registry === null
    ? repository === 'python' || repository === 'library/python'
    : repository.endsWith('library/python');
}
