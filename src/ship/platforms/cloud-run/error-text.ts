import { UserFacingError } from '../../../domain/errors.ts';
import type { World } from '../../../io/world.ts';
import { masked } from '../../../io/masked.ts';

/** What an error of the user's says in one text, with the line and the `^` under it. Bugs are thrown on. */
export function errorText(
  error: unknown,
  environment: World['environment'],
): { readonly why: string; readonly hint: string } {
  if (!(error instanceof UserFacingError)) throw error;
  const hint = error.hint ?? '';
  if (error.at === null) return { why: error.message, hint };
  const { span, sourceLine } = error.at;
  const length = Math.max(1, Math.min(span.end - span.start, sourceLine.length - span.column + 1));
  const pointer = `${' '.repeat(span.column - 1)}${'^'.repeat(length)}`;
  const line = masked(sourceLine, environment);
  return { why: `${error.message}\n${span.file}:${span.line}:${span.column}\n${line}\n${pointer}`, hint };
}
