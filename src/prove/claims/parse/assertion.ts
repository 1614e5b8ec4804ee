import type { Clause } from './clauses.ts';

/** A sentence that says nothing as a fact: it asks, sets a condition, asks for something, or speaks of what is to come. */
const NOT_A_FACT = [
  /\?["')\]]*$/,
  /^(?:["'(]*)(?:if|when|whenever|once|before|until|unless|should|in case|provided|assuming|please|let us|let's|to (?:go|roll|revert))\b/i,
  /\b(?:if|whether|unless|make sure|ensure|please|before (?:you|we|deploy\w*|merging)|in case|provided that|assuming)\b/i,
  /\b(?:TODO|FIXME|WIP|to-do|in my opinion|(?:is|was) not true|untrue|or thought so|ought to|needs? to (?:be|go)|ha(?:s|ve) to be|remains? to be|still (?:to|needs?|has to)|plan(?:s|ned|ning)? (?:to|on)|going to|will|won't|want(?:s|ed)? to|hope(?:s|d)? to|would like|intend\w*|aims? to|scheduled)\b/i,
  /\b(?:[Rr]evert(?:ed|s|ing)?|rolled back|took back|taken back|undone)\b/,
];

/** Said with a reserve. "May" with a capital is a month. */
const HEDGED =
  /\b(?:[Ss]hould|may|[Mm]ight|[Cc]ould|[Ww]ould|can be|is said|are said|said to|reported(?:ly)?|[Ww]e (?:thought|think|believe|hope|assume|expect)|apparently|presumably|probably|perhaps|[Mm]aybe|seems?|seemed|appears? to|likely|hopefully|expected|supposed|supposedly|theoretically|in theory|ought|not yet|planned)\b/;

/** An instruction begins so; "update" and "bump" do not, for a change is named so. */
const INSTRUCTION =
  /^(?:\w[\w /-]{0,30}: )?(?:run|re-run|rerun|test|verify|check|confirm|monitor|validate|review|try|see|read|consider|deploy|rebuild|remember|watch|keep|avoid|do not|don't|never|always|make)\b(?! (?:suite|was|is|has|have|passed))/i;

/** Denials that are claims of their own, and those that deny nothing: "no longer exists", "without errors". */
const OWN_NEGATIONS =
  /\b(?:no longer|(?:does|do|did) ?n[o']t exist|(?:is|are|was) not (?:available|published|on (?:PyPI|the index))|not only|not just|without (?:an? |any )?(?:error|issue|problem|conflict|warning|failure)s?|no (?:[\w-]+ ){0,6}?(?:conflict\w*|incompatibilit\w*|vulnerabilit\w+|advisor\w+|CVEs?|security issues?)|(?:finds?|found|reports?|reported|shows?) no)\b/gi;
const NEGATED =
  /\b(?:not|never|cannot|can't|nobody|no one|none|nothing|neither|nor|without|in?compatible(?<!\bcompatible)|fail(?:s|ed)? to|unable to|no)\b|n['’]t\b/i;

/** Whether the whole sentence of a clause states anything. */
export function isStated(sentence: string): boolean {
  return !INSTRUCTION.test(sentence) && !NOT_A_FACT.some((pattern) => pattern.test(sentence));
}

/** Whether a clause is said as a fact, and what it says is not denied. */
export function isAsserted({ words: { text }, sentence }: Clause): boolean {
  if (!isStated(sentence) || HEDGED.test(text)) return false;
  return !NEGATED.test(text.replace(OWN_NEGATIONS, ' '));
}

/** Headings over what is yet to be done, or undone. */
const FUTURE =
  /\b(?:next steps?|to-?do|roadmap|planned|plans?|future|upcoming|recommend\w*|follow-?ups?|backlog|open (?:points|questions|items)|roll-?back|revert\w*|how to|instructions|not (?:done|included|changed)|known issues|what is left)\b/i;

export function isFuture(title: string): boolean {
  return title.length < 80 && FUTURE.test(title);
}

/** Of the service in the past: "last year's image", "was 2.4 GB". */
export const PAST =
  /\b(?:was|were|used to|previously|formerly|originally|last (?:year|month|week|release)(?:'s|’s)?|had been|before this|until now)\b/i;
