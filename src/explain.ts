import { touchingAdvisories } from './decide/plan/explained-package.ts';
import type { ExplainedPackage } from './decide/plan/explained-package.ts';
import { leaveAdvisories, movePackage } from './decide/plan/move-package.ts';
import { explainPackage } from './decide/resolution/explain-package.ts';
import { refuseUnjudged } from './decide/findings/unjudged.ts';
import { UserFacingError } from './domain/errors.ts';
import type { Scan } from './decide/findings/scan.ts';
import type { Job } from './domain/job.ts';
import type { PackageName } from './domain/package-name.ts';
import type { World } from './io/world.ts';
import { pypi } from './read/ecosystems/pypi/pypi.ts';
import { scan } from './repair.ts';
import { unreadIn } from './show/report/unchecked.ts';
import type { Watch } from './watch.ts';

/**
 * Why a package is in today's set, in every service that has it.
 * @throws UserFacingError `usage` where no service has it, or the text is no name of a package.
 */
export async function explain(
  job: Job,
  text: string,
  world: World,
  watch: Watch = {},
): Promise<readonly ExplainedPackage[]> {
  const name = pypi.name(text);
  if (typeof name !== 'string')
    throw new UserFacingError('usage', `${JSON.stringify(text)} is no name of a package: ${name.message}`);
  const scanned = await scan(job, world, watch);
  refuseUnjudged(scanned.unjudged);
  const explained = await explainIn(scanned, name);
  if (explained.length > 0) return explained;
  const others = namesIn(scanned);
  const like = others.filter((other) => other.includes(name) || name.includes(other)).slice(0, 3);
  const other =
    unreadIn(scanned.project.services).length > 0
      ? 'what could not be read may have it: fettle scan tells that'
      : 'fettle lock lists every package';
  throw new UserFacingError(
    'usage',
    `${name} is not among the ${others.length} packages that are installed`,
    {
      hint: like.length > 0 ? `did you mean ${like.join(', ')}?` : other,
    },
  );
}

/** The same of a project that was scanned already; empty where no service has the package. */
export async function explainIn({ services }: Scan, name: PackageName): Promise<readonly ExplainedPackage[]> {
  const explained: ExplainedPackage[] = [];
  for (const { examined } of services) {
    const { resolution, today, service } = examined;
    const explanations = await explainPackage(resolution, today, service.lock ?? null, name);
    if (explanations.length === 0) continue;
    const advisories = touchingAdvisories(examined, name);
    explained.push({
      ...{ service: service.name, explanations, advisories, whole: today.whole },
      move: await movePackage(examined, name),
      ending: advisories.length === 0 ? null : await leaveAdvisories(examined, name),
    });
  }
  return explained;
}

/** All packages of today's sets. */
export function namesIn({ services }: Scan): readonly PackageName[] {
  const names = services.flatMap(({ examined }) =>
    examined.today.locks.flatMap(({ packages }) => packages.map(({ name }) => name)),
  );
  return [...new Set(names)].sort();
}
