import { isMarked } from './words.ts';
import type { Span, Words } from './words.ts';

/** A package as the document writes it, and where. */
export interface Name extends Span {
  readonly text: string;
}

/** PEP 508, "Names", begun with a letter: a number is never taken for a name here. */
export const NAME = String.raw`(?<![\w./@:-])[A-Za-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)*`;
const EXTRAS = String.raw`(?:\[[A-Za-z0-9,._ -]{1,60}\])?`;
/** PEP 440, as documents write it: with a dot at least, or a bare number is anything. */
export const VERSION = String.raw`\d+(?:\.\d+)+(?:\.?(?:a|b|rc|post|dev)\d+)?`;
/** Not inside of another number or word, nor before more of one. */
const VERSION_END = String.raw`(?![\w-]|\.\d)`;

/** Words that stand before a version and are no package. */
const NO_PACKAGE: ReadonlySet<string> = new Set(
  `a about above across after all also an and are around as at be been before below between both but by
  current did do does down each earlier every everything exactly for former from get go goes going had has have he her
  hence how i in into is it its last least less like more most mostly moving my new newer next no not now of off old older on once
  one only onto or our out over own per previous quite rather release releases released same set since so some still such supersedes
  than that the their them then there these they this those through thus to too under until up upon use uses using version
  versions via was we were what when where which while who why will with within without you your v ver
  python cpython pypy py node nodejs java go ruby rust php perl pep rfc cve cwe cvss ghsa issue ticket pr step phase sprint
  stage chapter section figure table line lines port chart page part item note section appendix milestone iteration quarter week
  day month january february march april may june july august september october november december
  latency time-out timeout coverage size score rating ratio price cost costs speed budget usage memory disk cpu build tests test
  image images responses setting settings default minimum maximum average total runtime interpreter tag branch commit api schema
  protocol http https tls ssl ip baseline upgrade upgraded upgrades update updated updates bump bumped bumps pin pinned pins raise
  raised raises move moved moves change changed changes install installed fix fixed fixes fixing patch patched require requires
  required support supports supported compatible add added adds remove removed removes replace replaced switch switched
  migrate migrated went downgrade downgraded lift lifted set sets dependency dependencies package packages library libraries
  requirement requirements project service services application app backend server client module pip vulnerable affected
  date status generated fixed-in patched-in gb mb kb mib gib seconds minutes hours`
    .split(/\s+/)
    .filter(Boolean),
);

/** Things that a package is compatible with and that no package index has. */
export const PLATFORMS: ReadonlySet<string> = new Set(
  `linux ubuntu debian alpine centos rhel fedora macos windows docker kubernetes openshift podman glibc musl cuda cudnn postgres
  postgresql mysql mariadb mongodb oracle sqlite nginx openssl java nodejs node android ios chrome firefox`.split(
    /\s+/,
  ),
);

export function normalised(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Whether a word can be a package at all. */
export function mayBePackage(text: string): boolean {
  const name = normalised(text);
  return (
    text.length > 1 && !NO_PACKAGE.has(name) && !PLATFORMS.has(name) && !/^(?:cve|ghsa|pysec)-/i.test(name)
  );
}

const ISSUED_DAY = /^\d{1,2}\.\d{1,2}\.(?:19|20)\d\d$/;
const VERSIONS = new RegExp(String.raw`(?<![\w.-])v?(${VERSION})${VERSION_END}`, 'g');

/** Versions in a text; what can only be a day is none. */
export function versionsIn(text: string): readonly Name[] {
  return [...text.matchAll(VERSIONS)]
    .filter(([, version]) => !ISSUED_DAY.test(version!))
    .map(({ index, 0: all, 1: version }) => ({
      text: version!,
      start: index + all.length - version!.length,
      end: index + all.length,
    }));
}

const NAME_BEFORE = new RegExp(`(${NAME})${EXTRAS}[\\])"']*$`);
/** The longest name with its extras that is looked for before a place. */
const LONGEST = 140;

/** The name that ends at a place, but for spaces and the signs between a name and its version. */
export function nameBefore(text: string, end: number): Name | null {
  const from = Math.max(0, end - LONGEST);
  const before = text.slice(from, end).replace(/[\s:=(,@~^–—-]*(?:\sv)?$/, '');
  const found = NAME_BEFORE.exec(before);
  if (found === null || !mayBePackage(found[1]!)) return null;
  const start = from + found.index;
  return { text: found[1]!, start, end: start + found[1]!.length };
}

/** A name with a version right after it: "Django 4.2.16", "tensorflow==2.15.0", "py2neo (2021.2.4)". */
export interface Release extends Span {
  readonly name: Name;
  readonly version: Name;
}

/** Names with a version right behind them. */
export function releasesIn(text: string): readonly Release[] {
  return versionsIn(text).flatMap((version) => {
    const between = /[\w\])"'](?: ?(?:==|=|@|:) ?| \(?| version |)v?$/.exec(
      text.slice(Math.max(0, version.start - LONGEST), version.start),
    );
    if (between === null) return [];
    const end = version.start - (between[0].length - 1);
    const name = nameBefore(text, end);
    return name === null ? [] : [{ name, version, start: name.start, end: version.end }];
  });
}

/** Names that a document itself treats as packages, normalised: without a version beside them they are known by that alone. */
export type Lexicon = ReadonlySet<string>;

const NAMES = new RegExp(NAME, 'g');

/** Every word of the text that is surely a package: set apart by marks, or known to the document. */
export function namesIn(words: Words, lexicon: Lexicon): readonly Name[] {
  return [...words.text.matchAll(NAMES)]
    .map(({ 0: text, index: start }) => ({ text, start, end: start + text.length }))
    .filter(({ text }) => mayBePackage(text))
    .filter((name) => lexicon.has(normalised(name.text)) || isSetApart(words, name));
}

/** Noun before a marked word which says that it is something else: "the endpoint `/v1`", "the function `load`". */
const OTHER_THING =
  /\b(?:endpoint|function|method|class|argument|parameter|option|flag|setting|variable|field|module|command|file|folder|branch|table|column|key|header|route)s? $/i;

/** A marked word that is the whole of its mark, and is named as nothing else. */
function isSetApart(words: Words, { start, end }: Name): boolean {
  if (!isMarked(words, { start, end }) || OTHER_THING.test(words.text.slice(Math.max(0, start - 40), start)))
    return false;
  const mark = words.marked.find((span) => span.start <= start && end <= span.end)!;
  const rest = words.text.slice(mark.start, start) + words.text.slice(end, mark.end);
  return /^[\s:]*(?:\[[^\]]{0,60}\]|(?:==|[\s(@:])*v?[\d.]*[):]*)?[\s:]*$/.test(rest);
}
