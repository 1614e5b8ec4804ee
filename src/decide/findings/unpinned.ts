import type { Requirement } from '../../domain/requirement.ts';
import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';

/** From this share of pinned lines on, a file is taken to pin on purpose. */
const MOSTLY = 0.75;

/** Lines without any bound, and without a constraint or a lock that pins them, in files that pin the rest: their next build may select something else. A warning. */
export function findUnpinned(examined: Examined): readonly Found[] {
  const { manifests, lock } = examined.service;
  if (lock !== undefined) return [];
  const constrained = new Set(
    manifests
      .flatMap((manifest) => manifest.requirements)
      .filter((r) => r.role === 'constraint' && examined.rules.pinnedVersion(r.dependency.specifier) !== null)
      .map((r) => r.dependency.name),
  );
  return manifests.flatMap((manifest) => {
    const asked = manifest.requirements.filter((r) => r.role === 'requirement' && r.dependency.url === null);
    const pinned = asked.filter((r) => examined.rules.pinnedVersion(r.dependency.specifier) !== null);
    if (asked.length === 0 || pinned.length < asked.length * MOSTLY) return [];
    return asked
      .filter((r) => r.dependency.specifier.text === '' && !constrained.has(r.dependency.name))
      .map((r) => warning(examined, r, pinned.length, asked.length));
  });
}

function warning(examined: Examined, requirement: Requirement, pinned: number, asked: number): Found {
  const { service } = examined;
  const { name, writtenName } = requirement.dependency;
  const id = findingId('unpinned', service, name, requirement.span.file);
  const message = `${writtenName} is not pinned, though ${pinned} of ${asked} lines of ${requirement.span.file} are`;
  return {
    finding: {
      kind: 'unpinned',
      id,
      service: service.name,
      targets: service.targets,
      message,
      help: 'pin it to the version that the lock shows',
      problem: false,
      evidence: [`evidence:${id}`],
      requirement,
    },
    evidence: [
      evidenceOf(id, {
        claim: `${writtenName} is pinned`,
        verdict: 'refuted',
        how: `the file ${requirement.span.file}`,
        seen: message,
      }),
    ],
  };
}
