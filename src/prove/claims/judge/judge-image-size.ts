import { sizeText } from '../../verification/image-level.ts';
import type { JudgeNeeds } from './judge-needs.ts';
import { judged, listed, unknown } from './judgement.ts';
import type { Judgement, StatementOf } from './judgement.ts';

/** A document rounds, and counts powers of ten or of two: what is within this share of its figures is what it says. */
const ROUNDED = 0.1;

/**
 * Whether the image takes what the document says: by the images that this run built, unpacked. Where they take less, the figure is
 * wrong; where they take more, it may be a registry's, which is compressed.
 */
export function judgeImageSize(
  { from, to }: StatementOf<'image-size'>,
  { measured }: Pick<JudgeNeeds, 'measured'>,
): Judgement {
  const sizes = measured?.imageBytes ?? [];
  if (sizes.length === 0)
    return unknown(
      'no image was measured; fettle prove with a folder and --verify image measures it',
      'nothing was run',
    );
  const how = `${measured!.by}: the service's own image, unpacked`;
  const seen = `the image takes ${listed(sizes.map(sizeText))} unpacked`;
  if (sizes.some((bytes) => bytes < from * (1 - ROUNDED))) return judged('refuted', seen, how);
  if (sizes.some((bytes) => bytes > to * (1 + ROUNDED)))
    return unknown(`${seen}, and compressed less: the document does not say which it means`, how);
  return judged('proven', seen, how);
}
