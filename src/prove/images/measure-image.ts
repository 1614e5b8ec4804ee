import { isArchiveProblem } from '../../io/archive.ts';
import { nodeWorkplace } from '../../io/workplace.ts';
import type { World } from '../../io/world.ts';
import type { Builder } from './builder.ts';
import { distributionSizes, isRecord, unownedFolders } from './distribution-sizes.ts';
import type { DistributionSize } from './distribution-sizes.ts';
import { exportImage } from './export-image.ts';
import type { ExportedImage, NotMeasured } from './export-image.ts';
import type { BuiltImage } from './image-build.ts';
import { layerFiles } from './layer-files.ts';
import { isToolList, savings } from './savings.ts';
import type { Saving, SavingsContext } from './savings.ts';
import { withStore } from './use-store.ts';

/** What an image takes, in bytes of its files, unpacked. */
export interface ImageMeasure {
  readonly kind: 'measured';
  /** Of all layers: what is stored and carried, hidden files too. */
  readonly bytes: number;
  readonly layers: readonly {
    readonly digest: string;
    readonly instruction: string;
    readonly bytes: number;
    /** It came with the base image. */
    readonly base: boolean;
  }[];
  /** The largest first. */
  readonly distributions: readonly DistributionSize[];
  /** Files that no distribution owns, by folder, the largest first. */
  readonly unowned: readonly { readonly folder: string; readonly bytes: number }[];
  readonly savings: readonly Saving[];
  /** Of the image's manifest as it was exported, where the builder gives one. */
  readonly manifestDigest: string | null;
}

/** `needed` and `gpu` are the caller's knowledge of the service, see `SavingsContext`. */
export type MeasureContext = Pick<SavingsContext, 'needed' | 'gpu'>;

/** Measures an image by reading its layers; nothing of it is run. */
export async function measureImage(
  image: BuiltImage,
  builder: Builder,
  world: World,
  context: MeasureContext = { needed: null, gpu: false },
): Promise<ImageMeasure | NotMeasured> {
  const folder = await nodeWorkplace.openFolder();
  try {
    const exported = await withStore(builder, world, () =>
      exportImage(image.reference, builder, world, folder.path),
    );
    return exported.kind === 'unknown'
      ? exported
      : await measureLayers(
          exported,
          image.bases.map(({ layers }) => layers),
          context,
        );
  } finally {
    await folder.remove();
  }
}

/** `bases`: the layers of every image that it may stand on, lowest first. */
export async function measureLayers(
  exported: ExportedImage,
  bases: readonly (readonly string[])[],
  context: MeasureContext,
): Promise<ImageMeasure | NotMeasured> {
  const image = await layerFiles(exported, (path) => isRecord(path) || isToolList(path));
  if (isArchiveProblem(image)) return { kind: 'unknown', why: image.message };
  const { layers, madeBy, manifestDigest } = exported;
  const standsOn = bases.filter((base) => base.every((digest, at) => layers[at]?.digest === digest));
  const baseLayers = Math.max(0, ...standsOn.map(({ length }) => length));
  const { sizes, owned } = distributionSizes(image);
  return {
    kind: 'measured',
    bytes: image.layerBytes.reduce((sum, bytes) => sum + bytes, 0),
    layers: layers.map(({ digest }, at) => ({
      digest,
      instruction: madeBy[at]!,
      bytes: image.layerBytes[at]!,
      base: at < baseLayers,
    })),
    distributions: sizes,
    unowned: unownedFolders(image, owned),
    savings: savings(image, sizes, { ...context, madeBy, baseLayers }),
    manifestDigest,
  };
}
