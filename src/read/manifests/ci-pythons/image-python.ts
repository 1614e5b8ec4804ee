import type { Target } from '../../../domain/target.ts';
import { imageFacts } from '../dockerfile/base-images.ts';
import { parseImageReference } from '../dockerfile/image-reference.ts';
import type { Rules } from '../manifest-reader.ts';
import { onePython } from './ci-python.ts';

/** The Python that stands in an image's name. "python:3" is whatever is the newest, and "python:3.15-rc" is not out. */
export function imagePython(image: string, rules: Rules): Target['runtime'] | null {
  const reference = parseImageReference(image.trim());
  const { python } = imageFacts(reference);
  const isWritten = python !== null && reference.tag?.includes(python) === true;
  return isWritten && !/\d-?(?:a|b|rc)\d*\b/.test(reference.tag) ? onePython(python, rules) : null;
}
