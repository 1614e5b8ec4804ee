import type { PackageName } from '../../../domain/package-name.ts';
import { withoutCredentials } from '../../../io/url-credentials.ts';
import type { World } from '../../../io/world.ts';
import type { IndexSettings } from '../ecosystem.ts';
import { BundleReader, Recorder } from './bundle.ts';
import { readFindLinks } from './find-links.ts';
import { openIndexHttp, type IndexHttp } from './index-http.ts';
import type { IndexSource } from './index-source.ts';
import { readIndexSources, type IndexSources } from './index-settings.ts';
import { metadataBesideWheel, type FileToRead, type MetadataSource } from './metadata-chain.ts';
import { metadataFromBuild } from './metadata-from-build.ts';
import { metadataFromSdist } from './metadata-from-sdist.ts';
import { metadataFromWheel, openWheel } from './metadata-from-wheel.ts';
import { normalizeName, parseName } from './name.ts';
import { PageClient } from './page-client.ts';
import type { AllowedKinds } from './published-package.ts';
import { PypiIndex, type PypiIndexParts } from './pypi-index.ts';
import { isProblem } from './syntax-problem.ts';

/** Opens the project's indexes as one: reads all settings, and asks no index yet but for pages of --find-links. */
export async function openPypiIndex(world: World, settings: IndexSettings): Promise<PypiIndex> {
  const asOf = settings.asOf === null ? null : Math.floor(settings.asOf.getTime() / 1000);
  const common = { cache: world.cache, allowBuild: settings.allowBuild, asOf };
  if (settings.bundle !== null)
    return new PypiIndex({ ...common, ...bundleParts(settings, settings.bundle) });
  const found = await readIndexSources(world, settings, nameOf);
  const http = await openIndexHttp(world, [
    ...found.indexes,
    ...[...found.pinned.values()].flat(),
    ...pagesOf(found),
  ]);
  const links = await readFindLinks(world, http, found.findLinks, settings.offline);
  const client = new PageClient(http, world, settings.offline);
  return new PypiIndex({
    ...common,
    indexesOf: (name) => found.pinned.get(name) ?? found.indexes,
    together: found.together,
    pageOf: (index, name, primary) => client.page(index, name, primary),
    links: links.pages,
    allowed: allowedBy(found.noBinary, found.onlyBinary),
    metadataSources: metadataSources(world, http, settings.allowBuild ? found.indexes : null),
    openWheel: (url) => openWheel(http, world.files, url),
    offline: settings.offline,
    bundle: null,
    recorder: new Recorder(found),
    sources: sourcesOf(found),
    warnings: [...links.warnings],
  });
}

function bundleParts(
  settings: IndexSettings,
  content: ReadonlyMap<string, Uint8Array>,
): Omit<PypiIndexParts, 'cache' | 'allowBuild' | 'asOf'> {
  const bundle = new BundleReader(content);
  const recorded = bundle.settings();
  return {
    indexesOf: () => [],
    together: 'first-index',
    pageOf: () => null,
    links: new Map(),
    allowed: allowedBy(recorded.noBinary, recorded.onlyBinary),
    metadataSources: () => [],
    openWheel: () => Promise.resolve('a bundle holds no wheels'),
    offline: settings.offline,
    bundle,
    recorder: new Recorder(recorded),
    sources: [{ url: 'bundle', readFrom: '--bundle' }],
    warnings: [],
  };
}

/** In the order in which they are trusted and cheap. `buildFrom`: indexes for build requirements; null: nothing is built. */
function metadataSources(
  world: World,
  http: IndexHttp,
  buildFrom: readonly IndexSource[] | null,
): (file: FileToRead) => readonly MetadataSource[] {
  const beside = metadataBesideWheel(http);
  const wheel = metadataFromWheel(http, world.files);
  const sdist = metadataFromSdist(http, world.files);
  const build = buildFrom === null ? null : metadataFromBuild(world, http, buildFrom);
  return (file) => {
    if (file.kind === 'sdist') return build === null ? [sdist] : [sdist, build];
    return file.url.startsWith('file:') ? [wheel] : [beside, wheel];
  };
}

/**
 * pip's --no-binary and --only-binary: names, ":all:", and ":none:", which clears what stood before it. A name in one
 * list beats ":all:" in the other.
 */
export function allowedBy(
  noBinary: readonly string[],
  onlyBinary: readonly string[],
): (name: PackageName) => AllowedKinds {
  const [sources, wheels] = [lastWord(noBinary), lastWord(onlyBinary)];
  return (name) => {
    if (wheels.has(name)) return { wheels: true, sdists: false };
    if (sources.has(name)) return { wheels: false, sdists: true };
    return { wheels: !sources.has(':all:'), sdists: !wheels.has(':all:') };
  };
}

function lastWord(values: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const value of values) {
    if (value === ':none:') names.clear();
    else names.add(value === ':all:' ? value : normalizeName(value));
  }
  return names;
}

function sourcesOf(found: IndexSources): readonly { readonly url: string; readonly readFrom: string }[] {
  const links = found.findLinks.map(({ location, readFrom }) => ({
    url: location.kind === 'page' ? withoutCredentials(location.url) : location.path,
    readFrom,
  }));
  return [...found.indexes.map(({ url, readFrom }) => ({ url, readFrom })), ...links];
}

function pagesOf(
  found: IndexSources,
): readonly { readonly url: string; readonly credentials: IndexSources['indexes'][0]['credentials'] }[] {
  return found.findLinks.flatMap(({ location, credentials }) =>
    location.kind === 'page' ? [{ url: location.url, credentials }] : [],
  );
}

function nameOf(text: string): PackageName | null {
  const name = parseName(text);
  return isProblem(name) ? null : name;
}
