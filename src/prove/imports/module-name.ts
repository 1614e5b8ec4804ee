/** What Python takes as a name (PEP 3131) and does not keep for itself: what else stands in a folder cannot be imported by a statement. */
const IDENTIFIER = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if import in is ' +
    'lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);
const LONGEST = 500;

export function isIdentifier(name: string): boolean {
  return name.length <= LONGEST && IDENTIFIER.test(name) && !KEYWORDS.has(name);
}

export function isDottedName(module: string): boolean {
  return module.length <= LONGEST && module.split('.').every(isIdentifier);
}
