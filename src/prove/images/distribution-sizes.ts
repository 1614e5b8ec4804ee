import { posix } from 'node:path';
import type { ImageFiles } from './layer-files.ts';

/** An installed distribution with what its files (RECORD, PEP 376) take in the image. */
export interface DistributionSize {
  /** Name as its `.dist-info` has it, normalised (PEP 503). */
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
  /** Folder that it is installed in. */
  readonly site: string;
  /** Position of the layer that brings it. */
  readonly layer: number;
}

const INFO = /^(?:(.{1,1000})\/)?([^/]{1,300})\.dist-info\/RECORD$/;

/** Whether a file has to be read to know what a distribution owns. */
export function isRecord(path: string): boolean {
  return INFO.test(path);
}

/** The largest first, and the paths that they own. */
export function distributionSizes(image: ImageFiles): {
  readonly sizes: readonly DistributionSize[];
  readonly owned: ReadonlySet<string>;
} {
  const owned = new Set<string>();
  const sizes: DistributionSize[] = [];
  for (const [path, text] of image.texts) {
    const match = INFO.exec(path);
    if (match === null) continue;
    const [, site = '', stem = ''] = match;
    const dash = stem.lastIndexOf('-');
    const [name, version] = dash === -1 ? [stem, ''] : [stem.slice(0, dash), stem.slice(dash + 1)];
    let bytes = 0;
    for (const recorded of recordPaths(text)) {
      const place = posix.join('/', site, recorded).slice(1);
      const file = image.files.get(place);
      if (file === undefined || owned.has(place)) continue;
      owned.add(place);
      bytes += file.bytes;
    }
    sizes.push({
      name: name.toLowerCase().replace(/[-_.]+/g, '-'),
      version,
      bytes,
      site: `/${site}`,
      layer: image.files.get(path)!.layer,
    });
  }
  return { sizes: sizes.sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1)), owned };
}

/** First fields of the rows of a CSV file (RFC 4180 quoting, as RECORD has it). */
function recordPaths(text: string): readonly string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    if (line === '') return [];
    if (!line.startsWith('"')) return [line.split(',', 1)[0]!];
    const quoted = /^"((?:[^"]|"")*)"/.exec(line)?.[1];
    return quoted === undefined ? [] : [quoted.replaceAll('""', '"')];
  });
}

/** Files that no distribution owns, by the folder that they stand in: two names deep, since /usr holds nearly everything. */
export function unownedFolders(
  image: ImageFiles,
  owned: ReadonlySet<string>,
): readonly { readonly folder: string; readonly bytes: number }[] {
  const folders = new Map<string, number>();
  for (const [path, { bytes }] of image.files) {
    if (owned.has(path)) continue;
    const parts = path.split('/');
    const folder = `/${parts.slice(0, Math.min(2, parts.length - 1)).join('/')}`;
    folders.set(folder, (folders.get(folder) ?? 0) + bytes);
  }
  return [...folders].map(([folder, bytes]) => ({ folder, bytes })).sort((a, b) => b.bytes - a.bytes);
}
