import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Service } from '../../domain/project.ts';
import type { AdvisoryBook } from '../../read/advisories/advisories.ts';
import type { PackageIndex } from '../../read/ecosystems/ecosystem.ts';
import type { Rules } from '../resolution/line.ts';
import { Resolution } from '../resolution/resolution.ts';
import { resolveToday } from '../resolution/today.ts';
import { findProblems } from './find-problems.ts';
import type { Examined, Found } from './found.ts';

/** One service as it is today, with everything found wrong with it. */
export interface ServiceScan {
  readonly examined: Examined;
  readonly found: readonly Found[];
}

/** What an examination needs beside the service itself. */
export interface ExaminationNeeds {
  readonly ecosystem: Rules;
  readonly index: PackageIndex;
  readonly advisories: AdvisoryBook;
  readonly policy: Policy;
  readonly day: Date;
  readonly asOf: Date | null;
  /** Absent: nothing was learned. */
  readonly learned?: readonly LearnedBreak[];
}

/** Resolves a service as an installer would, asks for the advisories of all that was met, and looks for problems. */
export async function examine(service: Service, needs: ExaminationNeeds): Promise<ServiceScan> {
  const { ecosystem, index, advisories, policy, day, asOf, learned = [] } = needs;
  const resolution = await Resolution.open(service, {
    rules: ecosystem,
    index,
    targets: service.targets,
    prereleases: policy.prereleases,
  });
  const today = await resolveToday(resolution);
  const met = new Set([...resolution.graph.nodes.packages()].map((node) => node.name));
  await advisories.load([...met]);
  const examined: Examined = {
    ...{ service, rules: ecosystem, resolution, today, advisories, policy, day, asOf, learned },
  };
  return { examined, found: await findProblems(examined, index) };
}
