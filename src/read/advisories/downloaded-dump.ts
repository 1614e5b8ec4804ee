import type { Credentials } from '../../io/http.ts';
import type { World } from '../../io/world.ts';
import type { AdvisorySource } from './advisory-source.ts';
import type { IndexRules } from './build-index.ts';
import { readCachedIndex } from './cached-index.ts';
import { DumpDownload } from './dump-download.ts';
import { indexSource, unreachableSource } from './index-source.ts';

/**
 * The dump at a URL, without credentials in it. Where it cannot be reached the copy at hand still finds what it
 * knows, but its silence answers for nothing. Throws `UserFacingError` (advisories-invalid) for what is no zip.
 */
export async function openDownloadedDump(
  world: World,
  url: string,
  credentials: Credentials | null,
  rules: IndexRules,
  offline: boolean,
): Promise<AdvisorySource> {
  const dump = new DumpDownload(world, url, credentials, rules);
  const kept = readCachedIndex(world.cache, url, null);
  const rebuild = () => dump.whole();
  if (offline)
    return kept === null
      ? unreachableSource(url, 'offline, and the dump was never downloaded')
      : indexSource(url, kept, rebuild, null);
  const answer = await dump.newest(kept);
  if (answer.kind === 'index') return indexSource(url, answer.index, rebuild, null);
  return kept === null ? unreachableSource(url, answer.why) : indexSource(url, kept, rebuild, answer.why);
}
