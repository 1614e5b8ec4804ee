import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../../src/domain/errors.ts';
import { readClaims } from '../../../src/prove/claims/parse/read-claims.ts';

/** Half of what is read. */
const LONGEST = 125_000;
const LINE = 5_000;
const PATIENCE_MS = 60_000;

/** As much of a piece as a document may hold: in lines as long as they may be, each a paragraph of its own or all of them one. */
function filled(piece: string, between: string): string {
  const line = piece.repeat(Math.max(1, Math.floor((LINE - 1) / piece.length)));
  return Array<string>(Math.floor(LONGEST / (line.length + between.length)))
    .fill(line)
    .join(between);
}

/** Many lines of few characters. */
function lines(piece: string, count: number): string {
  return Array<string>(count).fill(piece).join('\n');
}

function readOrRefused(source: string): number | string {
  try {
    return readClaims(source).length;
  } catch (error) {
    if (error instanceof UserFacingError) return error.code;
    throw error;
  }
}

/** Each has to end, and none of them claims anything. */
const NOTHING_SAID: readonly (readonly [what: string, source: string])[] = [
  ['versions', filled('1.2.3 ', '\n\n')],
  ['versions in one paragraph', filled('1.2.3 ', '\n')],
  ['arrows', filled('→ ', '\n')],
  ['versions and arrows', filled('1.2 → ', '\n')],
  ['sentences of a word', filled('a. ', '\n')],
  ['clauses of a word', filled(', and it', '\n')],
  ['words that lead to a subject', filled('it is now ', '\n')],
  ['words that join', filled('and ', '\n')],
  ['what is compatible with nothing', filled('compatible with ', '\n')],
  ['what is updated to nothing', filled('updated to ', '\n')],
  ['removals without an end', filled('removed a-b, and ', '\n')],
  ['ids without a subject', filled('CVE-2024-1234 ', '\n')],
  ['weaknesses without a subject', filled('heap overflow, ', '\n')],
  ['names with dots', filled('a.', '\n')],
  ['names with hyphens', filled('a-', '\n')],
  ['addresses of mail', filled('a@b.', '\n')],
  ['addresses of pages', filled('www.a.', '\n')],
  ['sizes that go nowhere', filled('1.2 GB → ', '\n')],
  ['round brackets', filled('(', '\n')],
  ['bars', filled('| a ', '\n')],
  ['tags', filled('<b>', '\n\n')],
  ['cells of HTML', filled('<table><tr><td>', '\n\n')],
  ['details in details', lines('<details><summary>a</summary>\n', 4_000)],
  ['spaces', filled(' ', '\n')],
  ['quotations', filled('> ', '\n').slice(0, 2_000)],
];

/** Marks that Markdown pairs with each other: more than anybody writes are refused. */
const MARKS: readonly string[] = [
  '*a_',
  '**a',
  '_a_',
  '[',
  '[a](',
  '![',
  '<a ',
  'a`',
  '``a`',
  '~a~',
  '[^a]',
  '\\',
];

describe('a document made to be slow', () => {
  it.each(NOTHING_SAID)(
    'ends, and claims nothing: %s',
    (_, source) => {
      const came = readOrRefused(source);
      expect(typeof came === 'string' ? ['too-large', 'invalid-file'].includes(came) : came === 0).toBe(true);
    },
    PATIENCE_MS,
  );

  it.each(MARKS)(
    'is refused for its marks: %s',
    (mark) => {
      expect(readOrRefused(filled(mark, '\n'))).toBe('invalid-file');
    },
    PATIENCE_MS,
  );

  it('says at which line its marks are', () => {
    expect(() => readClaims(`# Repair\n\n${filled('*a_', '\n')}`)).toThrow(/line 3 has \d+/);
  });

  it('is refused where lines follow each other without an end, and read where paragraphs do', () => {
    expect(readOrRefused(lines('a', 2_001))).toBe('too-large');
    expect(readOrRefused(lines('a\r', 2_001))).toBe('too-large');
    expect(readOrRefused(lines('- Bump `core` from 1.0 to 1.4\n', 2_001))).toBe(2_001);
  });

  it('is read as before where it has as many names in code as a long report', () => {
    const names = Array.from({ length: 200 }, (_, at) => `\`package-${String(at)}\``).join(', ');
    const claims = readClaims(`Removed simplejson.\n\n${names}\n\n- Bump \`core\` from 1.0 to 1.4\n`);
    expect(claims.map(({ statement }) => statement.kind)).toContain('change');
  });

  it('reads a move in the midst of words without an end', () => {
    const source = `${filled('word ', '\n\n').slice(0, 100_000)}\n\n- Bump \`core\` from 1.0 to 1.4\n`;
    expect(readClaims(source)).toMatchObject([{ statement: { kind: 'change', from: '1.0', to: '1.4' } }]);
  });
});
