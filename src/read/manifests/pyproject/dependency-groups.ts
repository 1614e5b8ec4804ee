import type { PackageName } from '../../../domain/package-name.ts';
import type { LocatedEntry, LocatedString, LocatedTable, LocatedValue } from './located-toml.ts';
import { partOf } from './pyproject-reading.ts';
import type { PyprojectReading } from './pyproject-reading.ts';
import { entryAt, valueAt } from './toml-lookup.ts';

interface Group {
  readonly name: string;
  readonly value: LocatedValue;
  readonly includes: LocatedString[];
}

/** `[dependency-groups]` (PEP 735): lists of requirements for those who work on the project, and of groups to include. */
export function readDependencyGroups(document: LocatedTable, reading: PyprojectReading): void {
  const table = valueAt(document, 'dependency-groups');
  if (table === undefined) return;
  if (table.kind !== 'table')
    return reading.say(table.place, 'a table of groups is expected here', 'write name = ["requirement"]');
  const groups = new Map<PackageName | string, Group>();
  for (const [name, entry] of table.entries) {
    const key = keyOf(name, reading);
    if (groups.has(key))
      reading.say(
        entry.key,
        `the group ${name} is written twice`,
        'names differ by more than case, "-", "_" and "."',
      );
    else groups.set(key, readGroup(name, entry, reading));
  }
  for (const group of groups.values())
    for (const include of group.includes)
      if (!groups.has(keyOf(include.value, reading)))
        reading.say(include.place, `there is no dependency group ${JSON.stringify(include.value)}`);
  sayCircles(groups, reading);
}

function keyOf(name: string, { context }: PyprojectReading): string {
  const normal = context.rules.name(name);
  return typeof normal === 'string' ? normal : name;
}

function readGroup(name: string, { value }: LocatedEntry, reading: PyprojectReading): Group {
  const includes: LocatedString[] = [];
  const part = partOf(name, 'development');
  if (value.kind !== 'array') reading.readList(value, part);
  else
    for (const item of value.items) {
      const include = item.kind === 'table' ? entryAt(item, 'include-group')?.value : undefined;
      if (include?.kind === 'string') includes.push(include);
      else if (item.kind === 'table')
        reading.say(item.place, 'this item of a group is not known', 'write {include-group = "name"}');
      else reading.readItem(item, part);
    }
  return { name, value, includes };
}

/** Each circle is said once, at the include that closes it. */
function sayCircles(groups: ReadonlyMap<string, Group>, reading: PyprojectReading): void {
  const done = new Set<string>();
  for (const root of groups.keys()) {
    const way: { readonly key: string; next: number }[] = [{ key: root, next: 0 }];
    for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
      const include = done.has(step.key) ? undefined : groups.get(step.key)?.includes[step.next++];
      if (!include) {
        done.add(step.key);
        way.pop();
        continue;
      }
      const key = keyOf(include.value, reading);
      const from = way.findIndex((one) => one.key === key);
      if (from === -1) way.push({ key, next: 0 });
      else {
        const chain = [...way.slice(from).map((one) => groups.get(one.key)!.name), include.value].join(
          ' -> ',
        );
        reading.say(include.place, `this group includes itself: ${chain}`, 'remove one of these includes');
      }
    }
  }
}
