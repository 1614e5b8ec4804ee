import type { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import * as v from 'valibot';
import { UserFacingError } from '../../domain/errors.ts';
import { isOwn, writes } from './guards.ts';
import { jsonBody } from './json-body.ts';
import type { SignedInThere } from './oidc.ts';
import type { PageEnvironment, PageParts, SignIn } from './page-parts.ts';
import { problem, refuse } from './problem.ts';
import type { PageContext } from './problem.ts';
import { roleOf } from './roles.ts';
import { sameSecret } from './secrets.ts';
import type { SignedIn } from './sessions.ts';

const Token = v.object({ token: v.pipe(v.string(), v.maxLength(200)) });
export const CALLBACK = '/sign-in/oidc/callback';

/** Signing in and out. */
export function addSignInRoutes(app: Hono<PageEnvironment>, parts: PageParts): void {
  const { signIn } = parts;
  if (signIn.kind === 'token') app.post('/sign-in', (context) => byToken(context, parts, signIn));
  else addOidc(app, parts, signIn);
  app.post('/sign-out', writes(parts, 'viewer'), async (context) => {
    const { key, by: user, role } = context.get('session')!;
    parts.sessions.end(key);
    deleteCookie(context, parts.binding.cookie, cookieOptions(parts));
    await parts.audit.record({ user, role, action: 'sign-out', subject: '-', outcome: 'done', why: null });
    return context.json({});
  });
}

type TokenSignIn = Extract<SignIn, { kind: 'token' }>;
type ProviderSignIn = Extract<SignIn, { kind: 'oidc' }>;

/** Whoever has the token is never kept out by those who guess: what is limited is how often a wrong one is looked at. */
async function byToken(context: PageContext, parts: PageParts, signIn: TokenSignIn): Promise<Response> {
  const about = { action: 'sign-in', subject: '-' };
  if (!isOwn(context, parts))
    return refuse(context, parts, {
      ...{ status: 403, code: 'cross-origin', message: 'the request does not come from this page', ...about },
    });
  const body = await jsonBody(context, Token);
  if (body !== null && sameSecret(body.token, signIn.token)) {
    const { user, role } = signIn;
    await begin(context, parts, { user, role, by: `${user} (signed in by the token of fettle serve)` });
    return context.json({});
  }
  if (parts.failures.failed() !== 'few')
    return refuse(context, parts, {
      ...{ status: 429, code: 'too-many', message: 'too many wrong tokens within a minute', ...about },
    });
  return refuse(context, parts, {
    ...{ status: 401, code: 'wrong-token', message: 'that is not the token', ...about },
    hint: 'fettle serve printed it when it started',
  });
}

function addOidc(app: Hono<PageEnvironment>, parts: PageParts, signIn: ProviderSignIn): void {
  const oidc = parts.oidc!;
  app.get('/sign-in/oidc', async (context) => {
    const { location, cookie } = await oidc.begin(ownPath(context.req.query('to')));
    setCookie(context, `${parts.binding.cookie}-begun`, cookie, { ...cookieOptions(parts), maxAge: 600 });
    return context.redirect(location);
  });
  app.get(CALLBACK, async (context) => {
    const name = `${parts.binding.cookie}-begun`;
    const cookie = getCookie(context, name);
    deleteCookie(context, name, cookieOptions(parts));
    const about = { action: 'sign-in', subject: signIn.settings.issuer };
    const found = await oidc.end(new URL(context.req.url).search, cookie);
    // Nothing is counted: anybody may come with answers that are none, and whoever has a good one is not to be kept out by them.
    if (typeof found === 'string')
      return refuse(context, parts, { status: 403, code: 'not-signed-in', message: found, ...about });
    return admitted(context, parts, signIn, found);
  });
}

async function admitted(
  context: PageContext,
  parts: PageParts,
  { settings, roles }: ProviderSignIn,
  found: SignedInThere,
): Promise<Response> {
  const by = `${found.name} (subject ${found.subject}, signed in by ${settings.issuer})`;
  const role = roleOf(found, roles);
  if (role === null)
    return refuse(context, parts, {
      ...{ status: 403, code: 'no-role', message: `${found.name} has no role here`, user: by },
      ...{ action: 'sign-in', subject: settings.issuer },
      hint: 'ask those who run fettle serve: roles are given to groups and users in its settings',
    });
  await begin(context, parts, { user: found.name, by, role });
  return context.redirect(found.returnTo);
}

/** A session of its own for each sign-in; the one before, of whomever, is over (OWASP: session fixation). */
async function begin(context: PageContext, parts: PageParts, who: SignedIn): Promise<void> {
  const before = context.get('session');
  if (before !== null) parts.sessions.end(before.key);
  const { by: user, role } = who;
  await parts.audit.record({ user, role, action: 'sign-in', subject: '-', outcome: 'done', why: null });
  setCookie(context, parts.binding.cookie, parts.sessions.begin(who), cookieOptions(parts));
}

/**
 * With the token nobody comes from elsewhere: Strict. A provider sends the browser back, and links to a rollout stand in chats and mails: with
 * Strict the browser would come without its cookie, so it is Lax, which no request that changes something is let by.
 */
function cookieOptions({ binding, signIn }: Pick<PageParts, 'binding' | 'signIn'>): CookieOptions {
  const sameSite = signIn.kind === 'token' ? 'Strict' : 'Lax';
  return { path: '/', httpOnly: true, secure: binding.isHttps, sameSite };
}

/** Where to go on after the sign-in: a view of this page, never an address of somebody else's. */
function ownPath(to: string | undefined): string {
  return to !== undefined &&
    /^\/(?:(?:services|runs|rollouts|audit)(?:\/[A-Za-z0-9._~-]{1,200})?(?:\?[\w=&%.+~-]{0,1000})?)?$/.test(
      to,
    )
    ? to
    : '/';
}

/** A provider that does not answer is told to whoever wanted to sign in. */
export function signInProblem(context: PageContext, error: unknown): Response | null {
  if (!(error instanceof UserFacingError)) return null;
  return problem(context, error.outside ? 502 : 500, error.code, error.message, error.hint);
}
