import type { Hono } from 'hono';
import { listAnswer, rolloutDetails, runDetails } from './answers.ts';
import type { ListName } from './answers.ts';
import type { PageEnvironment, PageParts } from './page-parts.ts';
import { problem } from './problem.ts';
import type { PageContext } from './problem.ts';
import { mayActAs } from './roles.ts';
import { assetPaths, pageSession, shell, strangerData } from './shell.ts';

const FOR_EVER = 'public, max-age=31536000, immutable';

/** Views whose lists the page shows; "/" is that of the services. */
const LISTS = {
  '/': 'services',
  '/services': 'services',
  '/runs': 'runs',
  '/rollouts': 'rollouts',
  '/audit': 'audit',
} as const satisfies Record<string, ListName>;

/** The page itself: one document for every view, with what the view shows laid beside it. */
export function addPageRoutes(app: Hono<PageEnvironment>, parts: PageParts): void {
  for (const [path, list] of Object.entries(LISTS))
    app.get(path, (context) => {
      const session = context.get('session');
      if (list === 'audit' && session !== null && !mayActAs(session.role, 'operator'))
        return page(context, parts, '/api/audit', null, 403);
      const data = session === null ? null : listAnswer(list, context.req.query(), parts);
      return page(context, parts, `/api/${list}${new URL(context.req.url).search}`, data);
    });
  app.get('/runs/:id', async (context) => {
    const id = context.req.param('id');
    const data = context.get('session') === null ? null : await runDetails(id, parts);
    return page(context, parts, `/api/runs/${encodeURIComponent(id)}`, data, 404);
  });
  app.get('/rollouts/:id', async (context) => {
    const id = context.req.param('id');
    const session = context.get('session');
    const data = session === null ? null : await rolloutDetails(id, session, parts);
    return page(context, parts, `/api/rollouts/${encodeURIComponent(id)}`, data, 404);
  });
  app.get('/sign-in', (context) => context.html(shell(parts.assets, strangerData(parts, null))));
  addAssets(app, parts);
}

/** Where there is nothing to lay beside it, the page asks for it, and shows why there is nothing. */
function page(
  context: PageContext,
  parts: PageParts,
  path: string,
  data: unknown,
  without: 403 | 404 = 404,
): Response | Promise<Response> {
  const session = context.get('session');
  if (session === null) return context.html(shell(parts.assets, strangerData(parts, null)), 401);
  const first = { session: pageSession(session, parts), path, data, problem: null };
  return context.html(shell(parts.assets, first), data === null ? without : 200);
}

function addAssets(app: Hono<PageEnvironment>, { assets }: PageParts): void {
  const paths = assetPaths(assets);
  const files = [
    [paths.script, assets.script, 'text/javascript; charset=utf-8'],
    [paths.style, assets.style, 'text/css; charset=utf-8'],
  ] as const;
  for (const [path, text, type] of files)
    app.get(path, (context) => context.body(text, 200, { 'content-type': type, 'cache-control': FOR_EVER }));
  app.get('/favicon.ico', (context) => context.body(null, 204));
  app.notFound((context) => problem(context, 404, 'not-found', 'nothing is here'));
}
