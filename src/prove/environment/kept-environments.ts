import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Check } from '../../domain/check.ts';
import { UserFacingError } from '../../domain/errors.ts';
import type { Files } from '../../io/files.ts';
import type { World } from '../../io/world.ts';
import type { Consistency } from './install-request.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Environments beyond these, and those that nobody used for so long, are removed; what was used within a day stays. */
export const MOST_KEPT = 20;
export const UNUSED_MS = 30 * DAY_MS;
const MAX_MARKER_BYTES = 4 << 20;
/** The marker's form: another one is not read. */
const FORM = 1;

/** What stands beside an environment that was finished: without it the folder is nobody's. */
export interface Marker {
  readonly form: typeof FORM;
  readonly digest: string;
  /** Name of the folder in the environments folder. */
  readonly folder: string;
  /** Absolute. */
  readonly sitePackages: string;
  /** Rows of all RECORDs together. */
  readonly recorded: number;
  readonly check: Check;
  readonly consistency: Consistency;
  readonly notes: readonly string[];
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

/**
 * The environments of a cache folder. One is built in a folder of its own, which is never moved (scripts of a virtual environment name
 * their interpreter by its path), and counts from when `<digest>.json`, written in one rename, names the folder. So a killed run leaves
 * a folder that nothing names, and two runs at once each build their own.
 */
export interface KeptEnvironments {
  find(digest: string): Promise<Marker | null>;
  /** A new private folder that is this process's as long as it lives. */
  draft(digest: string): Promise<string>;
  /** Whoever comes later takes this one. */
  keep(marker: Omit<Marker, 'form' | 'usedAt'>): Promise<void>;
  forget(digest: string): Promise<void>;
  used(marker: Marker): Promise<void>;
  /** The site-packages of those that were used last, newest first. */
  recent(count: number): Promise<readonly string[]>;
  /** Takes away what is old, what is too much and what a killed run left; a sentence where that failed. */
  sweep(): Promise<string | null>;
}

/** Opens the environments of a folder; nothing is made before it is needed. */
export function keptEnvironments(folder: string, world: Pick<World, 'files' | 'clock'>): KeptEnvironments {
  const { files, clock } = world;
  const now = (): number => clock.now().getTime();
  const place = (digest: string): string => join(folder, `${nameOf(digest)}.json`);
  const write = (marker: Marker): Promise<void> =>
    files.writeAtomic(place(marker.digest), Buffer.from(`${JSON.stringify(marker)}\n`));
  return {
    find: (digest) => readMarker(place(digest), files),
    draft: async (digest) => {
      await files.makeDirectory(folder);
      const path = join(folder, `${nameOf(digest)}-${randomUUID().slice(0, 8)}`);
      await files.lock(lockOf(path));
      await files.makeDirectory(path);
      return path;
    },
    keep: (marker) => write({ form: FORM, usedAt: now(), ...marker }),
    forget: (digest) => files.remove(place(digest)),
    used: async (marker) => {
      if (now() - marker.usedAt > DAY_MS / 24) await write({ ...marker, usedAt: now() });
    },
    recent: async (count) =>
      (await markersOf(folder, files))
        .filter((marker) => marker.sitePackages.startsWith(`${join(folder, marker.folder)}/`))
        .slice(0, count)
        .map(({ sitePackages }) => sitePackages),
    sweep: async () => {
      try {
        await sweep(folder, now(), files);
        return null;
      } catch (error) {
        if (!(error instanceof UserFacingError)) throw error;
        return `old environments could not be removed: ${error.message}`;
      }
    },
  };
}

async function readMarker(path: string, files: Files): Promise<Marker | null> {
  const bytes = await files.read(path, MAX_MARKER_BYTES);
  return bytes === null ? null : parsed(new TextDecoder().decode(bytes));
}

/** The one that was used last is first. One that cannot be read is nobody's, and goes. */
async function markersOf(folder: string, files: Files): Promise<readonly Marker[]> {
  const markers: Marker[] = [];
  for (const { name } of (await files.list(folder)) ?? []) {
    if (!name.endsWith('.json')) continue;
    const marker = await readMarker(join(folder, name), files);
    if (marker === null) await files.remove(join(folder, name));
    else markers.push(marker);
  }
  return markers.toSorted((a, b) => b.usedAt - a.usedAt);
}

async function sweep(folder: string, now: number, files: Files): Promise<void> {
  const names = ((await files.list(folder)) ?? []).map(({ name }) => name);
  const newestFirst = await markersOf(folder, files);
  const kept = newestFirst.filter(({ usedAt }, place) => {
    const age = now - usedAt;
    return age < DAY_MS || (age < UNUSED_MS && place < MOST_KEPT);
  });
  for (const { digest } of newestFirst.filter((one) => !kept.includes(one)))
    await files.remove(join(folder, `${nameOf(digest)}.json`));
  const named = new Set(kept.map((marker) => marker.folder));
  for (const name of names.filter((one) => DRAFT.test(one) && !named.has(one))) {
    // Of a living run it cannot be had: the run builds there, or works with what it built.
    const lock = await files.lock(lockOf(join(folder, name)));
    if (lock === null) continue;
    // It may have been named since the markers were read.
    const since = await readMarker(join(folder, `${name.split('-')[0]}.json`), files);
    if (since?.folder !== name) await files.remove(join(folder, name));
    await lock.release();
  }
}

const DRAFT = /^[0-9a-f]{32}-[0-9a-f]{8}$/;

function nameOf(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 32);
}

/** Beside the folder, which may be removed while it is held. */
function lockOf(path: string): string {
  return `${path}.lock`;
}

/** Null: another form, or not written by this project. */
function parsed(text: string): Marker | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const marker = Object(value) as Partial<Marker>;
  const whole =
    marker.form === FORM &&
    DRAFT.test(marker.folder ?? '') &&
    [marker.digest, marker.sitePackages].every((one) => typeof one === 'string') &&
    [marker.recorded, marker.usedAt].every((one) => typeof one === 'number') &&
    typeof marker.check === 'object' &&
    typeof marker.consistency === 'object' &&
    Array.isArray(marker.notes);
  return whole ? (marker as Marker) : null;
}
