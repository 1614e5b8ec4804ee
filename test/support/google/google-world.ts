import type { JsonObject } from './json.ts';

/** What the APIs share: the time, chance from a seed, and who called. */
export interface GoogleWorld {
  now(): Date;
  /** From 0 to below 1, the same from the same seed. */
  random(): number;
}

/** Answers one method: the request as ProtoJSON, and the answer likewise. It throws a `Refusal` instead. */
export type Handler = (request: JsonObject) => JsonObject | Promise<JsonObject>;

/** By "Service.Method". */
export type Handlers = Readonly<Record<string, Handler>>;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function randomName(world: GoogleWorld, length: number): string {
  return Array.from({ length }, () => LETTERS[Math.floor(world.random() * LETTERS.length)]!).join('');
}

/** A page of what there is. The token is the place where the next page begins. */
export function pageOf<T>(
  all: readonly T[],
  request: JsonObject,
  defaultSize: number,
): { readonly page: readonly T[]; readonly nextPageToken?: string } {
  const asked = Number(request['pageSize'] ?? 0);
  const size = asked > 0 ? asked : defaultSize;
  const from =
    typeof request['pageToken'] === 'string' ? Number(request['pageToken'].replace(/^page-/, '') || 0) : 0;
  const next = from + size;
  return { page: all.slice(from, next), ...(next < all.length ? { nextPageToken: `page-${next}` } : {}) };
}
