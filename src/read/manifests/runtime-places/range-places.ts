import { parseToml } from '../../../io/parse-toml.ts';
import type { AST } from 'toml-eslint-parser';
import type { RuntimePlace } from '../../../domain/raised-runtime.ts';
import type { Rules } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import type { NewerRuntime } from './newer-runtime.ts';

/** Where a `pyproject.toml` bounds the Python: PEP 621, and Poetry's own table. */
const BOUNDS: readonly (readonly string[])[] = [
  ['project', 'requires-python'],
  ['tool', 'poetry', 'dependencies', 'python'],
];

/** The ranges of Pythons in a `pyproject.toml`; only one that does not admit the new one moves. Null: it has none. */
export function rangePlaces(
  source: SourceText,
  newer: NewerRuntime,
  rules: Rules,
): readonly RuntimePlace[] | null {
  const program = parsed(source.text);
  if (!program) return null;
  const values = new Map(program.body[0].body.flatMap((node) => valuesOf(node, [])));
  const places = BOUNDS.flatMap((path): readonly RuntimePlace[] => {
    const value = values.get(JSON.stringify(path));
    return value?.type === 'TOMLValue' && value.kind === 'string'
      ? [placeOf(value.value, value.range, source, newer, rules)]
      : [];
  });
  return places.length === 0 ? null : places;
}

/** What is no TOML is told by the reader of the file. */
function parsed(text: string): AST.TOMLProgram | null {
  try {
    return parseToml(text.replace(/^\uFEFF/, ' '));
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}

type Entry = readonly [path: string, value: AST.TOMLContentNode];

function valuesOf(node: AST.TOMLKeyValue | AST.TOMLTable, before: readonly string[]): readonly Entry[] {
  const keys = [
    ...before,
    ...node.key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value)),
  ];
  if (node.type === 'TOMLTable')
    return node.kind === 'array' ? [] : node.body.flatMap((entry) => valuesOf(entry, keys));
  if (keys.length > 4) return [];
  return node.value.type === 'TOMLInlineTable'
    ? node.value.body.flatMap((entry) => valuesOf(entry, keys))
    : [[JSON.stringify(keys), node.value]];
}

function placeOf(
  value: string,
  [start, end]: readonly [number, number],
  source: SourceText,
  newer: NewerRuntime,
  rules: Rules,
): RuntimePlace {
  const at = source.text.slice(start, end).indexOf(value);
  const isPlain = at !== -1 && value !== '';
  const span = isPlain ? source.span(start + at, start + at + value.length) : source.span(start, end);
  const from = source.text.slice(span.start, span.end);
  const place = { span, kind: 'range', from } as const;
  const to = raisedRange(value, newer, rules);
  if (to === value) return { ...place, to: from, refused: null };
  if (to !== null && isPlain) return { ...place, to, refused: null };
  return {
    ...place,
    to: from,
    refused: `${JSON.stringify(value)} leaves Python ${newer.series} out: move it by hand`,
  };
}

/** The range in its own style that admits the new Python; null where only its author can say it. */
export function raisedRange(text: string, newer: NewerRuntime, rules: Rules): string | null {
  const single = /^(\s*[~^]?\s*)(\d+(?:\.\d+){0,2})((?:\.\*)?\s*)$/.exec(text);
  if (single) return raisedShort(single[1]!, single[2]!, single[3]!, newer);
  const old = rules.parseSpecifier(text);
  const exact = rules.parseVersion(newer.exact ?? `${newer.series}.0`);
  const first = rules.parseVersion(`${newer.series}.0`);
  if ('kind' in old || 'kind' in exact || 'kind' in first) return null;
  if (rules.contains(old, exact)) return text;
  for (const clause of text.split(',')) {
    const excluded = clause.trim().startsWith('!=') ? rules.parseSpecifier(clause) : null;
    if (excluded && ('kind' in excluded || !rules.contains(excluded, exact))) return null;
  }
  const isPinned = rules.pinnedVersion(old) !== null;
  const versions = isPinned || rules.compareVersions(first, exact) === 0 ? [exact] : [first, exact];
  return rules.rewriteSpecifier(old, versions).text;
}

/** Poetry's `^3.11`, `~3.11`, `3.11` and `3.11.*`: with as many numbers as before. */
function raisedShort(operator: string, written: string, after: string, newer: NewerRuntime): string | null {
  const numbers = written.split('.');
  const next = (newer.exact ?? `${newer.series}.0`).split('.');
  const admitted = operator.trim() === '^' ? 1 : operator.trim() === '~' || after.includes('*') ? 2 : 3;
  const compared = Math.min(admitted, numbers.length);
  if (numbers.slice(0, compared).join('.') === next.slice(0, compared).join('.'))
    return operator + written + after;
  if (numbers.length === 3 && admitted < 3) next[2] = '0';
  if (numbers.length === 3 && admitted === 3 && newer.exact === null) return null;
  return operator + next.slice(0, numbers.length).join('.') + after;
}
