import type { Unreadable } from '../../domain/project.ts';
import type { Target } from '../../domain/target.ts';
import type { Rules, TargetHint } from './manifest-reader.ts';
import type { SourceText } from './source-text.ts';

/** Series that a range is asked about: the one that is assumed where it fits, then the newest first. */
const SERIES = ['3.12', '3.14', '3.13', '3.11', '3.10', '3.9', '3.8', '3.7', '3.6'] as const;

/** What a range of Python versions ("Requires-Python") tells of the runtime, or what is wrong with it. */
export interface RuntimeTold {
  readonly targetHint: TargetHint | null;
  readonly unreadable: readonly Unreadable[];
}

/** `range` in the standard notation, or in the one that is named; `written` as it stands from `start` to `end`. */
export function runtimeTold(
  source: SourceText,
  place: { readonly start: number; readonly end: number },
  range: string,
  written: string,
  rules: Rules,
  notation?: string,
): RuntimeTold {
  const at = source.place(place.start, place.end);
  const runtime = runtimeWithin(range, rules, notation);
  if (typeof runtime === 'string')
    return {
      targetHint: null,
      unreadable: [{ message: runtime, hint: 'write it as ">=3.11,<3.13"', at }],
    };
  const from = `${source.path}:${at.span.line} (${runtime.version} within "${written}")`;
  return {
    targetHint: { runtime: { value: runtime, from }, os: null, architecture: null, libc: null },
    unreadable: [],
  };
}

/** The runtime taken for a range, or a sentence that says why there is none. */
function runtimeWithin(range: string, rules: Rules, notation?: string): Target['runtime'] | string {
  const specifier = rules.parseSpecifier(range, notation);
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
