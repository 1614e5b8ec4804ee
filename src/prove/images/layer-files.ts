import { isArchiveProblem } from '../../io/archive.ts';
import type { ArchiveProblem } from '../../io/archive.ts';
import { walkTarFile } from '../../io/tar-file.ts';
import type { ExportedImage } from './export-image.ts';

/** A file of the image as it would be seen in it. */
export interface ImageFile {
  readonly bytes: number;
  /** Position of the layer that brings it. */
  readonly layer: number;
}

/** Bytes that a layer brings and that a later one hides: they are shipped all the same. */
export interface HiddenFile extends ImageFile {
  readonly path: string;
  /** Position of the layer that removes it or writes it again. */
  readonly by: number;
  readonly how: 'removed' | 'written again';
}

export interface ImageFiles {
  readonly files: ReadonlyMap<string, ImageFile>;
  readonly hidden: readonly HiddenFile[];
  /** Of each layer: the bytes of its files. */
  readonly layerBytes: readonly number[];
  /** Texts that were asked for, by path, as the image has them. */
  readonly texts: ReadonlyMap<string, string>;
}

const MAX_FILES = 5_000_000;
const MAX_TEXT_BYTES = 512 << 20;
/** OCI image specification, "Whiteouts". */
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** Lays the layers over each other as a container would, by their tables of contents. */
export async function layerFiles(
  image: ExportedImage,
  wanted: (path: string) => boolean,
): Promise<ImageFiles | ArchiveProblem> {
  const files = new Map<string, ImageFile>();
  const hidden: HiddenFile[] = [];
  const texts = new Map<string, string>();
  const layerBytes: number[] = [];
  let textBytes = 0;
  for (const [layer, { path: tar }] of image.layers.entries()) {
    const read: LayerContents = { files: new Map(), removed: new Set(), emptied: new Set() };
    const textsHere = new Map<string, string>();
    const problem = await walkTarFile(tar, wanted, (entry) => {
      const slash = entry.name.lastIndexOf('/') + 1;
      const [folder, base] = [entry.name.slice(0, slash), entry.name.slice(slash)];
      if (base === OPAQUE) read.emptied.add(folder.slice(0, -1));
      else if (base.startsWith(WHITEOUT)) read.removed.add(folder + base.slice(WHITEOUT.length));
      else if (entry.kind !== 'directory') read.files.set(entry.name, entry.size);
      if (entry.content !== null && (textBytes += entry.size) <= MAX_TEXT_BYTES)
        textsHere.set(entry.name, Buffer.from(entry.content).toString('utf8'));
    });
    if (isArchiveProblem(problem)) return problem;
    hide(files, read, layer, hidden);
    let bytes = 0;
    for (const [path, size] of read.files) {
      bytes += size;
      files.set(path, { bytes: size, layer });
      texts.delete(path);
    }
    for (const [path, text] of textsHere) texts.set(path, text);
    layerBytes.push(bytes);
    if (files.size > MAX_FILES)
      return { kind: 'archive-problem', message: `the image has more than ${MAX_FILES} files` };
  }
  for (const path of texts.keys()) if (!files.has(path)) texts.delete(path);
  return { files, hidden, layerBytes, texts };
}

interface LayerContents {
  readonly files: Map<string, number>;
  readonly removed: Set<string>;
  readonly emptied: Set<string>;
}

/** Whiteouts concern the layers below alone. */
function hide(files: Map<string, ImageFile>, read: LayerContents, by: number, hidden: HiddenFile[]): void {
  for (const path of read.files.keys()) {
    const below = files.get(path);
    if (below !== undefined && !read.removed.has(path))
      hidden.push({ path, ...below, by, how: 'written again' });
    if (below !== undefined && !read.removed.has(path)) files.delete(path);
  }
  if (read.removed.size === 0 && read.emptied.size === 0) return;
  for (const [path, file] of files) {
    if (!isRemoved(path, read)) continue;
    files.delete(path);
    hidden.push({ path, ...file, by, how: 'removed' });
  }
}

function isRemoved(path: string, { removed, emptied }: LayerContents): boolean {
  if (removed.has(path) || emptied.has('')) return true;
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const folder = path.slice(0, end);
    if (removed.has(folder) || emptied.has(folder)) return true;
  }
  return false;
}
