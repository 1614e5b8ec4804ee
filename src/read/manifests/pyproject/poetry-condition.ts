import type { Rules } from '../manifest-reader.ts';
import type { LocatedTable, Place } from './located-toml.ts';
import { stringAt } from './toml-lookup.ts';

/** What is wrong with a condition, and where. */
export interface ConditionProblem {
  readonly problem: string;
  readonly place: Place;
}

/**
 * When a dependency counts, as one marker: its `markers`, its `python` and its `platform`, all of which must hold (Poetry,
 * "Dependency specification", "Python restricted dependencies" and "Using environment markers"). Null: always.
 */
export function poetryCondition(
  table: LocatedTable,
  rules: Rules,
): { readonly text: string } | ConditionProblem | null {
  const conditions: string[] = [];
  const markers = stringAt(table, 'markers')?.value.trim() ?? '';
  if (markers !== '') conditions.push(markers);
  const python = stringAt(table, 'python');
  if (python !== null) {
    const range = rules.parseSpecifier(python.value, 'poetry');
    if ('kind' in range) return { problem: range.message, place: python.place };
    const condition = rules.runtimeCondition(range);
    if (condition !== null) conditions.push(condition.text);
  }
  const platform = stringAt(table, 'platform');
  if (platform !== null) {
    const marker = platformMarker(platform.value);
    if (marker === null) return { problem: 'this names no platform', place: platform.place };
    conditions.push(marker);
  }
  if (conditions.length === 0) return null;
  return {
    text: conditions.length === 1 ? conditions[0]! : conditions.map((one) => `(${one})`).join(' and '),
  };
}

/** `linux`, `!=win32`, `linux || darwin`, `!=win32,!=cygwin`. */
function platformMarker(text: string): string | null {
  const alternatives = text.split(/\|\|?/).map((alternative) => alternative.split(',').map(platformClause));
  if (alternatives.some((clauses) => clauses.includes(null))) return null;
  const joined = alternatives.map((clauses) => clauses.join(' and '));
  return joined.length === 1 ? joined[0]! : joined.map((one) => `(${one})`).join(' or ');
}

function platformClause(text: string): string | null {
  const match = /^(==?|!=)?\s*([\w.-]+)$/.exec(text.trim());
  return match && `sys_platform ${match[1] === '!=' ? '!=' : '=='} "${match[2]}"`;
}
