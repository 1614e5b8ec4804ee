import { posix } from 'node:path';
import type { Lookup } from '../../dockerfile/variables.ts';
import { placedAt, placedTable, placedText, placedWord } from '../../placed/placed.ts';
import type { Placed, PlacedTable } from '../../placed/placed.ts';
import type { ReadingBound } from '../../reading-bound.ts';
import type { Folder, ScriptPart } from '../script-commands.ts';
import type { YamlFile } from './yaml-file.ts';

const EXPRESSION = /\$\{\{([^{}]*)\}\}/g;
/** No file is read any deeper. */
const PATH = /^[\w-]+(?:\.[\w-]+){1,100}$/;

/** What stands in place of `env.X`, `matrix.X` and the like. */
export type Values = (path: readonly string[]) => string | undefined;

/** What one of the jobs that a matrix starts has of it. */
export function inMatrix(matrix: PlacedTable, path: readonly string[]): string | undefined {
  return placedWord(placedAt(matrix, ...path)) ?? undefined;
}

/** Of what stands in several places by an alias each counts once. */
export function jobsOf({ root }: YamlFile): readonly PlacedTable[] {
  const jobs = placedTable(root.get('jobs')) ?? new Map<string, Placed>();
  return [...new Set([...jobs.values()].flatMap((job) => placedTable(job) ?? []))];
}

/** The action of a step; empty: it has none. */
export function usedBy(step: PlacedTable): string {
  return placedText(step.get('uses')) ?? '';
}

/** `scopes`: the step, its job and the workflow, of which the nearest has the last word. */
export function valuesOf(ofMatrix: Values, scopes: readonly PlacedTable[], bound: ReadingBound): Values {
  const values = (path: readonly string[], depth = 0): string | undefined => {
    const [context, ...rest] = path;
    if (path.join('.') === 'github.workspace') return '.';
    if (context === 'matrix' && rest.length > 0) return ofMatrix(rest);
    if (context !== 'env' || rest.length !== 1 || depth > scopes.length) return undefined;
    const written = scopes
      .map((scope) => placedWord(placedAt(scope, 'env', rest[0]!)))
      .find((one) => one !== null);
    return written == null
      ? undefined
      : (expanded(written, (inner) => values(inner, depth + 1), bound) ?? undefined);
  };
  return values;
}

/** Null where an expression's value is not known. */
export function expanded(text: string, values: Values, bound: ReadingBound): string | null {
  let isKnown = true;
  bound.take(text.length);
  const result = text.replace(EXPRESSION, (_, expression: string) => {
    const path = PATH.exec(expression.trim())?.[0].split('.');
    const value = path && values(path);
    isKnown &&= value !== undefined;
    bound.take(value?.length ?? 0);
    return value ?? '';
  });
  return isKnown && !result.includes('${{') ? result : null;
}

/** The folder, from the root of the checkout, that commands of a step run in; null: it is not known. */
function workingFolder(scopes: readonly PlacedTable[], values: Values, bound: ReadingBound): Folder {
  const folder = scopes
    .flatMap((scope) => [
      placedAt(scope, 'working-directory'),
      placedAt(scope, 'defaults', 'run', 'working-directory'),
    ])
    .map(placedWord)
    .find((one) => one !== null);
  const known = folder == null ? '.' : expanded(folder, values, bound);
  return known && posix.normalize(known);
}

/** The script of a step's `run`, with the folder that it begins in and its environment; null: it is no text. */
export function scriptOf(
  run: Placed,
  scopes: readonly PlacedTable[],
  values: Values,
  { source, bound }: YamlFile,
): { readonly parts: readonly ScriptPart[]; readonly folder: Folder; readonly lookup: Lookup } | null {
  const script = placedText(run);
  if (script === null) return null;
  bound.take(script.length);
  return {
    parts: [{ text: withValues(script, values, bound), at: source.place(run.start, run.end) }],
    folder: workingFolder(scopes, values, bound),
    lookup: variablesOf(values),
  };
}

/** A script as its shell gets it. */
function withValues(script: string, values: Values, bound: ReadingBound): string {
  return script.replace(
    EXPRESSION,
    (whole, inner: string) => expanded(whole, values, bound) ?? asVariable(inner),
  );
}

/** What the shell of a step has in its environment. */
function variablesOf(values: Values): Lookup {
  return (name) => (name === 'GITHUB_WORKSPACE' ? '.' : values(['env', name]));
}

/** What a shell sees in place of an expression of which nothing is known: a variable that has no value, named after it. */
function asVariable(expression: string): string {
  return `\${_${expression.trim().slice(0, 60).replace(/\W/g, '_')}}`;
}
