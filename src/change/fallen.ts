import type { Project } from '../domain/project.ts';
import { filesOfService } from '../domain/service-files.ts';

/** Paths that the plan of each service would write. */
export type Touched = ReadonlyMap<string, readonly string[]>;

/** Why a service stays as it is although its own changes could be made: it has a file together with one that stays. */
export interface SharedFate {
  readonly service: string;
  readonly file: string;
}

/**
 * The services that stay as they are because others do: a plan holds for whole services, so that a file is written for all that have it
 * or for none. A file that nobody would write holds nobody together.
 */
export function fallenWith(
  project: Project,
  touched: Touched,
  first: Iterable<string>,
): ReadonlyMap<string, SharedFate> {
  const services = [...project.services, ...(project.beside ?? [])];
  const files = new Map(
    services.map((service) => [
      service.name,
      new Set([...filesOfService(service), ...(touched.get(service.name) ?? [])]),
    ]),
  );
  const has = (name: string, path: string): boolean => files.get(name)?.has(path) === true;
  const fates = new Map<string, SharedFate>();
  const fallen = new Set(first);
  // Those that are added on the way are looked at too.
  for (const service of fallen)
    for (const [other, paths] of touched) {
      if (fallen.has(other)) continue;
      const file =
        paths.find((path) => has(service, path)) ?? touched.get(service)?.find((path) => has(other, path));
      if (file === undefined) continue;
      fates.set(other, { service, file });
      fallen.add(other);
    }
  return fates;
}
