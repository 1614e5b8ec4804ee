import type { Target } from '../../domain/target.ts';
import type { Line } from '../resolution/line.ts';
import type { LineLeftOut } from '../resolution/resolution.ts';
import type { Hindrance } from './hindrance.ts';

/** What of a line says which versions it admits as it is written. */
export interface WantedLine extends Pick<Line, 'requirement' | 'published' | 'pinned'> {
  readonly allowed: Pick<Line['allowed'], 'same'>;
}

/** Why nothing that a line admits can be had on a target, whatever the other lines say; null where something can. */
export function barOf(line: WantedLine, target: Target): Hindrance | null {
  const { requirement, published, pinned } = line;
  const { name, specifier } = requirement.dependency;
  const { same } = line.allowed;
  if (requirement.role !== 'requirement' || same.intersects(published.installable(target))) return null;
  const about = { names: [name], requirements: [requirement], via: [], version: pinned?.text ?? null };
  if (same.isEmpty) return { kind: 'not-published', ...about, why: ['no such version is published'] };
  const { offers } = published.whyNot(same.last, target)!;
  const newest = published.versions[same.last]!.text;
  const why = pinned === null ? `no version in ${specifier.text || 'it'} (${newest}: ${offers})` : offers;
  return { kind: 'not-installable', ...about, why: [why] };
}

/** Names that no index has are on no target. */
export function unknownName({ requirement, why }: LineLeftOut): Hindrance | null {
  if (why !== 'no-such-package' || requirement.role !== 'requirement') return null;
  const { name } = requirement.dependency;
  return {
    ...{ kind: 'no-such-package', names: [name], version: null, requirements: [requirement], via: [] },
    why: ['no index has a package of that name'],
  };
}
