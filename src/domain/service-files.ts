import type { Service } from './project.ts';

/** Paths of all that tells what is installed of a service, and what it runs on. */
export function filesOfService({ manifests, lock, targets }: Service): readonly string[] {
  return [
    ...manifests.map(({ path }) => path),
    ...(lock === undefined ? [] : [lock.path]),
    ...targets.flatMap(({ readFrom }) => readFrom.map((place) => place.replace(/:\d+$/, ''))),
  ];
}
