import { join, posix } from 'node:path';
import type { World } from '../../io/world.ts';
import { withoutCredentials } from '../../io/url-credentials.ts';
import { pipFacts } from '../../read/ecosystems/pypi/default-index.ts';
import { readPipConfiguration } from '../../read/ecosystems/pypi/pip-configuration.ts';
import { readUvConfiguration } from '../../read/ecosystems/pypi/uv-configuration.ts';
import type { RelockRequest, RelockSettings } from './relock-request.ts';

/**
 * The default index that uv is to be told, with credentials, or null where its own setting or default stands. What was asked for
 * by `--index-url` always counts. What only pip's settings name counts where the lock already names it: uv does not know of
 * it, and any other would rewrite the source of every package.
 */
export async function agreeingIndex(
  request: Pick<RelockRequest, 'root' | 'lock'>,
  { indexUrl }: Pick<RelockSettings, 'indexUrl'>,
  world: World,
  registries: readonly string[],
): Promise<string | null> {
  if (indexUrl !== null) return spelledAs(registries, indexUrl) ?? indexUrl;
  const uv = await readUvConfiguration(world, join(request.root, posix.dirname(request.lock)));
  if (uv !== null && (uv.defaultIndex !== null || uv.noIndex !== null)) return null;
  const facts = await pipFacts(world);
  const pip = await readPipConfiguration(world, facts?.sitePrefix ?? null);
  for (const candidate of [pip.indexUrl?.value, facts?.indexUrl]) {
    const spelled = candidate === undefined ? null : spelledAs(registries, candidate);
    if (spelled !== null) return spelled;
  }
  return null;
}

/** The address as the lock spells it (with or without a slash at its end) and with its credentials; null: not in the lock. */
function spelledAs(registries: readonly string[], address: string): string | null {
  if (!URL.canParse(address)) return null;
  const bare = (text: string): string => withoutCredentials(text).replace(/\/$/, '');
  const registry = registries.find((one) => bare(one) === bare(address));
  if (registry === undefined) return null;
  const url = new URL(address);
  url.pathname = new URL(registry).pathname;
  return url.href;
}
