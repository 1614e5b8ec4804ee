import * as v from 'valibot';
import type { Deprecation, PythonError } from './import-check.ts';

const Error = v.object({
  type: v.string(),
  message: v.string(),
  module: v.nullable(v.string()),
  symbol: v.nullable(v.string()),
  frames: v.array(v.tuple([v.string(), v.number(), v.string(), v.string()])),
  traceback: v.string(),
});
/** `exit`: it called `sys.exit`, with this (as `repr` tells it). */
const Ended = v.union([v.object({ error: Error }), v.object({ exit: v.string() })]);
const Answer = v.object({
  module: v.nullable(Ended),
  names: v.record(v.string(), Ended),
  deprecations: v.array(v.tuple([v.string(), v.string(), v.string(), v.number()])),
  durationMs: v.number(),
  peak: v.nullable(v.number()),
});

/** How the import of a module, or the taking of a name from it, ended if not well. */
export type DriverEnding =
  | { readonly kind: 'raised'; readonly error: PythonError; readonly traceback: string }
  | { readonly kind: 'exit'; readonly code: string };

/** What the driver says. Null: all is well. */
export interface DriverAnswer {
  readonly module: DriverEnding | null;
  readonly names: ReadonlyMap<string, DriverEnding>;
  readonly deprecations: readonly Deprecation[];
  readonly durationMs: number;
  readonly peakMemoryBytes: number | null;
}

/** The answer that stands between two of the secret words; null: there is none, or it is not of the driver's form. */
export function readAnswer(stdout: string, secret: string): DriverAnswer | null {
  const line = stdout.split('\n').find((one) => one.startsWith(`${secret} `) && one.endsWith(` ${secret}`));
  if (line === undefined) return null;
  const parsed = v.safeParse(Answer, jsonOf(line.slice(secret.length + 1, -secret.length - 1)));
  if (!parsed.success) return null;
  const { module, names, deprecations, durationMs, peak } = parsed.output;
  return {
    module: module === null ? null : endingOf(module),
    names: new Map(Object.entries(names).map(([name, ended]) => [name, endingOf(ended)])),
    deprecations: eachOnce(
      deprecations.map(([category, message, file, at]) => ({ category, message, file, line: at })),
    ),
    durationMs,
    peakMemoryBytes: peak,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What a module wrote in the driver's name: it is no answer.
    return null;
  }
}

function endingOf(ended: v.InferOutput<typeof Ended>): DriverEnding {
  if ('exit' in ended) return { kind: 'exit', code: ended.exit };
  const { traceback, frames, ...error } = ended.error;
  return {
    kind: 'raised',
    error: {
      ...error,
      frames: frames.map(([file, line, name, text]) => ({ file, line, function: name, text })),
    },
    traceback,
  };
}

function eachOnce(deprecations: readonly Deprecation[]): readonly Deprecation[] {
  return [...new Map(deprecations.map((one) => [JSON.stringify(one), one])).values()];
}
