import { splitMarker } from './requirement-text.ts';

/** Requirements and extras that setuptools noted beside an sdist. */
export interface NotedRequirements {
  readonly requiresDist: readonly string[];
  readonly extras: readonly string[];
}

/**
 * Reads `*.egg-info/requires.txt`: requirements one a line; after `[extra]` those of the extra, after `[:marker]` those under
 * a marker, after `[extra:marker]` those of both.
 */
export function parseRequiresTxt(text: string): NotedRequirements {
  const requiresDist: string[] = [];
  const extras = new Set<string>();
  let [extra, marker] = ['', ''];
  for (const line of text.split(/\r?\n/)) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const section = /^\[([^:\]]*)(?::(.*))?\]$/.exec(content);
    if (section) {
      [extra, marker] = [section[1]!.trim(), section[2]?.trim() ?? ''];
      if (extra !== '') extras.add(extra);
    } else requiresDist.push(underConditions(content, extra, marker));
  }
  return { requiresDist, extras: [...extras] };
}

/** The requirement with a section's conditions added to its own. */
export function underConditions(requirement: string, extra: string, marker: string): string {
  const own = splitMarker(requirement);
  const conditions = [
    ...[own.marker, marker].filter((text) => text !== '').map((text) => `(${text})`),
    ...(extra === '' ? [] : [`extra == "${extra.replaceAll('"', '')}"`]),
  ];
  return conditions.length === 0 ? own.requirement : `${own.requirement} ; ${conditions.join(' and ')}`;
}
