import type { Target } from '../../domain/target.ts';
import type { World } from '../../io/world.ts';
import type { Ecosystem, PackageIndex } from '../../read/ecosystems/ecosystem.ts';
import type { Environment } from '../environment/environment.ts';

/** What blame and learning read: the environment in which it failed, and the wheels of the service's index. */
export interface BlameNeeds {
  readonly world: World;
  readonly ecosystem: Pick<Ecosystem, 'name' | 'parseVersion' | 'parseDependency' | 'applies'>;
  readonly index: PackageIndex;
  readonly target: Target;
  /** In which the import was run. */
  readonly environment: Environment;
  /** The old set, where it could be installed: what a module came from before. */
  readonly before: Environment | null;
}
