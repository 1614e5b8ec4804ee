import type { LocatedTable } from './located-toml.ts';
import { partOf } from './pyproject-reading.ts';
import type { PyprojectReading } from './pyproject-reading.ts';
import { includeMembers } from './uv-workspace.ts';
import type { UvWorkspace } from './uv-workspace.ts';
import { tableAt, valueAt } from './toml-lookup.ts';

/**
 * `[tool.uv]` (uv, "Settings"). Constraints and overrides count in the root of a workspace alone; those for builds
 * (`build-constraint-dependencies`) bound environments that are thrown away, and are not read.
 */
export function readUvTable(
  document: LocatedTable,
  workspace: UvWorkspace | null,
  reading: PyprojectReading,
): void {
  const uv = tableAt(document, 'tool', 'uv');
  if (uv === null) return;
  reading.readList(valueAt(uv, 'dev-dependencies'), partOf('dev', 'development'));
  if (workspace === null || workspace.root === reading.source.path) {
    reading.readList(valueAt(uv, 'constraint-dependencies'), { role: 'constraint', group: 'production' });
    reading.readList(valueAt(uv, 'override-dependencies'), { role: 'override', group: 'production' });
  }
  if (workspace?.root === reading.source.path) includeMembers(document, workspace, reading);
}
