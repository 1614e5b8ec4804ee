import { pathToFileURL } from 'node:url';
import type { Credentials } from '../../io/http.ts';
import type { World } from '../../io/world.ts';
import type { IndexSettings } from '../../read/ecosystems/ecosystem.ts';
import { readIndexSources } from '../../read/ecosystems/pypi/index-settings.ts';
import { normalizeName } from '../../read/ecosystems/pypi/name.ts';
import type { FindLinksSource } from '../../read/ecosystems/pypi/index-source.ts';

/** Where an installer finds the files: addresses with their credentials, which go by the environment and never by arguments. */
export interface IndexAddresses {
  /** In order of preference; empty: no index is used. */
  readonly indexes: readonly string[];
  readonly findLinks: readonly string[];
}

/** The project's own indexes, those of single packages among them: which file is taken is said by its hash. */
export async function indexAddresses(settings: IndexSettings, world: World): Promise<IndexAddresses> {
  const sources = await readIndexSources(world, settings, (text) => normalizeName(text));
  const all = [...sources.indexes, ...[...sources.pinned.values()].flat()];
  const indexes = all.map(({ url, credentials }) => withCredentials(url, credentials));
  return { indexes: [...new Set(indexes)], findLinks: sources.findLinks.map(linksAddress) };
}

/** uv: its default index is asked last. Hashes decide, so every index that has the name is looked at. */
export function uvVariables({ indexes, findLinks }: IndexAddresses): Readonly<Record<string, string>> {
  const [first, ...others] = indexes;
  return {
    ...(first === undefined ? {} : { UV_DEFAULT_INDEX: first }),
    ...(others.length === 0 ? {} : { UV_INDEX: others.join(' ') }),
    ...(findLinks.length === 0
      ? {}
      : { UV_FIND_LINKS: findLinks.map((one) => one.replaceAll(',', '%2C')).join(',') }),
    // Of a single one uv tells better why it has no file.
    ...(others.length === 0 ? {} : { UV_INDEX_STRATEGY: 'unsafe-best-match' }),
  };
}

/** Without an index uv would ask its own default; there is no variable that says so. */
export function uvWords({ indexes }: IndexAddresses): readonly string[] {
  return indexes.length === 0 ? ['--no-index'] : [];
}

/** pip: variables stand above its configuration files. */
export function pipVariables({ indexes, findLinks }: IndexAddresses): Readonly<Record<string, string>> {
  const [first, ...others] = indexes;
  return {
    ...(first === undefined ? { PIP_NO_INDEX: '1' } : { PIP_INDEX_URL: first }),
    ...(others.length === 0 ? {} : { PIP_EXTRA_INDEX_URL: others.join(' ') }),
    ...(findLinks.length === 0 ? {} : { PIP_FIND_LINKS: findLinks.join(' ') }),
  };
}

function withCredentials(address: string, credentials: Credentials | null): string {
  if (credentials === null) return address;
  const url = new URL(address);
  url.username = encodeURIComponent(credentials.username);
  url.password = encodeURIComponent(credentials.password);
  return url.href;
}

function linksAddress({ location, credentials }: FindLinksSource): string {
  return location.kind === 'folder'
    ? pathToFileURL(location.path).href
    : withCredentials(location.url, credentials);
}
