import type { Verbs } from './verbs.ts';
import type { KeptResults } from './kept-results.ts';

/** A JSON Schema of an object, draft 2020-12. */
export type ObjectSchema = Readonly<Record<string, unknown>> & { readonly type: 'object' };

/** The published schemas, by name ("report-1"). */
export type Schemas = ReadonlyMap<string, ObjectSchema>;

/** What a call has beside its input. */
export interface Desk {
  readonly verbs: Verbs;
  /** Reports of this session, so that parts of one can be asked for without doing the work again. */
  readonly kept: KeptResults;
}

/**
 * What a tool gives back. `said` is in fettle's own words and holds nothing that a package, an advisory or a file could have written;
 * all that may hold such text stands in `structured`, and in the lines that `data` makes of it once it was made harmless.
 */
export interface Answer {
  readonly structured: object;
  readonly said: readonly string[];
  readonly data: (clean: never) => readonly string[];
}

/** An answer, with what its lines are made of. */
export function answerOf<T extends object>(
  structured: T,
  said: readonly string[],
  data: (clean: T) => readonly string[],
): Answer {
  return { structured, said, data };
}

/** A tool as a value. Its input was checked against its schema before `work` sees it. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: ObjectSchema;
  /** The name of a published schema, or one of its own. */
  readonly output: string | ObjectSchema;
  /** Offered with --allow-write alone. */
  readonly writes: boolean;
  /** Replaces or takes back something that is there (MCP: destructiveHint). */
  readonly destructive: boolean;
  /** Done twice it does no more (MCP: idempotentHint). */
  readonly repeatable: boolean;
  readonly work: (input: Readonly<Record<string, unknown>>, desk: Desk) => Promise<Answer>;
}

/** A tool that writes nothing. */
export const READS = { writes: false, destructive: false, repeatable: true } as const;
