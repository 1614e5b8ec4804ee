import type { PageSession } from '../page-api.ts';
import { harmless } from './harmless.ts';
import { apiPathOf, routeOf } from './route.ts';

/** What the server lays into the page, so that the first paint asks for nothing. */
export interface First {
  readonly session: PageSession | null;
  /** The address that `data` answers: of a view, or of the server's interface. */
  readonly path: string;
  readonly data: unknown;
}

/** Where nobody is signed in, `data` may tell by which ways one may; nothing told: by the token alone. */
export interface SignInWays {
  /** Address of the sign-in with the organisation's provider (OIDC); null: there is none. */
  readonly oidc: string | null;
  /** Whether a token is taken. */
  readonly token: boolean;
}

export function readFirst(page: Document): First {
  const text = page.getElementById('first')?.textContent ?? '';
  const first = (text.trim() === '' ? {} : JSON.parse(text)) as Partial<First>;
  return harmless({ session: first.session ?? null, path: first.path ?? '', data: first.data ?? null });
}

/** The question to which the server laid the answer beside the page; null: it did not. */
export function firstAsked({ path, data, session }: First): string | null {
  if (data === null || session === null) return null;
  // Written in whichever order: the same filters are the same question.
  return apiPathOf(routeOf(path.replace(/^\/api(?=\/)/, '')));
}

export function signInWays({ data, session }: First): SignInWays {
  const told =
    session === null && typeof data === 'object' && data !== null ? (data as Partial<SignInWays>) : {};
  return { oidc: told.oidc ?? null, token: told.token ?? true };
}
