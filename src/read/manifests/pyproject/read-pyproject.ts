import type { LocatedRequirement } from '../locate-requirement.ts';
import { withIds } from '../locate-requirement.ts';
import { NOTHING_READ } from '../manifest-reader.ts';
import type { ManifestContent, ReadingContext } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import { readDependencyGroups } from './dependency-groups.ts';
import { readDynamicDependencies } from './dynamic-dependencies.ts';
import { locateToml } from './located-toml.ts';
import { readOtherTools } from './other-tools.ts';
import { poetryIndexes } from './poetry-indexes.ts';
import { poetrySources, readPoetryTable } from './poetry-table.ts';
import { readProjectTable } from './project-table.ts';
import { PyprojectReading } from './pyproject-reading.ts';
import { runtimeOf } from './runtime-range.ts';
import { leaveOutConflicting } from './uv-conflicts.ts';
import { uvSources } from './uv-sources.ts';
import { readUvTable } from './uv-table.ts';
import { workspaceOf } from './uv-workspace.ts';
import { stringAt } from './toml-lookup.ts';

/**
 * Reads a `pyproject.toml`: requirements of PEP 621, 735 and 518, of Poetry, uv, PDM, Hatch, Rye and Flit, each at its place, and
 * the runtime that it asks for.
 */
export async function readPyproject(source: SourceText, context: ReadingContext): Promise<ManifestContent> {
  const document = locateToml(source);
  if ('message' in document) return { ...NOTHING_READ, unreadable: [document] };
  const reading = new PyprojectReading(source, context);
  const written = stringAt(document, 'project', 'name') ?? stringAt(document, 'tool', 'poetry', 'name');
  const name = written === null ? null : context.rules.name(written.value);
  reading.projectName = typeof name === 'string' ? name : null;
  const workspace = await workspaceOf(source.path, context);
  reading.sources = new Map([
    ...poetrySources(document, reading),
    ...uvSources(document, workspace, reading),
  ]);
  const runtime = runtimeOf(document, source, context.rules);
  if (runtime !== null && 'message' in runtime) reading.unreadable.push(runtime);
  readProjectTable(document, reading);
  await readDynamicDependencies(document, reading);
  readDependencyGroups(document, reading);
  readPoetryTable(document, reading);
  readUvTable(document, workspace, reading);
  readOtherTools(document, reading);
  leaveOutConflicting(document, workspace, reading);
  return {
    ...NOTHING_READ,
    ...identified(reading),
    unreadable: reading.unreadable.toSorted((a, b) => a.at.span.start - b.at.span.start),
    includes: reading.includes,
    indexOptions: poetryIndexes(document),
    targetHint: runtime !== null && 'runtime' in runtime ? runtime : null,
    ...(reading.projectName === null ? {} : { projectName: reading.projectName }),
  };
}

/** In the order of the file, with ids that no two lines share, whichever list they are in. */
function identified({
  requirements,
  buildRequirements,
}: PyprojectReading): Pick<ManifestContent, 'requirements' | 'buildRequirements'> {
  const all: LocatedRequirement[] = [...requirements, ...buildRequirements];
  const forBuild = new Set(buildRequirements);
  const ordered = all.sort((a, b) => a.span.start - b.span.start);
  const withId = withIds(ordered);
  return {
    requirements: withId.filter((_, n) => !forBuild.has(ordered[n]!)),
    buildRequirements: withId.filter((_, n) => forBuild.has(ordered[n]!)),
  };
}
