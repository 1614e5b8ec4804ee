import type { Unreadable } from '../../../domain/project.ts';
import type { Target } from '../../../domain/target.ts';
import type { Rules, TargetHint } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import type { LocatedTable, Place } from './located-toml.ts';
import { stringAt } from './toml-lookup.ts';

/** Series that a range is asked about: the one that is assumed where it fits, then the newest first. */
const SERIES = ['3.12', '3.14', '3.13', '3.11', '3.10', '3.9', '3.8', '3.7', '3.6'] as const;

/** What the file says of its runtime: `requires-python` (PEP 621), or Poetry's `python`; null: nothing. */
export function runtimeOf(
  document: LocatedTable,
  source: SourceText,
  rules: Rules,
): TargetHint | Unreadable | null {
  const found =
    stringAt(document, 'project', 'requires-python') ??
    stringAt(document, 'tool', 'poetry', 'dependencies', 'python');
  if (found === null) return null;
  return runtimeWithinRange(found.value, found.place, source, rules);
}

/** What a range of Python versions tells of the runtime; `place` is where it is written. */
export function runtimeWithinRange(
  range: string,
  { start, end }: Place,
  source: SourceText,
  rules: Rules,
): TargetHint | Unreadable {
  const at = source.place(start, end);
  const runtime = runtimeWithin(range, rules);
  if (typeof runtime === 'string') return { message: runtime, hint: 'write it as ">=3.11,<3.13"', at };
  const from = `${source.path}:${at.span.line} (${runtime.version} within "${range}")`;
  return { runtime: { value: runtime, from }, os: null, architecture: null, libc: null };
}

/** The runtime taken for a range, or a sentence that says why there is none. */
function runtimeWithin(text: string, rules: Rules): Target['runtime'] | string {
  const specifier = rules.parseSpecifier(withSeries(text), 'poetry');
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

/** People write "3.11" for the whole series, though for Poetry it is 3.11.0 alone. */
function withSeries(text: string): string {
  return text
    .split(/([,|])/)
    .map((part) => part.replace(/^(\s*\d+\.\d+)(\s*)$/, '$1.*$2'))
    .join('');
}
