import type { LockedSet } from '../domain/plan.ts';
import type { PackageName } from '../domain/package-name.ts';
import type { EditContext } from './edit-context.ts';
import { rootOf } from './new-line.ts';

/**
 * Whether a new line of a service may stand in a file: no other service has it, or each that does gets the same line and has the
 * package through that file too. What is written there binds them all.
 */
export function mayStandIn(
  { lines, plans = [] }: EditContext,
  service: string,
  file: string,
  line: {
    readonly name: PackageName;
    readonly specifier: string;
    readonly neededBy?: PackageName | null;
  },
): boolean {
  return lines
    .servicesWith(file)
    .filter((other) => other !== service)
    .every((other) => {
      const plan = plans.find((one) => one.service === other);
      return (
        plan !== undefined &&
        plan.changes.some(
          (change) =>
            change.from === null &&
            change.name === line.name &&
            change.to?.specifier === line.specifier &&
            (change.neededBy === undefined) === (line.neededBy === undefined),
        ) &&
        rootOf(lines, other, line, plan.locks)?.span.file === file
      );
    });
}

/** The sets of every service that has the file. */
export function locksWith({ lines, plans = [] }: EditContext, file: string): readonly LockedSet[] {
  const services = lines.servicesWith(file);
  return plans.filter(({ service }) => services.includes(service)).flatMap(({ locks }) => locks);
}
