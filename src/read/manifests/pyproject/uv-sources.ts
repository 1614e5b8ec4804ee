import { posix } from 'node:path';
import type { PackageName } from '../../../domain/package-name.ts';
import { SourceText } from '../source-text.ts';
import { sourceOf } from './dependency-source.ts';
import type { DependencySource } from './dependency-source.ts';
import { locateToml } from './located-toml.ts';
import type { LocatedEntry, LocatedTable, LocatedValue } from './located-toml.ts';
import type { PyprojectReading } from './pyproject-reading.ts';
import type { UvWorkspace } from './uv-workspace.ts';
import { tableAt, valueAt } from './toml-lookup.ts';

/**
 * `[tool.uv.sources]` (uv, "Dependency sources"), the workspace root's below the file's own. Sources that are an index leave a
 * requirement what it is. Of several sources under markers the first that is no index decides: what the package holds is then
 * unknown wherever it comes from.
 */
export function uvSources(
  document: LocatedTable,
  workspace: UvWorkspace | null,
  reading: PyprojectReading,
): ReadonlyMap<PackageName, DependencySource> {
  const sources = new Map<PackageName, DependencySource>();
  if (workspace !== null && workspace.root !== reading.source.path && workspace.rootText !== null) {
    const root = new SourceText({ path: workspace.root, text: workspace.rootText, digest: '' });
    const above = locateToml(root);
    if (!('message' in above)) collect(above, root, workspace, reading, sources);
  }
  collect(document, reading.source, workspace, reading, sources);
  return sources;
}

function collect(
  document: LocatedTable,
  file: SourceText,
  workspace: UvWorkspace | null,
  reading: PyprojectReading,
  sources: Map<PackageName, DependencySource>,
): void {
  const table = valueAt(document, 'tool', 'uv', 'sources');
  const isOwn = file === reading.source;
  if (table !== undefined && table.kind !== 'table' && isOwn)
    reading.say(table.place, 'a table of sources is expected here', 'write name = {git = "..."}');
  for (const [written, entry] of tableAt(table)?.entries ?? []) {
    const name = reading.context.rules.name(written);
    if (typeof name !== 'string') continue;
    sources.delete(name);
    const source = sourceIn(name, entry, file, workspace, reading);
    if (source !== null) sources.set(name, source);
  }
}

function sourceIn(
  name: PackageName,
  entry: LocatedEntry,
  file: SourceText,
  workspace: UvWorkspace | null,
  reading: PyprojectReading,
): DependencySource | null {
  const line = file.span(entry.key.start, entry.key.end).line;
  const where = `[tool.uv.sources] (${file === reading.source ? '' : `${file.path} `}line ${line})`;
  const values = entry.value.kind === 'array' ? entry.value.items : [entry.value];
  for (const value of values) {
    if (value.kind !== 'table') {
      if (file === reading.source)
        reading.say(value.place, 'a source is expected here, as a table', 'write {git = "..."}');
      continue;
    }
    if (isTrue(valueAt(value, 'workspace'))) return memberNamed(name, value, file, workspace, reading);
    const source = sourceOf(value, posix.dirname(file.path), reading.context.tree, where);
    if (source !== null) return source;
  }
  return null;
}

function isTrue(value: LocatedValue | undefined): boolean {
  return value?.kind === 'other' && value.value === true;
}

/** A member of a workspace does not include the root: the root includes the members. */
function memberNamed(
  name: PackageName,
  { place }: LocatedTable,
  file: SourceText,
  workspace: UvWorkspace | null,
  reading: PyprojectReading,
): DependencySource {
  const path = workspace?.byName.get(name);
  if (path === undefined && file === reading.source)
    reading.say(
      place,
      workspace === null
        ? `this file is in no workspace, so what ${name} asks for is unknown`
        : `no member of the workspace is named ${name}, so what it asks for is unknown`,
      'add its folder to [tool.uv.workspace] members',
    );
  return path === undefined || path === workspace?.root || path === reading.source.path
    ? { kind: 'left-out' }
    : { kind: 'project', path };
}
