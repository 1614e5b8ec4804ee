import { parseTOML } from 'toml-eslint-parser';
import type { AST } from 'toml-eslint-parser';
import type { Unreadable } from '../../domain/project.ts';
import type { Target } from '../../domain/target.ts';
import { NOTHING_READ } from './manifest-reader.ts';
import type { ManifestContent, ReadingContext, Rules } from './manifest-reader.ts';
import type { SourceText } from './source-text.ts';

/** Series that a range is asked about: the one that is assumed where it fits, then the newest first. */
const SERIES = ['3.12', '3.14', '3.13', '3.11', '3.10', '3.9', '3.8', '3.7', '3.6'] as const;

/** Reads only the runtime of a `pyproject.toml`: `requires-python` (PEP 621), or Poetry's `python`. */
export function readPyproject(source: SourceText, context: ReadingContext): ManifestContent {
  const program = parsed(source);
  if ('message' in program) return { ...NOTHING_READ, unreadable: [program] };
  const found =
    stringAt(program, ['project', 'requires-python']) ??
    stringAt(program, ['tool', 'poetry', 'dependencies', 'python']);
  if (found === null) return NOTHING_READ;
  const [start, end] = found.range;
  const range = asSpecifier(found.value);
  const runtime = runtimeWithin(range, context.rules);
  const at = source.place(start, end);
  if (typeof runtime === 'string')
    return {
      ...NOTHING_READ,
      unreadable: [{ message: runtime, hint: 'write it as ">=3.11,<3.13"', at }],
    };
  const from = `${source.path}:${at.span.line} (${runtime.version} within "${found.value}")`;
  return {
    ...NOTHING_READ,
    targetHint: { runtime: { value: runtime, from }, os: null, architecture: null, libc: null },
  };
}

function parsed(source: SourceText): AST.TOMLProgram | Unreadable {
  try {
    return parseTOML(source.text.replace(/^\uFEFF/, ' '));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const offset = 'index' in cause && typeof cause.index === 'number' ? cause.index : 0;
    const start = Math.min(offset, source.text.length);
    return { message: `not valid TOML: ${cause.message}`, hint: null, at: source.place(start, start + 1) };
  }
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

/** The runtime taken for a range, or a sentence that says why there is none. */
function runtimeWithin(range: string, rules: Rules): Target['runtime'] | string {
  const specifier = rules.parseSpecifier(range);
  if ('kind' in specifier) return `this is no range of Python versions: ${specifier.message}`;
  const exact = rules.pinnedVersion(specifier)?.text;
  const candidates = exact === undefined ? SERIES.flatMap((series) => [series, `${series}.99`]) : [exact];
  for (const candidate of candidates) {
    const version = rules.parseVersion(candidate);
    if ('kind' in version || !rules.contains(specifier, version)) continue;
    const runtime = rules.parseRuntime(candidate.replace(/\.99$/, ''));
    if (!('kind' in runtime)) return runtime;
  }
  return 'no known Python is within this range';
}
