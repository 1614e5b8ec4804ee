import type { Hono } from 'hono';
import { UserFacingError } from '../../domain/errors.ts';
import type { Report } from '../report/report.ts';
import { listAnswer, rolloutDetails, runDetails } from './answers.ts';
import { reads } from './guards.ts';
import type { PageEnvironment, PageParts } from './page-parts.ts';
import { problem } from './problem.ts';
import type { PageContext } from './problem.ts';
import { readReportShape } from './report-shape.ts';
import { pageSession } from './shell.ts';

/**
 * A report brings scripts of its own and foreign text: it runs as an origin of nobody's (HTML, section 7.1.5), from where no session is seen and
 * nothing is asked of this server. What it may run is narrowed further by the policy that it carries itself.
 */
const REPORT_POLICY = [
  ...["default-src 'none'", "script-src 'unsafe-inline'", "style-src 'unsafe-inline'", 'img-src data:'],
  ...["frame-ancestors 'self'", "form-action 'none'", "base-uri 'none'"],
  'sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox',
].join('; ');

/** What everybody who is signed in may read; the audit is for operators. */
export function addDataRoutes(app: Hono<PageEnvironment>, parts: PageParts): void {
  const viewer = reads(parts, 'viewer');
  app.get('/api/session', viewer, (context) => context.json(pageSession(context.get('session')!, parts)));
  for (const list of ['services', 'runs', 'rollouts'] as const)
    app.get(`/api/${list}`, viewer, (context) => context.json(listAnswer(list, context.req.query(), parts)));
  app.get('/api/audit', reads(parts, 'operator'), (context) =>
    context.json(listAnswer('audit', context.req.query(), parts)),
  );
  app.get('/api/runs/:id', viewer, async (context) => {
    const found = await runDetails(context.req.param('id'), parts);
    return found === null ? noRun(context) : context.json(found);
  });
  app.get('/api/rollouts/:id', viewer, async (context) => {
    const id = context.req.param('id');
    const found = await rolloutDetails(id, context.get('session')!, parts);
    return found === null
      ? problem(context, 404, 'no-rollout', 'there is no rollout of that id')
      : context.json(found);
  });
  app.get('/api/events', viewer, (context) => events(context, parts));
  app.get('/runs/:id/:form', viewer, (context) => report(context, parts));
}

function events(context: PageContext, parts: PageParts): Response {
  const { key } = context.get('session')!;
  const body = parts.events.open(key, context.req.header('last-event-id'));
  if (body === null)
    return problem(
      context,
      429,
      'too-many',
      'too many pages of this session listen already',
      'close some of them',
    );
  return context.body(body, 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    // Proxies that gather an answer before they send it would send none of this (nginx).
    'x-accel-buffering': 'no',
  });
}

async function report(context: PageContext, parts: PageParts): Promise<Response> {
  const { id = '', form = '' } = context.req.param();
  if (parts.runs.find(id) === null) return noRun(context);
  if (form === 'report.md' || form === 'report.json') {
    const bytes = await parts.runs.file(id, form);
    if (bytes === null) return problem(context, 404, 'no-report', `the run has no ${form}`);
    const type = form === 'report.md' ? 'text/plain' : 'application/json';
    return context.body(Uint8Array.from(bytes), 200, { 'content-type': `${type}; charset=utf-8` });
  }
  if (!Object.hasOwn(parts.renderers, form))
    return problem(context, 404, 'no-report', 'a report does not have that form');
  return rendered(context, id, form, parts);
}

/** Made of the report anew: what lies on the disk as HTML may be anybody's. */
async function rendered(context: PageContext, id: string, form: string, parts: PageParts): Promise<Response> {
  const { contentType, render } = parts.renderers[form]!;
  const bytes = await parts.runs.file(id, 'report.json');
  if (bytes === null || 'unreadable' in readReportShape(bytes))
    return problem(context, 404, 'no-report', 'the run no longer has a report that can be read');
  try {
    const text = await render(JSON.parse(new TextDecoder().decode(bytes)) as Report);
    const headers = { 'content-type': contentType, 'content-security-policy': REPORT_POLICY };
    return context.body(text, 200, headers);
  } catch (error) {
    if (error instanceof UserFacingError)
      return problem(context, 404, 'no-report', error.message, error.hint);
    // Of a file that anybody may have written only the parts of the index were checked: what a renderer trips over is the report's fault.
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return problem(
      context,
      422,
      'invalid-report',
      'the report does not hold together',
      'read its report.json',
    );
  }
}

function noRun(context: PageContext): Response {
  return problem(context, 404, 'no-run', 'there is no run of that id');
}
