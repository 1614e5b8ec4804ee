import type { Statement } from '../../../domain/claim.ts';
import { movesIn } from './change-statements.ts';
import type { Found, Place, StatementReader } from './found.ts';
import { headOf, isSubject } from './heads.ts';
import { namesIn, nameBefore, normalised, releasesIn, versionsIn } from './names.ts';
import type { Name } from './names.ts';
import { PAST } from './assertion.ts';
import type { Words } from './words.ts';

const ALL = String.raw`\b(?:all|every|each|both)(?: of)?(?: the)?(?: \w+){0,2}?`;
const THINGS = String.raw`(?:dependencies|dependency|packages?|requirements?|libraries|wheels)`;

/** What is said of the whole service in ever the same words. */
const PHRASES: readonly (readonly [statement: Statement, pattern: RegExp])[] = [
  [
    { kind: 'installs' },
    new RegExp(
      String.raw`${ALL} ${THINGS} (?:now |can be |are |were |have been |get )?(install)(?:s|ed)?\b(?! (?:the|it|on))|\bpip install (?:succeeds|completes|passes|works)`,
      'i',
    ),
  ],
  [
    { kind: 'imports' },
    /\b(?:(?:all|every) (?:\w+ )?(?:imports?|modules? imports?) (?:succeed|work|pass|resolve)s?|imports? (?:all )?(?:succeed|work|pass)(?:s|ed)?|all modules (?:can be )?import(?:ed)?\b|import of (?:every|all|each)[\w ]* (?:succeed|work)s?)/i,
  ],
  [
    { kind: 'tests-pass' },
    /\b(?:(?:all |the |every |unit |integration |existing |\d+ )*(?:tests|test suite|test)(?: suite)? (?:all )?(?:still )?(?:now )?pass(?:es|ed)?|tests are green|(?:the )?tests? (?:run )?succeed(?:s|ed)?)\b/i,
  ],
  [
    { kind: 'image-builds' },
    /\b(?:(?:docker |container )?image (?:now |again )?builds|image (?:was |has been |is )?built (?:successfully|without)|docker build (?:succeeds|passes|works|completes successfully))\b/i,
  ],
  [
    { kind: 'ready' },
    /\b(?:ready (?:for|to) (?:[\w-]+ ){0,3}?(?:deploy(?:ment|ed)?|production|release|ship|rollout)|safe to (?:deploy|release|ship|roll out)|production[- ]ready)\b/i,
  ],
];

export const phraseStatements: StatementReader = ({ text }) =>
  PHRASES.flatMap(([statement, pattern]) => {
    const found = pattern.exec(text);
    return found === null ? [] : [{ statement, start: found.index, end: found.index + found[0].length }];
  });

/** `no-conflicts`: of its section's package; without one, of the set. */
export const conflictStatements: StatementReader = (words, place) => {
  const found =
    /\b(?:no|without|zero)(?: (?:known|version|dependency|package|further|remaining|more|other|any|unresolved|or|and)\b){0,4} (?:conflict(?:s|ing)?|incompatibilities)\b(?: (?:version|dependency|package)?\s?(?:requirements|versions|dependencies|packages))?/i.exec(
      words.text,
    );
  if (found === null) return [];
  const own = releasesIn(words.text.slice(0, found.index)).at(-1)?.name.text ?? null;
  const section = /requirements|versions|dependencies|packages/i.test(found[0]) ? null : place.section;
  const statement = { kind: 'no-conflicts', package: own ?? section?.package ?? null } as const;
  return [{ statement, start: found.index, end: found.index + found[0].length }];
};

const SET = /\b(?:dependencies|packages|requirements|libraries|everything|all of them|all pins)\b/i;

/** `latest`: of one package, or of all. */
export const latestStatements: StatementReader = (words, place) => {
  const { text } = words;
  const found =
    /\b(?:latest|newest|most recent)(?: (?:stable|available|published|final|released|patch|possible))* (?:version|release)s?\b/i.exec(
      text,
    );
  if (
    found === null ||
    PAST.test(text.slice(0, found.index).replace(/\b(?:was|were) (?:updated|upgraded|moved|bumped)\b/i, ''))
  )
    return [];
  const span = { start: found.index, end: found.index + found[0].length };
  const move = movesIn(words, place).at(-1);
  if (move !== undefined)
    return [{ statement: { kind: 'latest', package: move.package, version: move.to }, ...span }];
  const of = /^ of (?:the )?/i.exec(text.slice(span.end));
  const named =
    of === null
      ? undefined
      : namesIn(words, place.lexicon).find(({ start }) => start === span.end + of[0].length);
  const version = versionsIn(text).at(-1)?.text ?? null;
  if (named !== undefined) return [{ statement: { kind: 'latest', package: named.text, version }, ...span }];
  if (SET.test(text.slice(0, found.index)))
    return [{ statement: { kind: 'latest', package: null, version: null }, ...span }];
  const head = headOf(words, found.index, place);
  if (!isSubject(head)) return [];
  return [{ statement: { kind: 'latest', package: head.package, version: version ?? head.to }, ...span }];
};

