import { UserFacingError } from '../../domain/errors.ts';
import { splitCredentials } from '../../io/url-credentials.ts';
import type { World } from '../../io/world.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import type { AdvisorySettings } from './advisory-book.ts';
import { bundleKey } from './advisory-bundle.ts';
import type { AdvisorySource } from './advisory-source.ts';
import { ApiSource } from './api-source.ts';
import type { IndexRules } from './build-index.ts';
import { openDownloadedDump } from './downloaded-dump.ts';
import { unreachableSource } from './index-source.ts';
import { openLocalSource } from './local-source.ts';
import type { VersionOrder } from './version-rules.ts';

const PUBLIC_API = 'https://api.osv.dev';

/** The sources that the settings ask for, in their order. */
export async function openSources(
  world: World,
  ecosystem: VersionOrder & Pick<Ecosystem, 'name'>,
  settings: AdvisorySettings,
): Promise<readonly AdvisorySource[]> {
  const rules = { ecosystem, ecosystemName: settings.ecosystemName, now: world.clock.now() };
  if (settings.sources.length > 0)
    return Promise.all(settings.sources.map((source) => openSource(world, source, rules, settings.offline)));
  if (settings.bundle !== null) {
    const bytes = settings.bundle.get(bundleKey(settings.ecosystemName));
    if (bytes === undefined) return [unreachableSource('bundle', 'the bundle holds no advisories')];
    const { openBundledSources } = await import('./bundled-source.ts');
    return openBundledSources(bytes);
  }
  const url = settings.apiUrl ?? (world.environment['FETTLE_OSV_URL'] || PUBLIC_API);
  return [await openSource(world, url, rules, settings.offline)];
}

async function openSource(
  world: World,
  source: string,
  rules: IndexRules,
  offline: boolean,
): Promise<AdvisorySource> {
  if (!/^https?:\/\//i.test(source)) return openLocalSource(world, source, rules);
  if (!URL.canParse(source)) throw new UserFacingError('usage', 'an address of advisories is no URL');
  const { url, credentials } = splitCredentials(new URL(source));
  if (url.pathname.endsWith('.zip')) return openDownloadedDump(world, url.href, credentials, rules, offline);
  const base = url.href.replace(/(?:\/v1)?\/*$/, '');
  const api = { http: world.http, base, credentials, ecosystemName: rules.ecosystemName };
  return new ApiSource(world, api, rules, offline);
}
