import type { Condition } from '../../../domain/dependency.ts';
import type { SyntaxProblem } from '../ecosystem.ts';
import { memoByText } from './memo-by-text.ts';
import { normalizeName } from './name.ts';
import { isProblem, problemAt } from './syntax-problem.ts';

const LONGEST_MARKER = 20_000;
const DEEPEST = 100;

/** Names of PEP 508 ("Environment markers"), and of PEP 751 the two that are sets. */
export const MARKER_VARIABLES = [
  'python_version',
  'python_full_version',
  'os_name',
  'sys_platform',
  'platform_release',
  'platform_system',
  'platform_version',
  'platform_machine',
  'platform_python_implementation',
  'implementation_name',
  'implementation_version',
  'extra',
  'extras',
  'dependency_groups',
] as const;
export type MarkerVariable = (typeof MARKER_VARIABLES)[number];

export type MarkerOperator = '<' | '<=' | '!=' | '==' | '>=' | '>' | '~=' | '===' | 'in' | 'not in';

export type MarkerOperand =
  | { readonly kind: 'variable'; readonly name: MarkerVariable }
  | { readonly kind: 'literal'; readonly value: string };

export type Marker =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Marker[] }
  | {
      readonly kind: 'comparison';
      readonly left: MarkerOperand;
      readonly operator: MarkerOperator;
      readonly right: MarkerOperand;
    };

/** A marker as written, with its tree. */
export class PypiCondition implements Condition {
  readonly text: string;
  readonly marker: Marker;

  constructor(text: string, marker: Marker) {
    this.text = text;
    this.marker = marker;
  }
}

/** Spellings of setuptools and of PEP 345, read as other tools still read them. */
const LEGACY_NAMES: ReadonlyMap<string, MarkerVariable> = new Map([
  ['os.name', 'os_name'],
  ['sys.platform', 'sys_platform'],
  ['platform.version', 'platform_version'],
  ['platform.machine', 'platform_machine'],
  ['platform.python_implementation', 'platform_python_implementation'],
  ['python_implementation', 'platform_python_implementation'],
]);
const NAMES: ReadonlyMap<string, MarkerVariable> = new Map([
  ...MARKER_VARIABLES.map((name) => [name, name] as const),
  ...LEGACY_NAMES,
]);

