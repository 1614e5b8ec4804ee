/** A clause: an operator and a version; an exact version without operator, or with a wildcard. */
const CLAUSE = /(\^|~=|~|>=|<=|!=|==|=|<|>)?\s*v?([0-9][0-9A-Za-z.!+*_-]{0,100}|\*)/y;
const BETWEEN = /[\s,]*/y;
const LONGEST = 2000;

/**
 * A constraint in Poetry's notation ("^1.2", ">=1.0,<2.0 || >2.1") as PEP 440 specifiers, one of which has to admit a version;
 * null where it is none. Poetry's documentation, "Dependency specification".
 */
export function poetryAlternatives(text: string): readonly string[] | null {
  if (text.length > LONGEST) return null;
  const alternatives = text.split(/\|\|?/).map(pep440);
  return alternatives.every((specifier) => specifier !== null) ? alternatives : null;
}

/** The same of a constraint on Python, as a marker; "" where every Python is admitted. */
export function poetryPythonMarker(text: string): string | null {
  const alternatives = poetryAlternatives(text);
  if (alternatives === null) return null;
  if (alternatives.includes('')) return '';
  const terms = alternatives.map((specifier) =>
    specifier
      .split(',')
      .map((clause) => clause.replace(/^([<>=!~]+)(.+)$/, 'python_full_version $1 "$2"'))
      .join(' and '),
  );
  return terms.length === 1 ? terms[0]! : terms.map((term) => `(${term})`).join(' or ');
}

function pep440(text: string): string | null {
  const clauses: string[] = [];
  const trimmed = text.trim();
  for (let at = 0; at < trimmed.length;) {
    CLAUSE.lastIndex = at;
    const match = CLAUSE.exec(trimmed);
    const clause = match && clauseOf(match[1] ?? '', match[2]!);
    if (match === null || clause === null) return null;
    if (clause !== '') clauses.push(clause);
    BETWEEN.lastIndex = CLAUSE.lastIndex;
    at = CLAUSE.lastIndex + BETWEEN.exec(trimmed)![0].length;
  }
  return clauses.join(',');
}

function clauseOf(operator: string, version: string): string | null {
  if (version === '*') return operator === '' || operator === '==' || operator === '=' ? '' : null;
  if (operator === '^' || operator === '~') return upTo(operator, version);
  if (operator === '' || operator === '=') return `==${version}`;
  return operator + version;
}

/** "^1.2.3" up to the next step of its first number that is not 0; "~1.2.3" up to the next minor one. */
function upTo(operator: '^' | '~', version: string): string | null {
  const release = /^\d+(?:\.\d+)*/.exec(version)?.[0].split('.').map(Number);
  if (release === undefined || version.includes('!') || version.includes('*')) return null;
  const first = release.findIndex((number) => number !== 0);
  const caret = first === -1 ? release.length - 1 : first;
  const moving = operator === '^' ? caret : Math.min(1, release.length - 1);
  const next = release.slice(0, moving + 1).map((number, at) => (at === moving ? number + 1 : number));
  return `>=${version},<${next.join('.')}`;
}
