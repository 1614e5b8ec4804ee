import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WORK } from '../places.mjs';
import { textsOf } from './difference.mjs';

const PLACE = join(WORK, 'repair', 'results');

/**
 * What each tool gave on each case is kept at once, so that a run of hours goes on where it stopped. `resume`: what was kept of the same
 * case and the same tool is taken, but for what ran out of time, which a quieter machine may give; else everything is done anew, and kept.
 */
export function openKeptResults({ resume }) {
  return async (one, { what, version, work }) => {
    const path = join(PLACE, `${one.name}.${what}.json`);
    const of = createHash('sha256')
      .update(JSON.stringify([version, await casesDigest(one)]))
      .digest('hex');
    if (resume) {
      const kept = await readKept(path);
      if (kept?.of === of && kept.result.verdict !== 'timed out') return { ...kept, resumed: true };
    }
    const result = await work();
    await mkdir(PLACE, { recursive: true });
    const kept = { of, on: new Date().toISOString().slice(0, 10), result };
    await writeFile(path, JSON.stringify(kept, null, 1));
    return { ...kept, resumed: false };
  };
}

async function casesDigest({ told, files }) {
  return JSON.stringify([told, [...(await textsOf(files))].sort()]);
}

async function readKept(path) {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : JSON.parse(text);
}
