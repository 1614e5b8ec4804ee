import { ADVISORY_TARGETS } from './advisories.ts';
import { ARCHIVE_TARGETS } from './archives.ts';
import { DOCUMENT_TARGETS } from './documents.ts';
import { INDEX_TARGETS } from './index-answers.ts';
import { LOCK_TARGETS } from './locks.ts';
import { MANIFEST_TARGETS } from './manifests.ts';
import { SETTINGS_TARGETS } from './settings.ts';
import { VALUE_TARGETS } from './values.ts';
import type { FuzzTarget } from '../fuzz-target.ts';

/** Every parser of what comes from outside. A new parser is a target here. */
export const TARGETS: readonly FuzzTarget[] = [
  ...VALUE_TARGETS,
  ...MANIFEST_TARGETS,
  ...LOCK_TARGETS,
  ...ARCHIVE_TARGETS,
  ...INDEX_TARGETS,
  ...ADVISORY_TARGETS,
  ...SETTINGS_TARGETS,
  ...DOCUMENT_TARGETS,
];