const TOKEN = /[ \t]*(?:(===|==|~=|!=|<=|>=|<|>)|([()])|('[^']*'|"[^"]*")|([A-Za-z_][\w.]*))/y;
const SPACE = /[ \t]*/y;

interface Token {
  readonly kind: 'operator' | 'parenthesis' | 'literal' | 'word' | 'end' | 'other';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A whole marker (PEP 508, "Environment markers"), without the ";" before it. Remembered by text. */
export const parseMarker: (text: string) => PypiCondition | SyntaxProblem = memoByText((text) => {
  if (text.length > LONGEST_MARKER)
    return problemAt(text, `a marker of at most ${LONGEST_MARKER} characters`, LONGEST_MARKER, text.length);
  const parser = new MarkerParser(text);
  const marker = parser.disjunction(0);
  if (isProblem(marker)) return marker;
  const rest = parser.next;
  if (rest.kind !== 'end') return problemAt(text, '"and", "or" or the end', rest.start);
  return new PypiCondition(text.trim(), marker);
});

/** Recursive descent over tokens: `or` binds weaker than `and`, parentheses bind strongest. */
class MarkerParser {
  readonly #text: string;
  #next: Token;

  constructor(text: string) {
    this.#text = text;
    this.#next = this.#read(0);
  }

  get next(): Token {
    return this.#next;
  }

  disjunction(depth: number): Marker | SyntaxProblem {
    return this.#chain('or', () => this.#chain('and', () => this.#atom(depth)));
  }

  #chain(word: 'and' | 'or', part: () => Marker | SyntaxProblem): Marker | SyntaxProblem {
    const parts: Marker[] = [];
    for (;;) {
      const next = part();
      if (isProblem(next)) return next;
      parts.push(next);
      if (!this.#at(word)) return parts.length === 1 ? next : { kind: word, parts };
      this.#advance();
    }
  }

  #atom(depth: number): Marker | SyntaxProblem {
    if (!this.#at('(')) return this.#comparison();
    if (depth === DEEPEST)
      return problemAt(this.#text, `at most ${DEEPEST} nested parentheses`, this.#next.start, this.#next.end);
    const open = this.#advance();
    const inner = this.disjunction(depth + 1);
    if (isProblem(inner)) return inner;
    if (!this.#at(')'))
      return problemAt(this.#text, `")" for the "(" at offset ${open.start}`, this.#next.start);
    this.#advance();
    return inner;
  }

  #comparison(): Marker | SyntaxProblem {
    const left = this.#operand();
    if (isProblem(left)) return left;
    const operator = this.#operator();
    if (typeof operator !== 'string') return operator;
    const right = this.#operand();
    if (isProblem(right)) return right;
    return {
      kind: 'comparison',
      left: extraNormalized(left, right),
      operator,
      right: extraNormalized(right, left),
    };
  }

  #operand(): MarkerOperand | SyntaxProblem {
    const token = this.#next;
    if (token.kind === 'literal') return this.#literal();
    const name = token.kind === 'word' ? NAMES.get(token.text) : undefined;
    if (name === undefined)
      return problemAt(
        this.#text,
        'a marker variable such as python_version, or a quoted text',
        token.start,
        token.end,
      );
    this.#advance();
    return { kind: 'variable', name };
  }

  /** The grammar of PEP 508 has neither line ends nor escapes in a literal: what they would mean is not guessed. */
  #literal(): MarkerOperand | SyntaxProblem {
    const token = this.#next;
    const wrong = /[\\\n\r]/.exec(token.text)?.index;
    if (wrong !== undefined)
      return problemAt(
        this.#text,
        'no "\\" or line end in a quoted text',
        token.start + wrong,
        token.start + wrong + 1,
      );
    this.#advance();
    return { kind: 'literal', value: token.text.slice(1, -1) };
  }

  #operator(): MarkerOperator | SyntaxProblem {
    const token = this.#next;
    if (token.kind === 'operator' || token.text === 'in') return this.#advance().text as MarkerOperator;
    if (token.text !== 'not')
      return problemAt(this.#text, 'a comparison (==, !=, <=, >=, <, >, ~=, ===, in or not in)', token.start);
    this.#advance();
    if (!this.#at('in')) return problemAt(this.#text, '"in" after "not"', this.#next.start);
    this.#advance();
    return 'not in';
  }

  #at(text: string): boolean {
    return this.#next.text === text;
  }

  #advance(): Token {
    const token = this.#next;
    this.#next = this.#read(token.end);
    return token;
  }

  #read(at: number): Token {
    SPACE.lastIndex = at;
    const start = at + SPACE.exec(this.#text)![0].length;
    if (start >= this.#text.length) return { kind: 'end', text: '', start, end: start };
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(this.#text);
    if (match === null) return { kind: 'other', text: this.#text[start]!, start, end: start + 1 };
    const [, operator, parenthesis, literal] = match;
    const kind = operator ? 'operator' : parenthesis ? 'parenthesis' : literal ? 'literal' : 'word';
    return { kind, text: this.#text.slice(start, TOKEN.lastIndex), start, end: TOKEN.lastIndex };
  }
}

/** PEP 685: a name that is compared with an extra is normalised. */
function extraNormalized(operand: MarkerOperand, other: MarkerOperand): MarkerOperand {
  const names = other.kind === 'variable' && /^(?:extras?|dependency_groups)$/.test(other.name);
  return operand.kind === 'literal' && names
    ? { kind: 'literal', value: normalizeName(operand.value) }
    : operand;
}
