import type { Project } from '../domain/project.ts';
import type { PlannedWrite, RefusedChange } from './apply-plan.ts';
import { fallenWith } from './fallen.ts';
import type { Touched } from './fallen.ts';
import { serviceTitle } from '../domain/service-title.ts';

/** The write without what these refusals are about, and without whatever shares its fate. */
export function refuse(
  project: Project,
  { files, listed, refused, touched }: PlannedWrite,
  more: readonly RefusedChange[],
): PlannedWrite {
  const all = withFates(project, touched, [...refused, ...more]);
  const stays = staying(all);
  const gone = new Set([...stays].flatMap((service) => touched.get(service) ?? []));
  const left = files.filter(({ path }) => !gone.has(path));
  return {
    ...{ files: left, touched, refused: all },
    listed: listed.filter(({ service }) => !stays.has(service)),
  };
}

/** The refusals, and one more for each service that would write something and cannot for their sake, or for that of an `unjudged` one. */
export function withFates(
  project: Project,
  touched: Touched,
  refused: readonly RefusedChange[],
  unjudged: readonly string[] = [],
): readonly RefusedChange[] {
  const first = [...unjudged, ...staying(refused)];
  const fates = fallenWith(project, touched, first);
  return [
    ...refused,
    ...[...fates].map(([service, { service: other, file }]): RefusedChange => ({
      ...{ service, change: null, subject: serviceTitle(service), with: other },
      why: `it shares ${file} with ${serviceTitle(other)}, ${unjudged.includes(other) ? 'of which nothing is known' : 'which stays as it is'}`,
    })),
  ];
}

/** The services that stay as they are. */
export function staying(refused: readonly RefusedChange[]): ReadonlySet<string> {
  return new Set(refused.map(({ service }) => service));
}
