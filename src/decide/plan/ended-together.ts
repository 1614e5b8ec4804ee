import { serviceTitle } from '../../domain/service-title.ts';
import type { ServiceScan } from '../findings/examine.ts';
import { placeText } from '../resolution/wording.ts';
import type { EndedLine } from './ended-lines.ts';

/** The ended lines of each service, in the order of the services. */
export type Ended = readonly (readonly EndedLine[])[];

/**
 * The lines of one name give way together, and in all services that have one of them: one that stays keeps the others, and so does
 * a service in which something of the package still installs, or whose line would go where another's asks for the successor.
 */
export function settled(scans: readonly ServiceScan[], ended: Ended): Ended {
  const kept = (one: EndedLine, at: number): string | null => {
    if (one.stays !== null) return one.stays;
    const { name } = one.requirement.dependency;
    const twin = ended[at]!.find(
      ({ requirement, stays }) => stays !== null && requirement.dependency.name === name,
    );
    if (twin !== undefined) return `that of ${placeText(twin.requirement)} does`;
    for (const [other, { examined }] of scans.entries()) {
      const its = ended[other]!.find(({ requirement }) => requirement.id === one.requirement.id);
      if (its !== undefined && its.stays !== null) return its.stays;
      if (its !== undefined && its.askedBy.length > 0 !== one.askedBy.length > 0)
        return `${one.successor} is asked for already in one of the services that share it`;
      const counts = examined.resolution.lines.some(
        ({ requirement }) => requirement.id === one.requirement.id,
      );
      if (its === undefined && counts)
        return `something of it may still be installed for ${serviceTitle(examined.service.name)}`;
    }
    return null;
  };
  const next = ended.map((lines, at) => lines.map((one) => ({ ...one, stays: kept(one, at) })));
  const isSame = next.every((lines, at) => lines.every(({ stays }, n) => stays === ended[at]![n]!.stays));
  return isSame ? ended : settled(scans, next);
}
