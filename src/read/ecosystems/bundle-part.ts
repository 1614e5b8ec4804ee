import { createHash } from 'node:crypto';
import type { Service } from '../../domain/project.ts';
import { withoutCredentials } from '../../io/url-credentials.ts';

type Content = ReadonlyMap<string, Uint8Array>;

/**
 * Where a bundle keeps what the index of a service said. Services that make the same settings share one index; the
 * settings themselves, with their addresses, are not kept.
 */
export function bundlePart(service: Service): string {
  const options = service.manifests.map(({ indexOptions }) =>
    withoutCredentials(JSON.stringify(indexOptions)),
  );
  const settings = [...new Set(options)].sort().join('\n');
  return `index-${createHash('sha256').update(settings).digest('hex').slice(0, 12)}/`;
}

/** The content of one part under the index's own keys; of the only part, where a bundle has just one. */
export function contentOfPart(bundle: Content, part: string): Content {
  const parts = new Set([...bundle.keys()].flatMap((key) => /^index-[0-9a-f]{12}\//.exec(key) ?? []));
  const found = !parts.has(part) && parts.size === 1 ? [...parts][0]! : part;
  const own = [...bundle].filter(([key]) => key.startsWith(found));
  return new Map(own.map(([key, bytes]) => [key.slice(found.length), bytes]));
}

/** The content as a part of a bundle. */
export function asPart(content: Content, part: string): Content {
  return new Map([...content].map(([key, bytes]) => [part + key, bytes]));
}
