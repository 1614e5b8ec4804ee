import type { NotedRequirement } from '../../../domain/lock-file.ts';
import type { LockReading } from './lock-reading.ts';
import { placedTable, placedText, placedTexts } from '../placed/placed.ts';
import type { Placed, PlacedTable } from '../placed/placed.ts';

const REFERENCES = ['url', 'git', 'path', 'directory', 'editable', 'virtual'] as const;

/** The requirements in a package's `metadata`, as uv noted them when it made the lock. */
export function notedRequirements(metadata: PlacedTable, reading: LockReading): readonly NotedRequirement[] {
  const groups = [...(placedTable(metadata.get('requires-dev')) ?? [])];
  return [
    ...noted(metadata.get('requires-dist'), 'production', reading),
    ...groups.flatMap(([group, list]) => noted(list, `group ${group}`, reading)),
  ];
}

function noted(list: Placed | undefined, of: string, reading: LockReading): readonly NotedRequirement[] {
  const requirements: NotedRequirement[] = [];
  for (const [table, placed] of reading.tables(list, 'the noted requirements')) {
    const name = reading.name(table.get('name'), 'name', placed);
    if (name === null) continue;
    const specifier = placedText(table.get('specifier')) ?? '';
    requirements.push({
      name,
      extras: placedTexts(table.get('extras')),
      specifier: specifier === '*' ? '' : specifier,
      condition: placedText(table.get('marker')),
      of,
      isReference: REFERENCES.some((key) => table.has(key)),
    });
  }
  return requirements;
}
