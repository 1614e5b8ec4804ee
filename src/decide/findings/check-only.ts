import { distance } from 'fastest-levenshtein';
import { UserFacingError } from '../../domain/errors.ts';
import type { ServiceScan } from './examine.ts';
import type { Examined } from './found.ts';

/** So many near matches are told. */
const NEAR = 3;

/**
 * What a repair is limited to (`--only`) must be a package that the project has or may get, or an advisory about one, even one
 * that is repaired by now. Throws `usage` for the first that is neither: a slip of the keyboard must not read as "all is well".
 */
export function checkOnly(only: readonly string[], services: readonly Pick<ServiceScan, 'examined'>[]): void {
  if (only.length === 0) return;
  const known = new Set(services.flatMap(({ examined }) => [...namesAndIds(examined)]));
  for (const text of only) {
    const spellings = [text, ...services.map(({ examined }) => examined.rules.name(text))];
    if (spellings.some((spelling) => typeof spelling === 'string' && known.has(spelling))) continue;
    const near = nearest(text, known);
    throw new UserFacingError(
      'usage',
      `--only ${JSON.stringify(text)} names no package of the project, and no advisory about one`,
      {
        hint:
          near.length === 0
            ? 'fettle scan lists what is found, with the ids'
            : `did you mean ${near.join(', ')}?`,
      },
    );
  }
}

function* namesAndIds({ service, resolution, advisories }: Examined): Generator<string> {
  for (const { requirements } of service.manifests)
    for (const { dependency } of requirements) yield dependency.name;
  const met = new Set([...resolution.graph.nodes.packages()].map((node) => node.name));
  for (const name of met) {
    yield name;
    for (const advisory of advisories.about(name)) yield* advisory.ids;
  }
}

/** At most a quarter of the letters differ; capitals count for nothing. */
function nearest(text: string, known: Iterable<string>): readonly string[] {
  return [...known]
    .map((other) => ({ other, away: distance(text.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, away }) => away <= Math.max(1, Math.floor(other.length / 4)))
    .sort((a, b) => a.away - b.away || (a.other < b.other ? -1 : 1))
    .slice(0, NEAR)
    .map(({ other }) => other);
}
