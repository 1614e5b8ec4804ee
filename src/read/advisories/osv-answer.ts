import * as v from 'valibot';

const Batch = v.object({
  results: v.array(
    v.nullish(
      v.object({
        vulns: v.nullish(
          v.array(
            v.object({
              id: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,200}$/)),
              modified: v.fallback(v.nullish(v.string(), ''), ''),
            }),
          ),
          [],
        ),
        next_page_token: v.nullish(v.string(), null),
      }),
      { vulns: [], next_page_token: null },
    ),
  ),
});

export type BatchResult = v.InferOutput<typeof Batch>['results'][number];

/** The answer to `/v1/querybatch`: one result a query, in their order; null for anything else. */
export function readBatchAnswer(body: Uint8Array, queries: number): readonly BatchResult[] | null {
  const parsed = v.safeParse(Batch, parseJson(body));
  return parsed.success && parsed.output.results.length === queries ? parsed.output.results : null;
}

/** Undefined for what is not JSON. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}
