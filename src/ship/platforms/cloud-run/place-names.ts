import type { ServicePlace } from '../../deployment/platform.ts';

/** Where a service of one stage is, in Cloud Run's words. */
export interface RunPlace {
  readonly project: string;
  readonly region: string;
  readonly service: string;
  /** "projects/p/locations/r". */
  readonly parent: string;
  /** "projects/p/locations/r/services/s". */
  readonly name: string;
}

/** The stage's own project and region, else those of `[deploy.cloud-run]`. Null: one of them is nowhere written. */
export function runPlace({ settings, stage }: ServicePlace): RunPlace | null {
  const project = stage.project ?? settings.cloudRun.project;
  const region = stage.region ?? settings.cloudRun.region;
  if (project === null || region === null) return null;
  const parent = `projects/${project}/locations/${region}`;
  return { project, region, service: stage.service, parent, name: `${parent}/services/${stage.service}` };
}

export function revisionPath(place: RunPlace, revision: string): string {
  return `${place.name}/revisions/${revision}`;
}

/** "projects/p/…/revisions/shop-1" and "shop-1" alike: "shop-1". */
export function lastName(resource: string): string {
  return resource.slice(resource.lastIndexOf('/') + 1);
}
