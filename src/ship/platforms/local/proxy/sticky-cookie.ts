import { createHmac, randomBytes } from 'node:crypto';

export const STICKY_COOKIE = 'fettle-revision';

/** Names revisions to callers by ids that tell nothing and that nobody else can make. */
export interface StickyIds {
  idOf(revision: string): string;
}

/** Without a key ids are good as long as this process lives. */
export function stickyIds(key: string | null): StickyIds {
  const secret = key ?? randomBytes(32);
  const known = new Map<string, string>();
  return {
    idOf: (revision) => {
      const id =
        known.get(revision) ??
        createHmac('sha256', secret).update(revision).digest().subarray(0, 16).toString('base64url');
      known.set(revision, id);
      return id;
    },
  };
}

/** For the session: RFC 6265, section 4.1. */
export function stickyCookie(id: string): string {
  return `${STICKY_COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax`;
}

/** A `Cookie` field without our own pair, and what that pair held; the first counts. */
export function takeSticky(cookie: string): { readonly id: string | null; readonly rest: string | null } {
  if (!cookie.includes(STICKY_COOKIE)) return { id: null, rest: cookie };
  const pairs = cookie.split(';').map((pair) => pair.trim());
  const ours = pairs.filter((pair) => pair.startsWith(`${STICKY_COOKIE}=`));
  const rest = pairs.filter((pair) => !pair.startsWith(`${STICKY_COOKIE}=`)).join('; ');
  return { id: ours[0]?.slice(STICKY_COOKIE.length + 1) ?? null, rest: rest === '' ? null : rest };
}
