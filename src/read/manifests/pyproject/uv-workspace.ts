import { posix } from 'node:path';
import { readTomlTable, tomlAt, tomlString, tomlStrings } from '../../../io/toml-table.ts';
import type { ReadingContext } from '../manifest-reader.ts';
import type { RepositoryTree } from '../repository-tree.ts';
import { isPattern, projectsMatching, projectsOf } from './folder-pattern.ts';
import type { LocatedTable } from './located-toml.ts';
import type { PyprojectReading } from './pyproject-reading.ts';
import { PRODUCTION } from './pyproject-reading.ts';
import { entryAt, stringsIn, valueAt } from './toml-lookup.ts';

/** A workspace of uv ("Using workspaces"): the root's pyproject.toml and those of its members. */
export interface UvWorkspace {
  readonly root: string;
  readonly members: ReadonlySet<string>;
  /** Paths of pyproject.toml by the project's name. */
  readonly byName: ReadonlyMap<string, string>;
  /** The root's `[tool.uv.sources]`, which hold for members that have none of their own for a package. */
  readonly rootText: string | null;
}

/** Larger files are no pyproject.toml that anybody wrote. */
const LARGEST = 1 << 20;
const known = new WeakMap<RepositoryTree, Map<string, Promise<UvWorkspace | null>>>();

/** The workspace that a pyproject.toml is the root or a member of; null where it stands alone. */
export async function workspaceOf(path: string, context: ReadingContext): Promise<UvWorkspace | null> {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const workspace = await workspaceAt(posix.join(folder, 'pyproject.toml'), context);
    if (workspace !== null) return workspace.root === path || workspace.members.has(path) ? workspace : null;
    if (folder === '.' || folder === '/') return null;
  }
}

/** Looked at once a tree: every member asks. */
function workspaceAt(root: string, context: ReadingContext): Promise<UvWorkspace | null> {
  const ofTree = known.get(context.tree) ?? new Map<string, Promise<UvWorkspace | null>>();
  known.set(context.tree, ofTree);
  const before = ofTree.get(root);
  if (before) return before;
  const reading = readWorkspace(root, context);
  ofTree.set(root, reading);
  return reading;
}

async function readWorkspace(root: string, context: ReadingContext): Promise<UvWorkspace | null> {
  const rootText = context.tree.hasFile(root) ? await context.peek(root) : null;
  // Most files have none, and parsing one is what reading it costs. (A key may be written with escapes.)
  if (rootText === null || !/workspace|\\/.test(rootText)) return null;
  const table = tableOf(rootText);
  const workspace = tomlAt(table, 'tool', 'uv', 'workspace');
  if (!(workspace instanceof Map)) return null;
  const folder = posix.dirname(root);
  const projects = projectsOf(context.tree);
  const named = (key: string): readonly string[] =>
    (tomlStrings(tomlAt(workspace, key)) ?? []).flatMap((one) => projectsMatching(one, folder, projects));
  const excluded = new Set(named('exclude'));
  const members = new Set(named('members').filter((path) => !excluded.has(path) && path !== root));
  const byName = new Map<string, string>();
  for (const path of [root, ...members]) {
    const name = tomlString(path === root ? table : tableOf(await context.peek(path)), 'project', 'name');
    const normal = name === null ? null : context.rules.name(name);
    if (typeof normal === 'string') byName.set(normal, path);
  }
  return { root, members, byName, rootText };
}

function tableOf(text: string | null): ReturnType<typeof readTomlTable> {
  return text === null || text.length > LARGEST ? null : readTomlTable(text.replace(/^\uFEFF/, ''));
}

/** The members of a root are read with it; a member that is named and not there is said. */
export function includeMembers(
  document: LocatedTable,
  workspace: UvWorkspace,
  reading: PyprojectReading,
): void {
  const table = entryAt(document, 'tool', 'uv', 'workspace')?.value;
  const projects = projectsOf(reading.context.tree);
  for (const member of stringsIn(valueAt(table, 'members'))) {
    const paths = projectsMatching(member.value, reading.folder, projects);
    for (const path of paths)
      if (workspace.members.has(path)) reading.include(path, PRODUCTION, member.place);
    if (paths.length === 0 && !isPattern(member.value) && posix.normalize(member.value) !== '.')
      reading.say(
        member.place,
        `workspace member missing: there is no ${posix.join(reading.folder, member.value, 'pyproject.toml')}`,
        'restore it, or remove it from the members',
      );
  }
}
