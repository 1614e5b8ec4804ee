import { smoothRoundRobin } from './smooth-round-robin.ts';
import { stickyCookie } from './sticky-cookie.ts';
import type { StickyIds } from './sticky-cookie.ts';
import type { Target, Upstream } from './target.ts';

export interface Split {
  readonly shares: readonly { readonly revision: string; readonly percent: number }[];
  readonly sticky: boolean;
}

/** What of a request says where it goes. */
export interface Wanted {
  /** Lower case, without a port. */
  readonly hostname: string;
  /** From `x-fettle-tag`. */
  readonly tag: string | null;
  readonly stickyId: string | null;
  readonly isProbe: boolean;
}

export type Route =
  | {
      readonly kind: 'revision';
      readonly revision: string;
      /** Null: it has traffic, and runs nowhere. */
      readonly target: Target | null;
      readonly isCounted: boolean;
      /** `Set-Cookie` of the answer. */
      readonly cookie: string | null;
    }
  | { readonly kind: 'no-revision' }
  | { readonly kind: 'unknown-tag'; readonly tag: string };

/** The whole table at one moment; a change makes another. */
export interface Routing {
  readonly targets: ReadonlyMap<string, Target>;
  route(wanted: Wanted): Route;
}

interface Next {
  readonly split: Split;
  readonly targets: ReadonlyMap<string, Target>;
  readonly tags: ReadonlyMap<string, string>;
}

const TAG_DOMAIN = '.localhost';

/** `pick`: whose turn it is in the split. */
export function routing(next: Next, pick: () => string | null, ids: StickyIds): Routing {
  const { targets, tags, split } = next;
  const stuck = new Map(
    split.shares.filter(({ percent }) => percent > 0).map(({ revision }) => [ids.idOf(revision), revision]),
  );
  const to = (revision: string, isCounted: boolean, cookie: string | null): Route => {
    return { kind: 'revision', revision, target: targets.get(revision) ?? null, isCounted, cookie };
  };
  return {
    targets,
    route: (wanted) => {
      const tag = tagOf(wanted);
      if (tag !== null) {
        const tagged = tags.get(tag);
        return tagged === undefined ? { kind: 'unknown-tag', tag } : to(tagged, wanted.isProbe, null);
      }
      const kept = split.sticky && wanted.stickyId !== null ? stuck.get(wanted.stickyId) : undefined;
      if (kept !== undefined) return to(kept, true, null);
      const revision = pick();
      if (revision === null) return { kind: 'no-revision' };
      return to(revision, true, split.sticky ? stickyCookie(ids.idOf(revision)) : null);
    },
  };
}

export function pickOf({ shares }: Split): () => string | null {
  return smoothRoundRobin(shares.map(({ revision, percent }) => ({ value: revision, weight: percent })));
}

export function isSameSplit(one: Split, other: Split): boolean {
  return (
    one.shares.length === other.shares.length &&
    one.shares.every((share, index) => {
      const beside = other.shares[index];
      return share.revision === beside?.revision && share.percent === beside.percent;
    })
  );
}

export function isSameUpstream({ connect: one }: Upstream, { connect: other }: Upstream): boolean {
  if (one.kind === 'unix') return other.kind === 'unix' && one.path === other.path;
  return other.kind === 'tcp' && one.host === other.host && one.port === other.port;
}

function tagOf({ tag, hostname }: Wanted): string | null {
  if (tag !== null) return tag;
  if (!hostname.endsWith(TAG_DOMAIN)) return null;
  const label = hostname.slice(0, -TAG_DOMAIN.length);
  return label.slice(0, label.indexOf('.') === -1 ? label.length : label.indexOf('.'));
}
