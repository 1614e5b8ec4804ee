import type { LocatedTable } from './located-toml.ts';
import type { PyprojectReading } from './pyproject-reading.ts';
import { stringAt, valueAt } from './toml-lookup.ts';

/**
 * `[tool.uv] conflicts` (uv, "Conflicting dependencies"): extras and groups of which no two are installed together. They cannot be
 * solved together either, so of each set the first is looked at, and of the others it is said that they are not.
 */
export function leaveOutConflicting(document: LocatedTable, reading: PyprojectReading): void {
  const conflicts = valueAt(document, 'tool', 'uv', 'conflicts');
  if (conflicts?.kind !== 'array') return;
  const left = new Set<string>();
  for (const set of conflicts.items) {
    const members = set.kind === 'array' ? set.items : [];
    const named = members.flatMap((member) => {
      const name = stringAt(member, 'extra') ?? stringAt(member, 'group');
      return name === null ? [] : [name];
    });
    const first = named.find(({ value }) => !left.has(value));
    for (const other of named) {
      if (other === first || left.has(other.value)) continue;
      left.add(other.value);
      const message = `${other.value} is never installed together with ${first?.value ?? 'the others'}: what it asks for is not looked at`;
      reading.say(other.place, message, `look at it by itself, for example as a requirements file`);
    }
  }
  const kept = reading.requirements.filter(
    ({ groupName }) => groupName === undefined || !left.has(groupName),
  );
  reading.requirements.splice(0, reading.requirements.length, ...kept);
}
