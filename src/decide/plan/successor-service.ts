import { UserFacingError } from '../../domain/errors.ts';
import type { Service } from '../../domain/project.ts';
import type { Requirement } from '../../domain/requirement.ts';
import { examine } from '../findings/examine.ts';
import { indexFailure } from '../findings/unjudged.ts';
import type { Rules } from '../resolution/line.ts';
import type { EndedLine } from './ended-lines.ts';
import type { Joined } from './joint-scan.ts';
import type { ServicePlan } from './make-plan.ts';
import { requirementsOf } from './sharing.ts';

/** The service as it is once the lines have given way; itself where none does, or where its index cannot be had for it. */
export async function withSuccessors(scan: Joined, ended: readonly EndedLine[]): Promise<Joined> {
  if (ended.length === 0) return scan;
  const { service, rules, advisories, policy, day, asOf, learned } = scan.examined;
  const { index } = scan;
  const examined = await examine(serviceWith(service, ended, rules), {
    ...{ ecosystem: rules, index, advisories, policy, day, asOf, learned },
  }).catch(indexFailure);
  return examined instanceof UserFacingError ? scan : { ...scan, ...examined };
}

function serviceWith(service: Service, ended: readonly EndedLine[], rules: Rules): Service {
  const given = new Map(ended.map((one) => [one.requirement.id, one]));
  const manifests = service.manifests.map((manifest) => ({
    ...manifest,
    requirements: manifest.requirements.flatMap((requirement) => {
      const one = given.get(requirement.id);
      if (one === undefined) return requirement;
      return one.askedBy.length > 0 ? [] : named(requirement, one, rules);
    }),
  }));
  return { ...service, manifests };
}

/** The line as it is once it asks for the successor. Numbers that say nothing of it are left out until one is found. */
function named(requirement: Requirement, { successor, known }: EndedLine, rules: Rules): Requirement {
  const { dependency } = requirement;
  const { specifier, writtenName, text } = dependency;
  const any = known.dropIn.numbers === 'own' ? rules.parseSpecifier('', specifier.notation) : specifier;
  return {
    ...requirement,
    dependency: {
      ...dependency,
      ...{ name: successor, writtenName: successor, text: text.replace(writtenName, () => successor) },
      specifier: 'kind' in any ? specifier : any,
    },
  };
}

/** Whether the plan has a wheel of the successor wherever the line counts, and nothing of the old package. */
export function isGiven(
  { requirement, successor, askedBy }: EndedLine,
  scan: Joined,
  made: ServicePlan | null,
): boolean {
  if (made === null || made.plan.unplanned !== undefined || made.plan.locks.length === 0) return false;
  const { resolution, today, service } = scan.examined;
  if (askedBy.length > 0) return !requirementsOf(service).has(requirement.id);
  const lines = resolution.lines.filter((line) => line.requirement.id === requirement.id);
  const isUnmet = today.unmet.some((conflict) => conflict.lines.some((line) => lines.includes(line)));
  return (
    lines.length > 0 &&
    !isUnmet &&
    lines.every(({ targets, published }) =>
      targets.every((at) => {
        const target = service.targets[at]!;
        const packages = made.plan.locks.find((lock) => lock.target === target)?.packages ?? [];
        const version = packages.find(({ name }) => name === successor)?.version;
        const isFree = packages.every(({ name }) => name !== requirement.dependency.name);
        return (
          version !== undefined && isFree && !published.needsBuild(target).has(published.position(version))
        );
      }),
    )
  );
}
