import { ROLES } from './page-api.ts';
import type { Role } from './page-api.ts';

/** Who has which role: "group:NAME" or "user:SUBJECT or a verified e-mail address". */
export type RoleLists = Readonly<Record<Role, readonly string[]>>;

/** Whom an identity provider vouches for. */
export interface Identity {
  readonly subject: string;
  /** Null: there is none, or the provider does not vouch for it. */
  readonly verifiedEmail: string | null;
  readonly groups: readonly string[];
}

export function mayActAs(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** The highest role that one of the lists gives; null: none does. Names are compared as they are, but for the case of an e-mail address. */
export function roleOf({ subject, verifiedEmail, groups }: Identity, lists: RoleLists): Role | null {
  const names = new Set([`user:${subject}`, ...groups.map((group) => `group:${group}`)]);
  const email = verifiedEmail === null ? null : `user:${verifiedEmail.toLowerCase()}`;
  const isIn = (role: Role): boolean =>
    lists[role].some((name) => names.has(name) || (email !== null && name.toLowerCase() === email));
  return ROLES.findLast(isIn) ?? null;
}
