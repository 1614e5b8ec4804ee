import type { Target } from '../../../domain/target.ts';
import type { Ecosystem } from '../../../read/ecosystems/ecosystem.ts';

/** The oldest series that a document of today can speak of. */
const OLDEST = '3.6';
const MINOR = /3\.\d{1,2}/g;

/** The series of Python that a document's range names: "3.9-3.12", "3.9 or later", "3.10 and 3.11", ">=3.9,<3.13". */
export function pythonsIn(range: string, rules: Ecosystem): readonly string[] {
  const known = seriesOf(rules);
  const named = range.match(MINOR) ?? [];
  if (named.length === 0) return [];
  if (/[<>~^≥≤=]/.test(range)) {
    const specifier = rules.parseSpecifier(
      range
        .replace(/≥/g, '>=')
        .replace(/≤/g, '<=')
        .replace(/\s*and\s*/g, ','),
    );
    if ('kind' in specifier) return [];
    return known.filter((series) => {
      const version = rules.parseVersion(`${series}.9`);
      return !('kind' in version) && rules.contains(specifier, version);
    });
  }
  const at = (series: string): number => known.indexOf(series);
  if (/\+|\b(?:later|newer|above|higher|up|upwards|greater)\b/.test(range))
    return at(named[0]!) === -1 ? named : known.slice(at(named[0]!));
  if (named.length === 2 && /-|–|—|\bto\b|\bthrough\b|\buntil\b/.test(range))
    return at(named[0]) === -1 || at(named[1]!) === -1 ? named : known.slice(at(named[0]), at(named[1]!) + 1);
  return [...new Set(named)];
}

function seriesOf(rules: Ecosystem): readonly string[] {
  const oldest = rules.parseRuntime(OLDEST);
  if ('kind' in oldest) throw new Error(`the ecosystem does not know runtime ${OLDEST}`);
  return [
    OLDEST,
    ...rules.newerRuntimes(oldest).map(({ version }) => version.split('.').slice(0, 2).join('.')),
  ];
}

/** The same machine with another Python. */
export function onPython(target: Target, series: string, rules: Ecosystem): Target {
  const runtime = rules.parseRuntime(series);
  if ('kind' in runtime) throw new Error(`${series}: ${runtime.message}`);
  return { ...target, runtime, readFrom: ['the document'] };
}
