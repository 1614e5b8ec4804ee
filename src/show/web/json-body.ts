import * as v from 'valibot';
import type { PageContext } from './problem.ts';

/**
 * The body, where it is what is asked for; null: it is not. A form cannot send this content type across origins without being asked first
 * (Fetch, section 4.8).
 */
export async function jsonBody<T extends v.GenericSchema>(
  context: PageContext,
  schema: T,
): Promise<v.InferOutput<T> | null> {
  if (!/^application\/json\s*(?:;|$)/i.test(context.req.header('content-type') ?? '')) return null;
  const text = await context.req.text();
  try {
    const read = v.safeParse(schema, JSON.parse(text));
    return read.success ? read.output : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