const GONE =
  /\b(?:no longer (?:exists?|available|published|on PyPI)|(?:does|do) ?n[o']t exist|is not (?:available|published|on PyPI)|isn't available|unavailable|cannot be found|(?:was|has been) (?:removed|deleted) from (?:PyPI|the index)|never existed)\b/gi;

/** `unavailable`. */
export const unavailableStatements: StatementReader = (words, place) => {
  // The last: a label in front ("Unavailable packages:") names nothing yet.
  const found = [...words.text.matchAll(GONE)].at(-1);
  if (found === undefined) return [];
  const release = releasesIn(words.text.slice(0, found.index)).at(-1);
  if (release !== undefined) {
    const { name, version } = release;
    const statement = { kind: 'unavailable', package: name.text, version: version.text } as const;
    return [{ statement, start: name.start, end: found.index + found[0].length }];
  }
  const version = versionsIn(words.text.slice(0, found.index)).at(-1);
  if (version === undefined || place.subject === null) return [];
  const statement = { kind: 'unavailable', package: place.subject.package, version: version.text } as const;
  return [{ statement, start: version.start, end: found.index + found[0].length }];
};

const DEPRECATED =
  /\b(?:(?:is|are|has been|was|now) (?:now |officially |long )*(?:deprecated|unmaintained|abandoned|discontinued|archived)|no longer (?:maintained|supported|developed)|(?:reached|is) end[- ]of[- ]life)\b/i;
const SUCCESSOR =
  /\b(?:in favou?r of|replaced (?:by|with)|superseded by|succeeded by|consider\w*|use|using|switch(?:ing)? to|migrat(?:e|ing) to|mov(?:e|ing) to|instead of it)\b/gi;

/** `deprecated`. `rest`: the words that follow in the same text, where a successor may be advised. */
export function deprecatedStatements(words: Words, rest: Words, place: Place): readonly Found[] {
  const found = DEPRECATED.exec(words.text);
  if (found === null) return [];
  const owner = ownerOf(words, found.index, place);
  if (owner === null) return [];
  const successor =
    successorIn(words, found.index, place, owner.package) ?? successorIn(rest, 0, place, owner.package);
  const statement = {
    kind: 'deprecated',
    package: owner.package,
    version: owner.version,
    successor,
  } as const;
  const start = owner.name?.start ?? found.index;
  return [{ statement, start, end: found.index + found[0].length }];
}

function ownerOf(
  words: Words,
  end: number,
  place: Place,
): { readonly package: string; readonly version: string | null; readonly name: Name | null } | null {
  const release = releasesIn(words.text.slice(0, end)).at(-1);
  if (release !== undefined)
    return { package: release.name.text, version: release.version.text, name: release.name };
  const before = words.text.slice(0, end).trim();
  const name = namesIn(words, place.lexicon).findLast((one) => one.end <= end);
  if (name !== undefined)
    return /\b(?:endpoint|function|method|argument|option|setting)\b/i.test(before)
      ? null
      : { package: name.text, version: null, name };
  if (!/^(?:(?:this|the) (?:package|library|project|dependency)|it|which)?$/i.test(before)) return null;
  const { subject } = place;
  return subject === null
    ? null
    : { package: subject.package, version: subject.to ?? subject.from, name: null };
}

function successorIn(words: Words, from: number, place: Place, owner: string): string | null {
  for (const { index, 0: verb } of words.text.matchAll(SUCCESSOR)) {
    if (index < from) continue;
    const after = index + verb.length;
    const names = [...namesIn(words, place.lexicon), ...releasesIn(words.text).map(({ name }) => name)];
    const next = names
      .filter(
        ({ start, text }) => start >= after && start - after < 60 && normalised(text) !== normalised(owner),
      )
      .sort((a, b) => a.start - b.start)[0];
    if (next !== undefined) return next.text;
    const plain = nameBefore(words.text, words.text.length);
    if (plain !== null && /^\s*$/.test(words.text.slice(after, plain.start))) return plain.text;
  }
  return null;
}
