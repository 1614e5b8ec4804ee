import { isAsserted, isStated } from './assertion.ts';
import { changeStatements, movesIn, removedStatements } from './change-statements.ts';
import { clauses, sentences } from './clauses.ts';
import type { Clause } from './clauses.ts';
import { compatibilityStatements } from './compatibility-statements.ts';
import { figureStatements } from './figure-statements.ts';
import type { Found, Place, StatementReader, Subject } from './found.ts';
import { namesIn, normalised, releasesIn } from './names.ts';
import {
  conflictStatements,
  deprecatedStatements,
  latestStatements,
  phraseStatements,
  unavailableStatements,
} from './service-statements.ts';
import { advisoryStatements, allFixedStatements, weaknessStatements } from './vulnerability-statements.ts';
import { part } from './words.ts';
import type { Words } from './words.ts';

const READERS: readonly StatementReader[] = [
  ...[changeStatements, removedStatements, unavailableStatements, advisoryStatements, weaknessStatements],
  ...[allFixedStatements, compatibilityStatements, conflictStatements, latestStatements, phraseStatements],
];

/** Every statement of a text, sentence by sentence, clause by clause. Impact is the consequence of what stands above it. */
export function clauseStatements(
  words: Words,
  place: Place,
): readonly { readonly found: Found; readonly words: Words }[] {
  if (/^(?:impact|consequences?|risk)s? ?:/i.test(words.text)) return [];
  const all: { readonly found: Found; readonly words: Words }[] = [];
  let { subject } = place;
  const list = clauses(words);
  for (const clause of list) {
    const here = { ...place, subject };
    subject = subjectAfter(clause.words, here);
    if (!isAsserted(clause)) continue;
    const rest = restOf(words, clause);
    const found = [
      ...READERS.flatMap((read) => read(clause.words, here)),
      ...deprecatedStatements(clause.words, rest, here),
    ];
    all.push(...found.map((one) => ({ found: one, words: clause.words })));
  }
  return [...all, ...figures(words)];
}

/** Figures are read by sentence: what they are of may stand in the clause before. */
function figures(words: Words): readonly { readonly found: Found; readonly words: Words }[] {
  return sentences(words)
    .filter(
      ({ text }) =>
        isStated(text) && isAsserted({ words: { text, at: [], marked: [] }, sentence: text, first: true }),
    )
    .flatMap((sentence) => figureStatements(sentence.text).map((found) => ({ found, words: sentence })));
}

/** A successor is advised soon or not at all. */
const MOST_REST = 400;

/** The words of the same text behind a clause. Places grow, so they are searched by halves. */
function restOf(words: Words, clause: Clause): Words {
  const last = clause.words.at.at(-1) ?? -1;
  let [start, end] = [0, words.at.length];
  while (start < end) {
    const middle = (start + end) >> 1;
    if (words.at[middle]! > last) end = middle;
    else start = middle + 1;
  }
  return part(words, start, start + MOST_REST);
}

/** What may stand before the name that a clause is about. */
const LEADS =
  /^(?:[^\p{L}]|\b(?:the|an?|and|but|because|so|since|old|new|our|this|also|however|note|that|while|although|though)\b)*$/iu;

/** What the next clause is about where it does not say so: the last move, or the package that this one began with. */
function subjectAfter(words: Words, place: Place): Subject | null {
  const move = movesIn(words, place).at(-1);
  if (move !== undefined) return { package: move.package, from: move.from, to: move.to };
  const release = releasesIn(words.text)[0];
  const before = place.subject;
  if (release !== undefined && place.section === null && LEADS.test(words.text.slice(0, release.start))) {
    const { name, version } = release;
    if (before !== null && normalised(before.package) === normalised(name.text)) return before;
    return { package: name.text, from: null, to: version.text, said: true };
  }
  const [name] = namesIn(words, place.lexicon);
  const leads = name !== undefined && name.start < 30 && before === null;
  return leads ? { package: name.text, from: null, to: null } : before;
}
