import type { Target } from '../../domain/target.ts';
import { targetText } from '../../domain/target.ts';
import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';
import type { Selected } from './selected.ts';

/**
 * Versions that cannot be installed on a target: no wheel and no usable sdist, or a runtime bound that forbids it. A version that has
 * wheels, none for the target, and an sdist beside them is a problem too: whether it builds there is unknown.
 */
export function findNoDistribution(examined: Examined, selected: readonly Selected[]): readonly Found[] {
  return selected.flatMap((one) => {
    const whys = new Map<string, { targets: Target[]; unknown: boolean; problem: boolean }>();
    for (const target of one.targets) {
      const verdict = judge(one, target);
      if (verdict === null) continue;
      const known = whys.get(verdict.why);
      if (known === undefined) whys.set(verdict.why, { ...verdict, targets: [target] });
      else known.targets.push(target);
    }
    return [...whys].map(([why, { targets, unknown, problem }]) =>
      found(examined, one, targets, why, unknown, problem),
    );
  });
}

function judge(one: Selected, target: Target): { why: string; unknown: boolean; problem: boolean } | null {
  const { published, position } = one;
  if (!published.installable(target).has(position)) {
    return {
      why: published.whyNot(position, target)?.why ?? 'no file of it fits',
      unknown: false,
      problem: true,
    };
  }
  if (!published.needsBuild(target).has(position)) return null;
  const wheels = published.files(position).filter((file) => file.kind === 'wheel').length;
  const why =
    wheels === 0
      ? 'only an sdist: it must be built there, which is not proven to work'
      : 'none of its wheels fits the target; its sdist must be built there, which is not proven to work';
  return { why, unknown: true, problem: wheels > 0 };
}

function found(
  examined: Examined,
  one: Selected,
  targets: readonly Target[],
  why: string,
  unknown: boolean,
  problem: boolean,
): Found {
  const { service } = examined;
  const id = findingId('no-distribution', service, one.name, one.version.text, ...(unknown ? ['build'] : []));
  const where = targets.map(targetText).join('; ');
  return {
    finding: {
      kind: 'no-distribution',
      id,
      service: service.name,
      targets,
      message: `${one.name} ${one.version.text}: ${why}`,
      help: null,
      problem,
      evidence: [`evidence:${id}`],
      chain: one.chain,
      name: one.name,
      version: one.version,
      why,
    },
    evidence: [
      evidenceOf(id, {
        claim: `${one.name} ${one.version.text} can be installed on ${where}`,
        verdict: unknown ? 'unknown' : 'refuted',
        how: `files of ${one.name} ${one.version.text} on the index`,
        seen: why,
      }),
    ],
  };
}
