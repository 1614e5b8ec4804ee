import type { LockFile } from '../../../domain/lock-file.ts';
import type { Manifest } from '../../../domain/project.ts';
import type { Target } from '../../../domain/target.ts';
import { NO_INDEX_OPTIONS } from '../manifest-reader.ts';
import type { Rules } from '../manifest-reader.ts';
import { lockAsRequirements } from './lock-as-requirements.ts';
import type { LockSelection } from './locked-on.ts';

/** A lock in the place of the manifests that it was made from: each package that it has on some target is a line of it. */
export function lockManifest(
  lock: LockFile,
  targets: readonly Target[],
  rules: Rules,
  selection: LockSelection,
): Manifest {
  const { requirements, elsewhere } = lockAsRequirements(lock, targets, rules, selection);
  const { path, unreadable } = lock;
  return {
    ...{ path, kind: 'lock', requirements, unreadable, indexOptions: NO_INDEX_OPTIONS, generatedBy: null },
    ...(elsewhere === 0 ? {} : { elsewhere }),
  };
}
