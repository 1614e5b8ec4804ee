import { deprecationSigns } from './deprecation-signs.ts';
import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';
import type { Selected } from './selected.ts';
import type { Successor } from './successors.ts';
import { refusesToBuild, successorOf } from './successors.ts';

/**
 * Requested packages that are archived, inactive, replaced or without a release for years. Warnings, for nothing is broken yet; but a
 * package that ends its own build to send people to its successor is a problem today.
 */
export async function findDeprecated(
  examined: Examined,
  selected: readonly Selected[],
): Promise<readonly Found[]> {
  const direct = selected.filter((one) => one.chain.links.length === 1);
  const found = await Promise.all(direct.map((one) => judge(examined, one)));
  return found.filter((one) => one !== null);
}

async function judge(examined: Examined, one: Selected): Promise<Found | null> {
  const successor = successorOf(one.name);
  const { graph } = examined.resolution;
  const target = graph.targets.indexOf(one.targets[0]!);
  const metadata = await graph.metadata(one.published, one.position, target);
  const signs = deprecationSigns(one.published, metadata, examined.day);
  if (signs.length === 0 && successor === null) return null;
  return found(examined, one, signs, successor);
}

function found(
  examined: Examined,
  one: Selected,
  signs: readonly string[],
  successor: Successor | null,
): Found {
  const { service } = examined;
  const id = findingId('deprecated', service, one.name);
  const refuses = refusesToBuild(one.name, one.published).has(one.position);
  const told = [
    ...signs,
    ...(refuses ? ['it ends its own build, so that nothing installs it'] : []),
    ...(successor === null ? [] : [`its successor is ${successor.name}`]),
  ].join('; ');
  return {
    finding: {
      kind: 'deprecated',
      id,
      service: service.name,
      targets: one.targets,
      message: `${one.name}: ${told}`,
      help: successor === null ? null : `move to ${successor.name}`,
      problem: refuses,
      evidence: [`evidence:${id}`],
      chain: one.chain,
      name: one.name,
      version: one.version,
      successor: successor?.name ?? null,
    },
    evidence: [
      evidenceOf(id, {
        claim: `${one.name} is maintained`,
        verdict: refuses || signs.length > 0 ? 'refuted' : 'unknown',
        how:
          successor === null
            ? `index page and metadata of ${one.name}`
            : `index page of ${one.name}; ${successor.source}`,
        seen: told,
      }),
    ],
  };
}
