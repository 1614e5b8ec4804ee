/** What a column of a table holds, by its title. */
export type ColumnRole =
  'package' | 'old' | 'new' | 'move' | 'version' | 'advisory' | 'fixed' | 'compatible' | 'python' | 'reason';

const ROLES: readonly (readonly [ColumnRole, RegExp])[] = [
  ['compatible', /^(?:compatib(?:le|ility)(?: with)?|works with|supports?|requires?)$/i],
  ['python', /^(?:(?:supported |required )?python(?: versions?| support)?|requires[- ]python)$/i],
  [
    'fixed',
    /^(?:fix(?:e[sd])?|resolve[sd]|closes|fixed|resolved|addressed)(?: (?:CVEs?|advisor(?:y|ies)|vulnerabilit(?:y|ies)|issues?))?$|^(?:CVEs?|advisories|vulnerabilities) (?:fixed|resolved|addressed|closed)$/i,
  ],
  [
    'advisory',
    /^(?:(?:security )?advisor(?:y|ies)|CVEs?|CVE ids?|vulnerabilit(?:y|ies)|weakness(?:es)?|security issues?|affected by)$/i,
  ],
  [
    'move',
    /^(?:change|versions|version change|upgrade|update|bump|move|from ?(?:→|->|\/|to) ?to|old ?(?:→|->|\/) ?new)$/i,
  ],
  [
    'old',
    /^(?:(?:old|previous|prior|current|original|former|before|from|was|existing|installed|vulnerable)(?: (?:version|pin|release))?|version (?:before|from))$/i,
  ],
  [
    'new',
    /^(?:(?:new|target|updated|upgraded|after|to|now|fixed|patched|proposed|pinned|is|is now)(?: (?:version|pin|release|to))?|version (?:after|to)|(?:upgraded?|updated?|bumped|moved) to)$/i,
  ],
  ['version', /^(?:version|release|pin)$/i],
  [
    'package',
    /^(?:(?:python )?(?:package|dependency|library|name|distribution|requirement|component|module|project|lib|dep|what|metric|measure|figure|item)s?(?: name)?)$/i,
  ],
];

export function roleOf(title: string): ColumnRole {
  const text = title.replace(/[*_`:]/g, '').trim();
  return ROLES.find(([, pattern]) => pattern.test(text))?.[0] ?? 'reason';
}
