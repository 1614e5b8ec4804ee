import type { Chain } from '../../domain/finding.ts';
import { breaksIn, importedText, speaksOf } from '../../domain/learned-break.ts';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { LockedSet } from '../../domain/plan.ts';
import type { Target } from '../../domain/target.ts';
import type { Version } from '../../domain/version.ts';
import { chainTo } from '../resolution/chain.ts';
import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';

/** Sets of today that were seen, by running or by reading their files, not to import: whatever their metadata says. */
export async function findBreaksAtImport(examined: Examined): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const learned of examined.learned) {
    if (!speaksOf(learned, examined.service.name)) continue;
    const { name } = learned.importer ?? learned.provider;
    const bySubject = new Map<string, { version: Version | null; targets: Target[]; lock: LockedSet }>();
    for (const lock of examined.today.locks) {
      const at = new Map(lock.packages.map((one) => [one.name, one.version]));
      if (!breaksIn(learned, (one) => at.get(one)?.text ?? null)) continue;
      const version = at.get(name) ?? null;
      const known = bySubject.get(version?.text ?? '');
      if (known === undefined) bySubject.set(version?.text ?? '', { version, targets: [lock.target], lock });
      else known.targets.push(lock.target);
    }
    for (const { version, targets, lock } of bySubject.values()) {
      const chain: Chain =
        version === null ? { requirement: null, links: [] } : await chainTo(examined.resolution, lock, name);
      found.push(foundOf(examined, learned, { version, targets, chain }));
    }
  }
  return found;
}

function foundOf(
  examined: Examined,
  learned: LearnedBreak,
  { version, targets, chain }: { version: Version | null; targets: readonly Target[]; chain: Chain },
): Found {
  const { service } = examined;
  const { name } = learned.importer ?? learned.provider;
  const id = findingId('breaks-at-import', service, name, version?.text ?? 'absent', learned.id);
  const who = learned.importer === null ? 'the service' : `${name} ${version?.text ?? ''}`.trimEnd();
  return {
    finding: {
      ...{ kind: 'breaks-at-import', id, service: service.name, targets, chain, name, version, learned },
      message: `${who} does not import: ${learned.because}`,
      help: null,
      problem: true,
      evidence: [`evidence:${id}`],
    },
    evidence: [
      evidenceOf(id, {
        claim: `${who} imports with the set of today`,
        verdict: 'refuted',
        how: `import of ${importedText(learned)}`,
        seen: learned.seen,
      }),
    ],
  };
}
