import type { PackageName } from '../../domain/package-name.ts';
import type { Service } from '../../domain/project.ts';
import type { RunSettings } from '../../domain/run-settings.ts';
import type { Target } from '../../domain/target.ts';
import type { Level } from '../../domain/verification.ts';
import type { World } from '../../io/world.ts';
import type { Ecosystem, IndexSettings, PackageIndex } from '../../read/ecosystems/ecosystem.ts';
import type { AskedPackage } from '../environment/install-request.ts';
import type { NoSandbox, Sandbox } from '../sandbox/sandbox.ts';

/** One set of versions of one service on one target, as it stands or as a plan would have it. */
export interface SetToVerify {
  readonly side: 'before' | 'after';
  readonly packages: readonly AskedPackage[];
  /** What requirement lines ask for by name. */
  readonly direct: readonly PackageName[];
  /** Why no installer gets this set from the files; null: it resolves. */
  readonly unresolved: string | null;
  /** Lines that come from no index (a URL, a repository, a folder), so that they are not installed here. */
  readonly apart: readonly string[];
  /** Files that the side has otherwise than the disk, by path below the root. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The service that is tried out, and all that trying it out needs. */
export interface Trial {
  readonly service: Service;
  readonly target: Target;
  readonly level: Level;
  /** Absolute path of the project's root. */
  readonly root: string;
  readonly rules: Ecosystem;
  readonly index: PackageIndex;
  readonly indexSettings: IndexSettings;
  readonly sandbox: Sandbox | NoSandbox;
  readonly run: RunSettings | undefined;
  readonly world: World;
  readonly onStage: (stage: string) => void;
}
