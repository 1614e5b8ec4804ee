import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Role } from './page-api.ts';
import type { PageEnvironment, PageParts } from './page-parts.ts';
import { problem, refuse } from './problem.ts';
import type { PageContext } from './problem.ts';
import { mayActAs } from './roles.ts';
import { sameSecret } from './secrets.ts';

type Guard = MiddlewareHandler<PageEnvironment>;

/** Nothing of another origin is loaded, run, framed or sent to (CSP Level 3), and nothing of ours by another origin. */
const PAGE_POLICY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"],
  ...["img-src 'self' data:", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"],
].join('; ');

/** Headers of every answer; a route that needs others sets its own before. */
export function withHeaders({ binding }: Pick<PageParts, 'binding'>): Guard {
  return async (context, next) => {
    await next();
    const { headers } = context.res;
    const usual: readonly (readonly [string, string])[] = [
      ['content-security-policy', PAGE_POLICY],
      ['x-content-type-options', 'nosniff'],
      ['referrer-policy', 'no-referrer'],
      ['cross-origin-opener-policy', 'same-origin'],
      ['cross-origin-resource-policy', 'same-origin'],
      ['permissions-policy', 'camera=(), geolocation=(), microphone=()'],
      ['cache-control', 'no-store'],
      ...(binding.isHttps ? [['strict-transport-security', 'max-age=31536000'] as const] : []),
    ];
    for (const [name, value] of usual) if (!headers.has(name)) headers.set(name, value);
  };
}

/** A name that an attacker's DNS points here makes the browser take this server for the attacker's own: such names are refused. */
export function withKnownHost(parts: PageParts): Guard {
  return async (context, next) => {
    context.set('session', null);
    const host = context.req.header('host')?.toLowerCase() ?? '';
    if (parts.binding.hosts.has(host)) return next();
    return refuse(context, parts, {
      ...{ status: 421, code: 'wrong-host', message: `this server is not called "${host.slice(0, 100)}"` },
      hint: `it is ${parts.binding.origin}; behind a proxy, let the proxy keep the header Host`,
      ...{ action: 'ask', subject: context.req.path },
    });
  };
}

export function withSession(parts: PageParts): Guard {
  return async (context, next) => {
    context.set('session', parts.sessions.use(getCookie(context, parts.binding.cookie)));
    await next();
  };
}

/** Reading: whoever is signed in, with that role. */
export function reads(parts: PageParts, role: Role): Guard {
  return async (context, next) => {
    const session = context.get('session');
    if (session === null) return problem(context, 401, 'not-signed-in', 'nobody is signed in');
    if (mayActAs(session.role, role)) return next();
    return refuse(context, parts, lacks(context, role, 'read'));
  };
}

/** A request that changes something has to come from this very page: by its origin, and by what only the page knows. */
export function writes(parts: PageParts, role: Role): Guard {
  return async (context, next) => {
    const action = actionOf(context);
    const about = { action, subject: subjectOf(context) };
    if (!isOwn(context, parts))
      return refuse(context, parts, {
        ...{
          status: 403,
          code: 'cross-origin',
          message: 'the request does not come from this page',
          ...about,
        },
      });
    const session = context.get('session');
    if (session === null)
      return refuse(context, parts, {
        ...{ status: 401, code: 'not-signed-in', message: 'nobody is signed in', ...about },
      });
    if (!sameSecret(context.req.header('x-fettle-csrf') ?? '', session.csrf))
      return refuse(context, parts, {
        ...{
          status: 403,
          code: 'wrong-csrf',
          message: "the session's own token was not sent along",
          ...about,
        },
      });
    if (mayActAs(session.role, role)) return next();
    return refuse(context, parts, lacks(context, role, action));
  };
}

/**
 * By Origin, which every browser sends with a POST (Fetch, section 3.2), and by Sec-Fetch-Site where it is sent. A request without an Origin
 * comes from no page.
 */
export function isOwn(context: PageContext, { binding }: Pick<PageParts, 'binding'>): boolean {
  const origin = context.req.header('origin');
  const site = context.req.header('sec-fetch-site');
  return (
    origin !== undefined && binding.origins.has(origin) && (site === undefined || site === 'same-origin')
  );
}

export function actionOf(context: PageContext): string {
  const last = context.req.path.split('/').at(-1) ?? '';
  return /^[a-z-]{1,20}$/.test(last) ? last : context.req.method;
}

export function subjectOf(context: PageContext): string {
  return context.req.param('id') ?? context.req.path;
}

function lacks(context: PageContext, role: Role, action: string): Parameters<typeof refuse>[2] {
  return {
    ...{ status: 403, code: 'not-allowed', message: `that takes the role ${role}` },
    ...{ action, subject: subjectOf(context) },
  };
}
