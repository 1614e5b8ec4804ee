import { UserFacingError } from '../../../domain/errors.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { Credentials } from '../../../io/http.ts';
import { splitCredentials, withoutCredentials } from '../../../io/url-credentials.ts';
import type { World } from '../../../io/world.ts';
import type { IndexSettings } from '../ecosystem.ts';
import { noIndexError, pipFacts, uvDefaultIndex, type PipFacts } from './default-index.ts';
import type { FindLinksSource, FoundSetting, IndexSource } from './index-source.ts';
import { readPipConfiguration } from './pip-configuration.ts';
import { readUvConfiguration, type UvConfiguration, type UvIndex } from './uv-configuration.ts';

/** Where distributions of a project come from, and how several places go together. */
export interface IndexSources {
  /** In order of preference; empty only where the project says that no index is used. */
  readonly indexes: readonly IndexSource[];
  readonly findLinks: readonly FindLinksSource[];
  /** pip takes every index's files together; uv those of the first index that has the name. */
  readonly together: 'all-indexes' | 'first-index';
  /** Packages that come from named indexes alone (`[tool.uv.sources]`). */
  readonly pinned: ReadonlyMap<PackageName, readonly IndexSource[]>;
  /** Package names, ":all:" and ":none:", as in pip's --no-binary and --only-binary. */
  readonly noBinary: readonly string[];
  readonly onlyBinary: readonly string[];
}

type NameOf = (text: string) => PackageName | null;

/**
 * Reads every setting that says where distributions come from. `--index-url` replaces the primary index; then the
 * project's manifests, PIP_* or UV_* variables and configuration files are heard in their tool's own order; where they name
 * no primary index it is the machine's default. Throws `no-index` where there is none.
 */
export async function readIndexSources(
  world: World,
  settings: IndexSettings,
  nameOf: NameOf,
): Promise<IndexSources> {
  const uv = await readUvConfiguration(world, settings.root);
  const found = uv === null ? await asPip(world, settings) : await asUv(world, settings, uv);
  const written = fromManifests(settings);
  return {
    indexes: distinct(found.indexes.map((index) => indexSource(index, world))),
    findLinks: [...found.findLinks, ...written.findLinks].map((link) => findLinksSource(link, settings.root)),
    together: uv === null || uv.mergesIndexes ? 'all-indexes' : 'first-index',
    pinned: uv === null ? new Map() : pinnedPackages(uv, world, nameOf),
    noBinary: [...found.noBinary, ...settings.options.flatMap((options) => options.noBinary)],
    onlyBinary: [...found.onlyBinary, ...settings.options.flatMap((options) => options.onlyBinary)],
  };
}

interface Found {
  readonly indexes: readonly (FoundSetting | UvIndex)[];
  readonly findLinks: readonly FoundSetting[];
  readonly noBinary: readonly string[];
  readonly onlyBinary: readonly string[];
}

/**
 * pip: a manifest's --index-url replaces all that was configured, its --extra-index-url adds (pip's
 * `handle_option_line`); --no-index takes all indexes away.
 */
async function asPip(world: World, settings: IndexSettings): Promise<Found> {
  const facts =
    settings.indexUrl === null && !world.environment['VIRTUAL_ENV'] ? await pipFacts(world) : null;
  const pip = await readPipConfiguration(world, facts?.sitePrefix ?? null);
  const written = fromManifests(settings);
  const { findLinks, noBinary, onlyBinary } = pip;
  if (settings.indexUrl === null && (written.noIndex || pip.noIndex !== null))
    return { indexes: [], findLinks, noBinary, onlyBinary };
  const primary =
    fromFlag(settings) ?? written.indexUrl ?? pip.indexUrl ?? (await machineDefault(world, facts));
  const configured = settings.indexUrl === null && written.indexUrl !== null ? [] : pip.extraIndexUrls;
  return { indexes: [primary, ...configured, ...written.extraIndexUrls], findLinks, noBinary, onlyBinary };
}

/** uv: its indexes as listed, the default one last; explicit ones only for packages that name them. */
async function asUv(world: World, settings: IndexSettings, uv: UvConfiguration): Promise<Found> {
  const written = fromManifests(settings);
  const { findLinks, noBinary, onlyBinary } = uv;
  if (settings.indexUrl === null && (uv.noIndex !== null || written.noIndex))
    return { indexes: [], findLinks, noBinary, onlyBinary };
  const listed = uv.indexes.filter((index) => !index.explicit);
  const fallback =
    fromFlag(settings) ?? uv.defaultIndex ?? written.indexUrl ?? (await machineDefault(world, null));
  return { indexes: [...listed, ...written.extraIndexUrls, fallback], findLinks, noBinary, onlyBinary };
}

