import type { AST } from 'toml-eslint-parser';
import { NOTHING_READ } from './manifest-reader.ts';
import type { ManifestContent, ReadingContext } from './manifest-reader.ts';
import { runtimeTold } from './runtime-range.ts';
import type { SourceText } from './source-text.ts';
import { tomlDocument } from './toml-document.ts';

/** Reads only the runtime of a `pyproject.toml`: `requires-python` (PEP 621), or Poetry's `python`. */
export function readPyproject(source: SourceText, context: ReadingContext): ManifestContent {
  const program = tomlDocument(source);
  if ('message' in program) return { ...NOTHING_READ, unreadable: [program] };
  const found =
    stringAt(program, ['project', 'requires-python']) ??
    stringAt(program, ['tool', 'poetry', 'dependencies', 'python']);
  if (found === null) return NOTHING_READ;
  const [start, end] = found.range;
  const range = asSpecifier(found.value);
  return { ...NOTHING_READ, ...runtimeTold(source, { start, end }, range, found.value, context.rules) };
}

/** The string at a path of keys, whether tables or dotted keys lead to it. */
function stringAt(
  program: AST.TOMLProgram,
  path: readonly string[],
): { readonly value: string; readonly range: readonly [number, number] } | null {
  const entries = program.body[0].body.flatMap((node): readonly (readonly [string, AST.TOMLContentNode])[] =>
    node.type === 'TOMLKeyValue'
      ? flattened(node, [])
      : node.kind === 'array'
        ? []
        : node.body.flatMap((entry) => flattened(entry, keysOf(node.key))),
  );
  const wanted = JSON.stringify(path);
  const value = entries.find(([key]) => key === wanted)?.[1];
  return value?.type === 'TOMLValue' && value.kind === 'string'
    ? { value: value.value, range: value.range }
    : null;
}

function flattened(
  entry: AST.TOMLKeyValue,
  before: readonly string[],
): readonly (readonly [string, AST.TOMLContentNode])[] {
  const keys = [...before, ...keysOf(entry.key)];
  const inner =
    entry.value.type === 'TOMLInlineTable' ? entry.value.body.flatMap((next) => flattened(next, keys)) : [];
  return [[JSON.stringify(keys), entry.value], ...inner];
}

function keysOf(key: AST.TOMLKey): readonly string[] {
  return key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
}

/** Poetry's caret and bare version as PEP 440 has them: "^3.11" admits 3.11 up to 4. */
function asSpecifier(text: string): string {
  return text
    .split(',')
    .map((clause) =>
      clause
        .trim()
        .replace(
          /^\^\s*(\d+)((?:\.\d+)*)$/,
          (_, major: string, rest: string) => `>=${major}${rest},<${+major + 1}`,
        )
        .replace(
          /^~\s*(\d+\.\d+)((?:\.\d+)*)$/,
          (_, series: string, rest: string) => `>=${series}${rest},==${series}.*`,
        )
        .replace(/^(\d+\.\d+)$/, '==$1.*'),
    )
    .join(',');
}
