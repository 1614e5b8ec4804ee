import type { MiddlewareHandler } from 'hono';
import type { PageProblem } from './page-api.ts';
import type { PageEnvironment, PageParts } from './page-parts.ts';
import type { PageContext } from './problem.ts';
import { pageSession, shell, strangerData } from './shell.ts';

/**
 * Whoever goes to an address in a browser is not answered in JSON: what was refused there (a sign-in by the provider, a report that is gone, an
 * address that nothing has) is shown by the page itself, with the same status.
 */
export function forReaders(parts: PageParts): MiddlewareHandler<PageEnvironment> {
  return async (context, next) => {
    await next();
    const { res } = context;
    const isProblem = res.status >= 400 && res.headers.get('content-type') === 'application/json';
    if (!isProblem || !isReading(context)) return;
    const problem = { ...((await res.json()) as PageProblem), status: res.status };
    const session = context.get('session');
    const first =
      session === null
        ? strangerData(parts, problem.code === 'not-signed-in' && problem.status === 401 ? null : problem)
        : { session: pageSession(session, parts), path: '', data: null, problem };
    const headers = new Headers(res.headers);
    headers.set('content-type', 'text/html; charset=utf-8');
    headers.delete('content-length');
    context.res = undefined;
    context.res = new Response(shell(parts.assets, first), { status: problem.status, headers });
  };
}

/** The page's own questions name JSON (`api.ts`); a browser that goes somewhere names HTML first. */
function isReading({ req }: PageContext): boolean {
  return (
    req.method === 'GET' &&
    !req.path.startsWith('/api/') &&
    (req.header('accept') ?? '').includes('text/html')
  );
}