async function machineDefault(world: World, known: PipFacts | null): Promise<FoundSetting> {
  const pip = known ?? (await pipFacts(world));
  if (pip !== null) return { value: pip.indexUrl, readFrom: `the default of pip (${pip.interpreter})` };
  const uv = await uvDefaultIndex(world);
  if (uv === null) throw noIndexError();
  return uv;
}

function fromFlag(settings: IndexSettings): FoundSetting | null {
  return settings.indexUrl === null ? null : { value: settings.indexUrl, readFrom: '--index-url' };
}

function fromManifests(settings: IndexSettings): {
  readonly indexUrl: FoundSetting | null;
  readonly extraIndexUrls: readonly FoundSetting[];
  readonly findLinks: readonly FoundSetting[];
  readonly noIndex: boolean;
} {
  const inManifest = (value: string): FoundSetting => ({ value, readFrom: 'requirements file' });
  const primary = settings.options.map((options) => options.indexUrl).findLast((url) => url !== null);
  return {
    indexUrl: primary === undefined ? null : inManifest(primary),
    extraIndexUrls: settings.options.flatMap((options) => options.extraIndexUrls).map(inManifest),
    findLinks: settings.options.flatMap((options) => options.findLinks).map(inManifest),
    noIndex: settings.options.some((options) => options.noIndex),
  };
}

/** One index of a setting; a path or file URL is refused here, for this client reads indexes over HTTP. */
function indexSource(setting: FoundSetting | UvIndex, world: World): IndexSource {
  const split = URL.canParse(setting.value) ? splitCredentials(new URL(setting.value)) : null;
  if (split === null || !/^https?:$/.test(split.url.protocol))
    throw new UserFacingError(
      'usage',
      `the index "${withoutCredentials(setting.value)}" (${setting.readFrom}) is not an http or https URL`,
      { hint: 'give the whole URL of its simple API; a folder of files goes into --find-links' },
    );
  split.url.hash = '';
  const url = split.url.href;
  const name = 'name' in setting ? setting.name : null;
  return {
    url: url.endsWith('/') ? url : `${url}/`,
    credentials: completed(split.credentials, name, world),
    readFrom: setting.readFrom,
  };
}

/** uv reads UV_INDEX_<NAME>_USERNAME and _PASSWORD for an index that has a name. */
function completed(inUrl: Credentials | null, name: string | null, world: World): Credentials | null {
  if (name === null) return inUrl;
  const prefix = `UV_INDEX_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
  const username = world.environment[`${prefix}_USERNAME`] ?? inUrl?.username;
  const password = world.environment[`${prefix}_PASSWORD`] ?? inUrl?.password;
  return username === undefined && password === undefined
    ? null
    : { username: username ?? '', password: password ?? '' };
}

function findLinksSource(setting: FoundSetting, root: string): FindLinksSource {
  if (/^https?:/i.test(setting.value) && URL.canParse(setting.value)) {
    const { url, credentials } = splitCredentials(new URL(setting.value));
    return { location: { kind: 'page', url: url.href }, credentials, readFrom: setting.readFrom };
  }
  const text = setting.value.startsWith('file:')
    ? decodeURIComponent(new URL(setting.value).pathname)
    : setting.value;
  const path = text.startsWith('/') ? text : `${root}/${text.replace(/^\.\//, '')}`;
  return { location: { kind: 'folder', path }, credentials: null, readFrom: setting.readFrom };
}

function pinnedPackages(
  uv: UvConfiguration,
  world: World,
  nameOf: NameOf,
): ReadonlyMap<PackageName, readonly IndexSource[]> {
  const pinned = new Map<PackageName, readonly IndexSource[]>();
  const all = [...uv.indexes, ...(uv.defaultIndex === null ? [] : [uv.defaultIndex])];
  for (const [written, names] of uv.sources) {
    const name = nameOf(written);
    const indexes = all.filter((index) => index.name !== null && names.includes(index.name));
    if (name !== null && indexes.length > 0)
      pinned.set(name, distinct(indexes.map((index) => indexSource(index, world))));
  }
  return pinned;
}

function distinct(indexes: readonly IndexSource[]): readonly IndexSource[] {
  return [...new Map(indexes.toReversed().map((index) => [index.url, index])).values()].toReversed();
}
