import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';
import type { Selected } from './selected.ts';
import type { Successor } from './successors.ts';
import { successorOf } from './successors.ts';

/** A project without a release for this long is told as abandoned. */
const ABANDONED_YEARS = 4;
const YEAR_MS = 365.25 * 24 * 3600 * 1000;

/** Requested packages that are archived, inactive, replaced or without a release for years. Warnings: nothing is broken yet. */
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
  const signs = [statusSign(one), await classifierSign(examined, one), ageSign(examined, one)].filter(
    (sign) => sign !== null,
  );
  if (signs.length === 0 && successor === null) return null;
  return found(examined, one, signs, successor);
}

function statusSign(one: Selected): string | null {
  const { status } = one.published;
  return status === null || status.state === 'active'
    ? null
    : `its project is ${status.state}${status.reason ? ` (${status.reason})` : ''}`;
}

async function classifierSign(examined: Examined, one: Selected): Promise<string | null> {
  const target = examined.resolution.graph.targets.indexOf(one.targets[0]!);
  const metadata = await examined.resolution.graph.metadata(one.published, one.position, target);
  const inactive =
    metadata.kind === 'known' && metadata.classifiers.some((c) => c.startsWith('Development Status :: 7'));
  return inactive ? 'its maintainers class it as inactive' : null;
}

function ageSign(examined: Examined, one: Selected): string | null {
  const uploads = one.published.versions.map(
    (_, position) => one.published.uploaded(position)?.getTime() ?? 0,
  );
  const last = Math.max(...uploads);
  if (last === 0 || examined.day.getTime() - last < ABANDONED_YEARS * YEAR_MS) return null;
  return `its last release is of ${new Date(last).getUTCFullYear()}`;
}

function found(
  examined: Examined,
  one: Selected,
  signs: readonly string[],
  successor: Successor | null,
): Found {
  const { service } = examined;
  const id = findingId('deprecated', service, one.name);
  const told = [...signs, ...(successor === null ? [] : [`its successor is ${successor.name}`])].join('; ');
  return {
    finding: {
      kind: 'deprecated',
      id,
      service: service.name,
      targets: one.targets,
      message: `${one.name}: ${told}`,
      help: successor === null ? null : `move to ${successor.name}`,
      problem: false,
      evidence: [`evidence:${id}`],
      chain: one.chain,
      name: one.name,
      version: one.version,
      successor: successor?.name ?? null,
    },
    evidence: [
      evidenceOf(id, {
        claim: `${one.name} is maintained`,
        verdict: signs.length > 0 ? 'refuted' : 'unknown',
        how:
          successor === null
            ? `index page and metadata of ${one.name}`
            : `index page of ${one.name}; ${successor.source}`,
        seen: told,
      }),
    ],
  };
}
