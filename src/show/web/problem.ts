import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { plain } from '../report/plain-text.ts';
import type { PageEnvironment, PageParts } from './page-parts.ts';
import type { PageProblem } from './page-api.ts';

export type PageContext = Context<PageEnvironment>;

/** An answer that is none: as data, whoever asks. */
export function problem(
  context: PageContext,
  status: ContentfulStatusCode,
  code: string,
  message: string,
  hint: string | null = null,
): Response {
  const answer: PageProblem = { code, message: plain(message), hint: hint === null ? null : plain(hint) };
  return context.json(answer, status);
}

/** Something that was refused, and who wanted it. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 421 | 429 | 502 | 503;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** In the audit. */
  readonly action: string;
  readonly subject: string;
  /** Whom it was refused, where no session says it. */
  readonly user?: string;
}

/**
 * Records it and answers. Those whom nobody knows could fill the disk with refusals: of many within a minute the first ones are recorded,
 * and that there were more.
 */
export async function refuse(context: PageContext, parts: PageParts, refusal: Refusal): Promise<Response> {
  const session = context.get('session');
  const { status, code, message, hint, action, subject } = refusal;
  const count = (session === null ? parts.refusals.strangers : parts.refusals.users).failed();
  const more = count === 'first' ? '; more of them within this minute are not recorded one by one' : '';
  if (count !== 'many')
    await parts.audit.record({
      user: session?.by ?? refusal.user ?? 'nobody who is signed in',
      ...{ role: session?.role ?? null, action, subject, outcome: 'refused', why: `${message}${more}` },
    });
  return problem(context, status, code, message, hint ?? null);
}
