import type { UserFacingError } from '../../domain/errors.ts';
import type { Service } from '../../domain/project.ts';
import type { PackageIndex } from '../../read/ecosystems/ecosystem.ts';
import { examine } from './examine.ts';
import type { ExaminationNeeds, ServiceScan } from './examine.ts';
import { indexFailure } from './unjudged.ts';
import type { UnjudgedService } from './unjudged.ts';

/** A service with the index that it asks. */
export interface IndexedService {
  readonly service: Service;
  readonly index: PackageIndex;
}

export interface Examinations {
  readonly services: readonly (ServiceScan & { readonly index: PackageIndex })[];
  readonly unjudged: readonly UnjudgedService[];
}

/** An index that has answered nothing at all is asked for so many services: each waits until its retries are over. */
const DEAD_AFTER = 3;

/** Each service by itself, in their order: an index that cannot be had leaves those open that need it, and no other. */
export async function examineEach(
  asked: readonly IndexedService[],
  needs: Omit<ExaminationNeeds, 'index'>,
  onService: (service: Service) => void,
): Promise<Examinations> {
  const services: Examinations['services'][number][] = [];
  const unjudged: UnjudgedService[] = [];
  const failures = new Map<PackageIndex, UserFacingError[]>();
  for (const { service, index } of asked) {
    const earlier = failures.get(index) ?? [];
    const dead = earlier.length >= DEAD_AFTER && index.hasAnswered !== true ? earlier[0]! : null;
    if (dead === null) onService(service);
    const result = dead ?? (await examine(service, { ...needs, index }).catch(indexFailure));
    if ('found' in result) services.push({ index, ...result });
    else {
      unjudged.push({ service, failure: result });
      failures.set(index, [...earlier, result]);
    }
  }
  return { services, unjudged };
}
