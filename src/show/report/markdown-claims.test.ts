import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JudgedClaim } from '../../domain/claim.ts';
import type { ProvenDocument } from '../../prove/claims/judge/proven-document.ts';
import { readClaims } from '../../prove/claims/parse/read-claims.ts';
import { readBlocks } from '../../prove/claims/parse/read-blocks.ts';
import { annotatedDocument } from './markdown-claims.ts';

const VERDICTS = ['proven', 'refuted', 'unknown'] as const;

/** The document with its own claims, each judged in turn; what an index said stands in every reason. */
function judgedDocument(source: string, said = 'core 1.4 is on the index'): ProvenDocument {
  const claims = readClaims(source).map((claim, at): JudgedClaim => {
    const verdict = VERDICTS[at % VERDICTS.length]!;
    const record = { id: claim.id, claim: claim.text, verdict, how: said, seen: `${said}, seen` };
    return { claim, verdict, because: `${said}.`, evidence: [{ ...record, approximate: false }] };
  });
  return {
    ...{ name: 'REPAIR.md', source, date: null, claims, targets: [], withProject: false, asOf: null },
    advisories: [{ name: said, date: null, reachable: true }],
  };
}

/** What is left once summary, marks and findings are taken out by what they look like. */
function withoutAnnotations(text: string): string {
  const start = text.indexOf('**Checked claim by claim:**');
  const rule = /\r?\n---\r?\n\r?\n/.exec(text.slice(start))!;
  const body = text.slice(0, start) + text.slice(start + rule.index + rule[0].length);
  const end = /(?:\r?\n){2}---(?:\r?\n){2}<a id="fettle-findings">/.exec(body)!;
  return body
    .slice(0, end.index)
    .replace(/ \[[✔✘?] f\d+\]\(#f\d+\)| <sup>[✔✘?] f\d+<\/sup>| {2}[✔✘?] f\d+/g, '');
}

const MOVE = '- Bump `core` from 1.0 to 1.4';
const TABLE = '| Package | Old | New |\n|---|---|---|\n| core | 1.0 | 1.4 |';
const HTML =
  '<table>\n<tr><th>Package</th><th>Old</th><th>New</th></tr>\n<tr><td>core</td><td>1.0</td><td>1.4</td></tr>\n</table>';
const COLUMNS = '    Package  Old  New\n    -------  ---  ---\n    core     1.0  1.4';
const BREAK = 'Bump `core` from 1.0 to 1.4  \nand more\\\nof it';
const PIECES = [
  MOVE,
  TABLE,
  HTML,
  COLUMNS,
  BREAK,
  '# core 1.0 → 1.4',
  'Words.',
  '> quoted',
  '```\ncode\n```',
];

describe('the annotated document', () => {
  it.each([
    ['an item', MOVE, `${MOVE} [✔ f1](#f1)`],
    ['a table', TABLE, '| core [✔ f1](#f1) | 1.0 |'],
    ['a table in HTML', HTML, '<td>core <sup>✔ f1</sup></td>'],
    ['indented columns', COLUMNS, '1.4  ✔ f1\n'],
    ['a line that ends in two spaces', BREAK, 'to 1.4 [✔ f1](#f1)  \nand'],
  ])('has its mark where it stays what it was: %s', (_, source, part) => {
    const text = annotatedDocument(judgedDocument(`${source}\n`));
    expect(readClaims(source)).toHaveLength(1);
    expect(text).toContain(part);
    expect(withoutAnnotations(text)).toBe(`${source}\n`);
  });

  it('keeps the ends of its lines, and a byte-order mark as its first character', () => {
    const source = `\ufeff# Repair\r\n\r\n${MOVE}\r\n`;
    const text = annotatedDocument(judgedDocument(source));
    expect(text.startsWith('\ufeff**Checked')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(withoutAnnotations(text)).toBe(source);
  });

  it('keeps front matter at the top', () => {
    const text = annotatedDocument(judgedDocument(`---\ntitle: Repair\n---\n\n${MOVE}\n`));
    expect(text.startsWith('---\ntitle: Repair\n---\n**Checked')).toBe(true);
  });

  it.each([
    ['a fence that is left open', '\n```\ncode'],
    ['a comment that is left open', '\n<!-- hidden'],
  ])('shows its findings after %s', (_, tail) => {
    const text = annotatedDocument(judgedDocument(`${MOVE}\n${tail}`));
    const titles = readBlocks(text).flatMap(({ kind, words }) => (kind === 'heading' ? [words.text] : []));
    expect(titles).toContain('What was found');
  });

  it.each([
    '<img src=x onerror=alert(1)>',
    '[click](javascript:alert(1))',
    '![pixel](https://index.example/pixel.png)',
    '`code` | cell',
    '\n\n# A heading\n\n- [x] done',
    '@everyone fixes #1',
    '\u001b[31mred\u001b[0m \u202eback',
  ])('shows what an index says as text: %j', (said) => {
    const text = annotatedDocument(judgedDocument(`${MOVE}\n`, said));
    expect(text).not.toMatch(/(?<!\\)<img|(?<!\\)\[click|!\[pixel|\n# A heading|@everyone|[\u001b\u202e]/);
    const titles = readBlocks(text).flatMap(({ kind, words }) => (kind === 'heading' ? [words.text] : []));
    expect(titles).toEqual(['What was found', 'Proven (1)']);
  });

  it('is the document again once the annotations are taken out, whatever stands in it', () => {
    const piece = fc.oneof(
      fc.constantFrom(...PIECES),
      fc.string({ unit: fc.constantFrom(...'ab `*|<>-#[]()\\&_~.1') }),
    );
    const source = fc
      .tuple(
        fc.array(piece, { maxLength: 8 }),
        fc.constantFrom('\n', '\n\n', '\r\n', '\r\n\r\n'),
        fc.constantFrom('', '\ufeff'),
      )
      .map(
        ([pieces, between, mark]) =>
          mark +
          pieces
            .map((one) =>
              one.replaceAll('\n', between.slice(-1) === '\n' && between.startsWith('\r') ? '\r\n' : '\n'),
            )
            .join(between),
      );
    fc.assert(
      fc.property(source, (text) => {
        const document = judgedDocument(text);
        const got = withoutAnnotations(annotatedDocument(document));
        // What closes an open fence or comment is the one thing that stands between.
        expect(got.startsWith(text)).toBe(true);
        expect(got.slice(text.length)).toMatch(/^(?:\r?\n(?:`{3,}|~{3,}|-->))?$/);
      }),
      { numRuns: 200 },
    );
  });
});
