import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from './measure.mjs';
import { INPUTS, WORK } from './places.mjs';
import { uvCompile } from './tools.mjs';

/** What was published by then is what the pins are chosen from, so that they come out the same on any day. */
export const AS_OF = '2026-06-01T00:00:00Z';

/** Writes `backend-100.txt`: what uv selects for the names of `backend-100.in`, without what they bring in. */
export async function writePins(uv) {
  const names = join(INPUTS, 'backend-100.in');
  const [cache, output] = [join(WORK, 'uv-cache-pins'), join(WORK, 'pins.txt')];
  await measure(uvCompile(uv, names, { cache, output, excludeNewer: AS_OF }), [0]);
  const direct = new Set(linesOf(await readFile(names, 'utf8')));
  const pins = linesOf(await readFile(output, 'utf8')).filter((line) => direct.has(line.split('==')[0]));
  if (pins.length !== direct.size) throw new Error(`${direct.size} names gave ${pins.length} pins`);
  await writeFile(join(INPUTS, 'backend-100.txt'), `${pins.join('\n')}\n`);
}

/** `name==version` lines of a lock that tell it from another, in order. */
export function differences(mine, theirs) {
  const [here, there] = [new Set(linesOf(mine)), new Set(linesOf(theirs))];
  return {
    size: here.size,
    fettleOnly: [...here].filter((line) => !there.has(line)),
    uvOnly: [...there].filter((line) => !here.has(line)),
  };
}

/** The same in words. */
export function differencesText({ size, fettleOnly, uvOnly }) {
  if (fettleOnly.length === 0 && uvOnly.length === 0) return `both locks are equal, ${size} packages`;
  return `${size} packages; only fettle: ${fettleOnly.join(' ') || '-'}; only uv: ${uvOnly.join(' ') || '-'}`;
}

function linesOf(text) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
