import { SourceText } from '../source-text.ts';
import { locateToml } from './located-toml.ts';
import type { LocatedString, LocatedTable, LocatedValue } from './located-toml.ts';
import type { PyprojectReading } from './pyproject-reading.ts';
import { stringAt, stringsIn, valueAt } from './toml-lookup.ts';
import type { UvWorkspace } from './uv-workspace.ts';

/** An extra or group of a project; `key` names both. */
interface Member {
  readonly key: string;
  readonly name: LocatedString;
}

/**
 * `[tool.uv] conflicts` (uv, "Conflicting dependencies"): extras and groups of which no two are installed together. They cannot be
 * solved together either, so of each set one is looked at, and of the others it is said that they are not: the one that the
 * root of the workspace asks for, else the first. A root may name those of its members.
 */
export function leaveOutConflicting(
  document: LocatedTable,
  workspace: UvWorkspace | null,
  reading: PyprojectReading,
): void {
  const left = new Set<string>();
  const root = rootOf(workspace, reading);
  for (const { key, name, kept } of othersOf(root ?? document, reading)) {
    left.add(key);
    if (root !== null) continue;
    const message = `${name.value} is never installed together with ${kept}: what it asks for is not looked at`;
    reading.say(name.place, message, `look at it by itself, for example as a requirements file`);
  }
  const own = reading.projectName ?? '';
  const kept = reading.requirements.filter(
    ({ groupName }) => groupName === undefined || !left.has(keyOf(own, groupName)),
  );
  reading.requirements.splice(0, reading.requirements.length, ...kept);
}

/** The root of a member's workspace, whose conflicts hold; null for a file that is the root, or stands alone. */
function rootOf(workspace: UvWorkspace | null, { source }: PyprojectReading): LocatedTable | null {
  if (workspace === null || workspace.root === source.path || workspace.rootText === null) return null;
  const root = locateToml(new SourceText({ path: workspace.root, text: workspace.rootText, digest: '' }));
  return 'message' in root ? null : root;
}

/** Of each set all but the one that is looked at. */
function othersOf(
  document: LocatedTable,
  reading: PyprojectReading,
): readonly (Member & { readonly kept: string })[] {
  const conflicts = valueAt(document, 'tool', 'uv', 'conflicts');
  if (conflicts?.kind !== 'array') return [];
  const asked = askedExtras(document, reading);
  const left = new Map<string, Member & { readonly kept: string }>();
  for (const set of conflicts.items) {
    const members = membersOf(set, document, reading).filter(({ key }) => !left.has(key));
    const looked = members.find(({ key }) => asked.has(key)) ?? members[0];
    for (const one of members)
      if (one !== looked) left.set(one.key, { ...one, kept: looked?.name.value ?? 'the others' });
  }
  return [...left.values()];
}

function membersOf(set: LocatedValue, document: LocatedTable, reading: PyprojectReading): readonly Member[] {
  const own = stringAt(document, 'project', 'name')?.value ?? '';
  return (set.kind === 'array' ? set.items : []).flatMap((member) => {
    const name = stringAt(member, 'extra') ?? stringAt(member, 'group');
    const owner = stringAt(member, 'package')?.value ?? own;
    return name === null ? [] : [{ key: keyOf(normal(owner, reading), name.value), name }];
  });
}

/** Extras of other projects that the dependencies of a project name: `sdk[v2]`. */
function askedExtras(document: LocatedTable, reading: PyprojectReading): ReadonlySet<string> {
  const asked = stringsIn(valueAt(document, 'project', 'dependencies')).flatMap(({ value }) => {
    const [, name, extras] = /^\s*([\w.-]+)\s*\[([^\]]*)\]/.exec(value) ?? [];
    if (name === undefined || extras === undefined) return [];
    return extras.split(',').map((extra) => keyOf(normal(name, reading), extra.trim()));
  });
  return new Set(asked);
}

function normal(name: string, { context }: PyprojectReading): string {
  const found = context.rules.name(name);
  return typeof found === 'string' ? found : name;
}

function keyOf(project: string, name: string): string {
  return `${project} ${name}`;
}
