import { invalid } from './refusal.ts';

/** What a filter's path stands for in one entry: no value, one, or several (any of them may match). */
export type ValuesOf<T> = (entry: T, path: string) => readonly string[];

export interface Filter<T> {
  matches(entry: T): boolean;
  /** Values that the filter asks to be equal to a path, where it does so without an alternative. */
  readonly equals: ReadonlyMap<string, string>;
}

/**
 * The part of the filter languages of Logging, Monitoring and Cloud Build that they share (cloud.google.com/logging/docs/view/
 * logging-query-language, cloud.google.com/monitoring/api/v3/filters): comparisons, AND by word or by neighbourhood, OR, NOT,
 * parentheses, `one_of` and `starts_with`.
 */
export function parseFilter<T>(text: string, valuesOf: ValuesOf<T>): Filter<T> {
  const tokens = tokensOf(text);
  const equals = new Map<string, string>();
  const parser: Parser<T> = { tokens, at: 0, valuesOf, equals };
  const test = tokens.length === 0 ? () => true : any(parser);
  if (parser.at < tokens.length) throw unparsable(text, tokens[parser.at]!.text);
  return { matches: test, equals };
}

interface Token {
  readonly kind: 'word' | 'text' | 'sign';
  readonly text: string;
}

interface Parser<T> {
  readonly tokens: readonly Token[];
  at: number;
  readonly valuesOf: ValuesOf<T>;
  readonly equals: Map<string, string>;
}

type Test<T> = (entry: T) => boolean;

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|([A-Za-z0-9_.@/%+-]+)|(>=|<=|!=|=~|!~|[=<>:(),]))/y;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const whole = text.trimEnd();
  while (TOKEN.lastIndex < whole.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(whole);
    if (match === null) throw unparsable(text, whole.slice(at, at + 20));
    const [, quoted, word, sign] = match;
    if (quoted !== undefined)
      tokens.push({ kind: 'text', text: quoted.slice(1, -1).replace(/\\(.)/g, '$1') });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'sign', text: sign! });
  }
  return tokens;
}

function any<T>(parser: Parser<T>): Test<T> {
  const start = parser.at;
  const before = new Map(parser.equals);
  const tests = [all(parser)];
  while (isWord(parser, 'OR')) {
    parser.at += 1;
    tests.push(all(parser));
  }
  if (tests.length > 1) {
    // What was asked within an alternative is not asked of every entry.
    parser.equals.clear();
    for (const [path, value] of before) parser.equals.set(path, value);
  }
  if (parser.at === start) throw unparsable('', '');
  return (entry) => tests.some((test) => test(entry));
}

function all<T>(parser: Parser<T>): Test<T> {
  const tests = [one(parser)];
  for (;;) {
    const next = parser.tokens[parser.at];
    if (next === undefined || next.text === ')' || isWord(parser, 'OR')) break;
    if (isWord(parser, 'AND')) parser.at += 1;
    tests.push(one(parser));
  }
  return (entry) => tests.every((test) => test(entry));
}

function one<T>(parser: Parser<T>): Test<T> {
  if (isWord(parser, 'NOT')) {
    parser.at += 1;
    const before = new Map(parser.equals);
    const test = one(parser);
    for (const path of parser.equals.keys()) if (!before.has(path)) parser.equals.delete(path);
    return (entry) => !test(entry);
  }
  if (parser.tokens[parser.at]?.text !== '(') return comparison(parser);
  parser.at += 1;
  const test = any(parser);
  expectSign(parser, ')');
  return test;
}

function comparison<T>(parser: Parser<T>): Test<T> {
  const path = take(parser);
  const sign = take(parser);
  const { valuesOf } = parser;
  if (path.kind !== 'word' || sign.kind !== 'sign') throw unparsable('', `${path.text} ${sign.text}`);
  const right = take(parser);
  if (right.kind === 'sign') throw unparsable('', right.text);
  if (right.kind === 'word' && parser.tokens[parser.at]?.text === '(') {
    const list = listOf(parser);
    const test = listTest(right.text, list);
    return (entry) => valuesOf(entry, path.text).some(test);
  }
  if (sign.text === '=') parser.equals.set(path.text, right.text);
  const test = comparisonTest(sign.text, right.text);
  if (sign.text === '!=') return (entry) => !valuesOf(entry, path.text).includes(right.text);
  return (entry) => valuesOf(entry, path.text).some(test);
}

function comparisonTest(sign: string, right: string): (value: string) => boolean {
  switch (sign) {
    case '=':
      return (value) => value === right;
    case '!=':
      return (value) => value !== right;
    case ':':
      return (value) => value.toLowerCase().includes(right.toLowerCase());
    case '=~':
      return (value) => new RegExp(right).test(value);
    case '!~':
      return (value) => !new RegExp(right).test(value);
    case '>=':
      return (value) => compared(value, right) >= 0;
    case '<=':
      return (value) => compared(value, right) <= 0;
    case '>':
      return (value) => compared(value, right) > 0;
    case '<':
      return (value) => compared(value, right) < 0;
    default:
      throw unparsable('', sign);
  }
}

const SEVERITIES = [
  'DEFAULT',
  'DEBUG',
  'INFO',
  'NOTICE',
  'WARNING',
  'ERROR',
  'CRITICAL',
  'ALERT',
  'EMERGENCY',
];

function compared(left: string, right: string): number {
  const [a, b] = [left, right].map((value) => {
    const severity = SEVERITIES.indexOf(value);
    const number = severity >= 0 ? severity : Number(value);
    return Number.isNaN(number) ? Date.parse(value) : number;
  }) as [number, number];
  return a - b;
}

function listTest(name: string, list: readonly string[]): (value: string) => boolean {
  if (name === 'one_of') return (value) => list.includes(value);
  if (name === 'starts_with') return (value) => value.startsWith(list[0] ?? '');
  throw unparsable('', name);
}

function listOf<T>(parser: Parser<T>): readonly string[] {
  const list: string[] = [];
  expectSign(parser, '(');
  for (;;) {
    list.push(take(parser).text);
    if (parser.tokens[parser.at]?.text !== ',') break;
    parser.at += 1;
  }
  expectSign(parser, ')');
  return list;
}

function take<T>(parser: Parser<T>): Token {
  const token = parser.tokens[parser.at];
  if (token === undefined) throw unparsable('', 'the end');
  parser.at += 1;
  return token;
}

function expectSign<T>(parser: Parser<T>, sign: string): void {
  const token = take(parser);
  if (token.kind !== 'sign' || token.text !== sign) throw unparsable('', token.text);
}

function isWord<T>(parser: Parser<T>, word: string): boolean {
  const token = parser.tokens[parser.at];
  return token?.kind === 'word' && token.text === word;
}

function unparsable(text: string, at: string) {
  return invalid(
    'filter',
    `Unparseable filter: syntax error at '${at}'${text === '' ? '' : ` in '${text}'`}`,
  );
}
