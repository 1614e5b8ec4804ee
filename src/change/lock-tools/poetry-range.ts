import { rangeOutside } from '../../read/manifests/locks/range-outside.ts';
import type { Difference } from './locked-version.ts';
import type { RelockRequest } from './relock-request.ts';

/**
 * The first planned version that does not run on every Python of the project, in a sentence; null where all do. `range` is the project's, in
 * Poetry's notation.
 */
export function tooNarrow(
  differing: readonly Difference[],
  range: string,
  { publishedOf, rules }: Pick<RelockRequest, 'publishedOf' | 'rules'>,
): string | null {
  for (const { name, planned } of differing) {
    const published = publishedOf(name);
    const position = published?.position(planned) ?? -1;
    const bound = position < 0 ? null : published!.requiresRuntime(position);
    const outside = rangeOutside(range, bound, rules);
    if (outside !== null)
      return `Poetry locks only what runs on every Python of the project (${range}), and ${name} ${planned.text} does not on ${outside} (${bound})`;
  }
  return null;
}
