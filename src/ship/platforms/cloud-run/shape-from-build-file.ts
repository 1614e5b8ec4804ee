import type { ServiceShape } from '../../../domain/deploy-settings.ts';
import { readBuildFile } from './build-file.ts';
import { isDeployStep, readDeployStep } from './deploy-step.ts';
import { isDynamic, substituted } from './substitutions.ts';

/** What a Cloud Build file says of how its service is deployed: defaults for first settings. */
export interface BuildFileDefaults {
  readonly service: string | null;
  readonly region: string | null;
  /** Name of the image without tag and service, where it can be told: "registry.example/omni". */
  readonly repository: string | null;
  readonly shape: Partial<ServiceShape>;
  /** The file's own keys with their values. */
  readonly substitutions: Readonly<Record<string, string>>;
}

/**
 * Reads the first step that deploys to Cloud Run. A file that cannot be read is a UserFacingError with its place; one without such a
 * step says nothing.
 */
export function shapeFromBuildFile(text: string, path = 'cloudbuild.yaml'): BuildFileDefaults {
  const file = readBuildFile(text, path);
  const values = new Map(Object.entries(file.content.substitutions));
  const step = file.content.steps.find(isDeployStep);
  const read = step === undefined ? null : readDeployStep(file, step, values);
  const image =
    read?.image ?? file.content.images.map((one) => substituted(one, values, isDynamic(file)))[0] ?? null;
  return {
    service: read?.service ?? null,
    region: read?.region ?? null,
    repository: image === null ? null : repositoryOf(image),
    shape: read?.shape ?? {},
    substitutions: file.content.substitutions,
  };
}

/** "registry.example/omni/shop:1" is kept in "registry.example/omni". */
function repositoryOf(image: string): string | null {
  const at = image.replace(/@.*$/, '').lastIndexOf('/');
  return at <= 0 ? null : image.slice(0, at);
}
