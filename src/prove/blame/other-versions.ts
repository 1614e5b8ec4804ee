import type { BlameNeeds } from './blame-needs.ts';
import type { Party } from './blame.ts';
import type { PythonSources } from './python-sources.ts';
import { readingOf } from './reading.ts';
import { firstLook } from './survey.ts';

/** Near ones first, then farther away, and both ends: enough to see what a distribution once had. */
const MOST = 14;
const AT_ONCE = 4;

/** Whether it holds of any other published version that was looked at. */
export async function anyOtherVersion(
  of: Party,
  needs: BlameNeeds,
  holds: (sources: PythonSources) => Promise<boolean>,
): Promise<boolean> {
  const published = await (await readingOf(needs)).published(of.name, of.version);
  if (published === null || published.installed < 0) return false;
  const looked = firstLook(published.texts.length, published.installed).slice(0, MOST);
  for (let from = 0; from < looked.length; from += AT_ONCE) {
    const found = await Promise.all(
      looked.slice(from, from + AT_ONCE).map(async (at) => {
        const sources = await published.sources(at);
        return typeof sources !== 'string' && (await holds(sources));
      }),
    );
    if (found.includes(true)) return true;
  }
  return false;
}
