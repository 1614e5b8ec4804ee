import type { Claim } from '../../../domain/claim.ts';
import { UserFacingError } from '../../../domain/errors.ts';
import { isFuture } from './assertion.ts';
import type { Block } from './block.ts';
import { checkDocument } from './check-document.ts';
import { changeStatements } from './change-statements.ts';
import type { Found, Place, Subject } from './found.ts';
import { lexiconOf } from './lexicon.ts';
import { listedStatements } from './listed-statements.ts';
import { LinePlaces } from './line-places.ts';
import type { Lexicon } from './names.ts';
import { readBlocks } from './read-blocks.ts';
import { rowStatements } from './row-statements.ts';
import type { Placed } from './row-statements.ts';
import { sectionOf, subjectOfTitle } from './subject-of-title.ts';
import { clauseStatements } from './text-statements.ts';
import { bareWeakness } from './vulnerability-statements.ts';

/** A document as it was read. */
export interface ReadDocument {
  readonly claims: readonly Claim[];
}

/**
 * Every claim that a repair document makes, in its order. No language model: rules on headings, tables, items and sentences.
 * @throws UserFacingError `too-large` or `invalid-file` for what is no document that anybody wrote.
 */
export function readClaims(source: string): readonly Claim[] {
  checkDocument(source);
  const blocks = blocksOf(source);
  const lexicon = lexiconOf(blocks);
  const subjects = new Map<Block, Subject | null>();
  const places = new LinePlaces(source);
  const claims = new Map<string, Claim>();
  const count = new Map<number, number>();
  for (const block of blocks) {
    if (block.kind !== 'row') subjects.set(block, subjectOfTitle(block.words, lexicon));
    for (const placed of statementsOf(block, subjects, lexicon)) {
      const { at, text } = places.of(placed);
      const key = `${at.line} ${JSON.stringify(placed.found.statement)}`;
      if (claims.has(key)) continue;
      const number = (count.get(at.line) ?? 0) + 1;
      count.set(at.line, number);
      claims.set(key, { id: `L${at.line}.${number}`, at, text, statement: placed.found.statement });
    }
  }
  return [...claims.values()].sort((a, b) => a.at.line - b.at.line);
}

function blocksOf(source: string): readonly Block[] {
  try {
    return readBlocks(source);
  } catch (error) {
    // A parser that runs out of stack has met nesting that nobody wrote by hand.
    if (error instanceof RangeError)
      throw new UserFacingError('invalid-file', 'the document is nested too deeply to be read', {
        cause: error,
      });
    throw error;
  }
}

function statementsOf(
  block: Block,
  subjects: ReadonlyMap<Block, Subject | null>,
  lexicon: Lexicon,
): readonly Placed[] {
  const section = sectionOf(block.above, subjects);
  const titles = block.above.map(({ words }) => words.text);
  const box = 'box' in block ? block.box : null;
  const place: Place = { lexicon, section, subject: section, titles, box };
  if (box === 'open') return [];
  if (box !== 'done' && titles.some(isFuture)) return [];
  if (block.kind === 'row') return rowStatements(block, place);
  const all = (found: readonly Found[]): readonly Placed[] =>
    found.map((one) => ({ found: one, words: block.words }));
  if (block.kind === 'heading')
    return all(changeStatements(block.words, { ...place, section: null, subject: null }));
  const said = [...all(listedStatements(block, place)), ...clauseStatements(block.words, place)];
  return said.length > 0 || block.kind !== 'item' ? said : all(bareWeakness(block.words, place));
}
