import type { Rules } from '../manifest-reader.ts';
import { runtimeTold } from '../runtime-range.ts';
import type { RuntimeTold } from '../runtime-range.ts';
import type { SourceText } from '../source-text.ts';
import type { LocatedTable } from './located-toml.ts';
import { stringAt } from './toml-lookup.ts';

/** What the file says of its runtime: `requires-python` (PEP 621), or Poetry's `python`. */
export function runtimeOf(document: LocatedTable, source: SourceText, rules: Rules): RuntimeTold {
  const found =
    stringAt(document, 'project', 'requires-python') ??
    stringAt(document, 'tool', 'poetry', 'dependencies', 'python');
  if (found === null) return { targetHint: null, unreadable: [] };
  return runtimeTold(source, found.place, withSeries(found.value), found.value, rules, 'poetry');
}

/** People write "3.11" for the whole series, though for Poetry it is 3.11.0 alone. */
function withSeries(text: string): string {
  return text
    .split(/([,|])/)
    .map((part) => part.replace(/^(\s*\d+\.\d+)(\s*)$/, '$1.*$2'))
    .join('');
}
