// src/domain/errors.ts
var UserFacingError = class extends Error {
  name = "UserFacingError";
  code;
  hint;
  at;
  outside;
  constructor(code, message, more = {}) {
    super(message, more.cause === void 0 ? void 0 : { cause: more.cause });
    this.code = code;
    this.hint = more.hint ?? null;
    this.at = more.at ?? null;
    this.outside = more.outside ?? false;
  }
};

// src/prove/claims/parse/assertion.ts
var NOT_A_FACT = [
  /\?["')\]]*$/,
  /^(?:["'(]*)(?:if|when|whenever|once|before|until|unless|should|in case|provided|assuming|please|let us|let's|to (?:go|roll|revert))\b/i,
  /\b(?:if|whether|unless|make sure|ensure|please|before (?:you|we|deploy\w*|merging)|in case|provided that|assuming)\b/i,
  /\b(?:TODO|FIXME|WIP|to-do|in my opinion|(?:is|was) not true|untrue|or thought so|ought to|needs? to (?:be|go)|ha(?:s|ve) to be|remains? to be|still (?:to|needs?|has to)|plan(?:s|ned|ning)? (?:to|on)|going to|will|won't|want(?:s|ed)? to|hope(?:s|d)? to|would like|intend\w*|aims? to|scheduled)\b/i,
  /\b(?:[Rr]evert(?:ed|s|ing)?|rolled back|took back|taken back|undone)\b/
];
var HEDGED = /\b(?:[Ss]hould|may|[Mm]ight|[Cc]ould|[Ww]ould|can be|is said|are said|said to|reported(?:ly)?|[Ww]e (?:thought|think|believe|hope|assume|expect)|apparently|presumably|probably|perhaps|[Mm]aybe|seems?|seemed|appears? to|likely|hopefully|expected|supposed|supposedly|theoretically|in theory|ought|not yet|planned)\b/;
var INSTRUCTION = /^(?:\w[\w /-]{0,30}: )?(?:run|re-run|rerun|test|verify|check|confirm|monitor|validate|review|try|see|read|consider|deploy|rebuild|remember|watch|keep|avoid|do not|don't|never|always|make)\b(?! (?:suite|was|is|has|have|passed))/i;
var OWN_NEGATIONS = /\b(?:no longer|(?:does|do|did) ?n[o']t exist|(?:is|are|was) not (?:available|published|on (?:PyPI|the index))|not only|not just|without (?:an? |any )?(?:error|issue|problem|conflict|warning|failure)s?|no (?:[\w-]+ ){0,6}?(?:conflict\w*|incompatibilit\w*|vulnerabilit\w+|advisor\w+|CVEs?|security issues?)|(?:finds?|found|reports?|reported|shows?) no)\b/gi;
var NEGATED = /\b(?:not|never|cannot|can't|nobody|no one|none|nothing|neither|nor|without|in?compatible(?<!\bcompatible)|fail(?:s|ed)? to|unable to|no)\b|n['’]t\b/i;
function isStated(sentence) {
  return !INSTRUCTION.test(sentence) && !NOT_A_FACT.some((pattern) => pattern.test(sentence));
}
function isAsserted({ words: { text }, sentence }) {
  if (!isStated(sentence) || HEDGED.test(text)) return false;
  return !NEGATED.test(text.replace(OWN_NEGATIONS, " "));
}
var FUTURE = /\b(?:next steps?|to-?do|roadmap|planned|plans?|future|upcoming|recommend\w*|follow-?ups?|backlog|open (?:points|questions|items)|roll-?back|revert\w*|how to|instructions|not (?:done|included|changed)|known issues|what is left)\b/i;
function isFuture(title) {
  return title.length < 80 && FUTURE.test(title);
}
var PAST = /\b(?:was|were|used to|previously|formerly|originally|last (?:year|month|week|release)(?:'s|’s)?|had been|before this|until now)\b/i;

// src/prove/claims/parse/check-document.ts
var MOST_CHARACTERS = 25e4;
var LONGEST_LINE = 5e3;
var DEEPEST = 60;
function checkDocument(source) {
  if (source.length > MOST_CHARACTERS)
    throw new UserFacingError("too-large", `the document has more than ${MOST_CHARACTERS} characters`, {
      hint: "give the part that speaks of the dependencies as a document of its own"
    });
  if (source.includes("\0"))
    throw new UserFacingError("invalid-file", "the document is no text: it holds zero bytes");
  for (const [at, line] of source.split("\n").entries()) {
    if (line.length > LONGEST_LINE)
      throw new UserFacingError(
        "too-large",
        `line ${at + 1} of the document has more than ${LONGEST_LINE} characters`
      );
    if (markersOf(line) > DEEPEST)
      throw new UserFacingError(
        "invalid-file",
        `line ${at + 1} of the document is nested too deeply to be read`
      );
  }
}
function markersOf(line) {
  const lead = /^[\s>*+-]*/.exec(line)[0];
  return lead.replace(/[^>*+-]/g, "").length > 0 && !/^\s*([-*])(?:\s*\1)+\s*$/.test(line) ? lead.replace(/[^>*+-]/g, "").length : Math.floor(lead.length / 100);
}

// src/prove/claims/parse/words.ts
var NO_WORDS = { text: "", at: [], marked: [] };
function part(words, from, to) {
  let [start, end] = [Math.max(from, 0), Math.min(to, words.text.length)];
  while (start < end && words.text[start] === " ") start += 1;
  while (end > start && words.text[end - 1] === " ") end -= 1;
  return {
    text: words.text.slice(start, end),
    at: words.at.slice(start, end),
    marked: words.marked.filter((span2) => span2.start < end && span2.end > start).map((span2) => ({ start: Math.max(span2.start, start) - start, end: Math.min(span2.end, end) - start }))
  };
}
function isMarked({ marked }, { start, end }) {
  return marked.some((span2) => span2.start <= start && end <= span2.end);
}
var ENTITIES = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", ndash: "\u2013", mdash: "\u2014", rarr: "\u2192" }
};
var ENTITY = 12;
var WordsBuilder = class {
  #characters = [];
  #at = [];
  #marked = [];
  #source;
  constructor(source) {
    this.#source = source;
  }
  get length() {
    return this.#characters.length;
  }
  /** One character of the document, or a space in the place of something that is left out. */
  push(character, offset) {
    const space = /\s/.test(character);
    if (space && (this.#characters.length === 0 || this.#characters.at(-1) === " ")) return;
    this.#characters.push(space ? " " : character);
    this.#at.push(offset);
  }
  /**
   * A text that stands in the document from `start` to `end`, where it may have escapes, entities and the indentation of its lines
   * between its characters.
   */
  addText(text, start, end) {
    let offset = start;
    for (const character of splitUnits(text)) {
      while (offset < end && !this.#isAt(character, offset)) offset += 1;
      this.push(character, Math.min(offset, end));
      offset = Math.min(offset + this.#length(character, offset), end);
    }
  }
  /** Raw text of the document; entities are read. */
  addRaw(start, end) {
    for (let offset = start; offset < end; ) {
      const entity = this.#source[offset] === "&" ? entityAt(this.#source, offset) : null;
      this.push(entity?.character ?? this.#source[offset], offset);
      offset += entity?.length ?? 1;
    }
  }
  mark(start) {
    if (start < this.length) this.#marked.push({ start, end: this.length });
  }
  build() {
    const all = { text: this.#characters.join(""), at: this.#at, marked: this.#marked };
    return part(all, 0, all.text.length);
  }
  #isAt(character, offset) {
    const here = this.#source[offset];
    if (here === character) return true;
    return here === "&" && entityAt(this.#source, offset)?.character === character;
  }
  #length(character, offset) {
    return this.#source[offset] === character ? 1 : entityAt(this.#source, offset)?.length ?? 1;
  }
};
function splitUnits(text) {
  return text.split("");
}
function entityAt(source, offset) {
  const found = /^&(?:#(\d{1,6})|#[xX]([0-9a-fA-F]{1,5})|([a-zA-Z]{2,8}));/.exec(
    source.slice(offset, offset + ENTITY)
  );
  if (found === null) return null;
  const code = found[1] === void 0 ? parseInt(found[2] ?? "", 16) : Number(found[1]);
  const character = found[3] === void 0 ? codePoint(code) : ENTITIES[found[3]];
  return character === void 0 ? null : { character, length: found[0].length };
}
function codePoint(code) {
  return code > 31 && code < 55296 ? String.fromCharCode(code) : " ";
}

// src/prove/claims/parse/names.ts
var NAME = String.raw`(?<![\w./@:-])[A-Za-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)*`;
var EXTRAS = String.raw`(?:\[[A-Za-z0-9,._ -]{1,60}\])?`;
var VERSION = String.raw`\d+(?:\.\d+)+(?:\.?(?:a|b|rc|post|dev)\d+)?`;
var VERSION_END = String.raw`(?![\w-]|\.\d)`;
var NO_PACKAGE = new Set(
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
  date status generated fixed-in patched-in gb mb kb mib gib seconds minutes hours`.split(/\s+/).filter(Boolean)
);
var PLATFORMS = new Set(
  `linux ubuntu debian alpine centos rhel fedora macos windows docker kubernetes openshift podman glibc musl cuda cudnn postgres
  postgresql mysql mariadb mongodb oracle sqlite nginx openssl java nodejs node android ios chrome firefox`.split(
    /\s+/
  )
);
function normalised(name) {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
function mayBePackage(text) {
  const name = normalised(text);
  return text.length > 1 && !NO_PACKAGE.has(name) && !PLATFORMS.has(name) && !/^(?:cve|ghsa|pysec)-/i.test(name);
}
var ISSUED_DAY = /^\d{1,2}\.\d{1,2}\.(?:19|20)\d\d$/;
var VERSIONS = new RegExp(String.raw`(?<![\w.-])v?(${VERSION})${VERSION_END}`, "g");
function versionsIn(text) {
  return [...text.matchAll(VERSIONS)].filter(([, version]) => !ISSUED_DAY.test(version)).map(({ index, 0: all, 1: version }) => ({
    text: version,
    start: index + all.length - version.length,
    end: index + all.length
  }));
}
var NAME_BEFORE = new RegExp(`(${NAME})${EXTRAS}[\\])"']*$`);
var LONGEST = 140;
function nameBefore(text, end) {
  const from = Math.max(0, end - LONGEST);
  const before = text.slice(from, end).replace(/[\s:=(,@~^–—-]*(?:\sv)?$/, "");
  const found = NAME_BEFORE.exec(before);
  if (found === null || !mayBePackage(found[1])) return null;
  const start = from + found.index;
  return { text: found[1], start, end: start + found[1].length };
}
function releasesIn(text) {
  return versionsIn(text).flatMap((version) => {
    const between = /[\w\])"'](?: ?(?:==|=|@|:) ?| \(?| version |)v?$/.exec(
      text.slice(Math.max(0, version.start - LONGEST), version.start)
    );
    if (between === null) return [];
    const end = version.start - (between[0].length - 1);
    const name = nameBefore(text, end);
    return name === null ? [] : [{ name, version, start: name.start, end: version.end }];
  });
}
var NAMES = new RegExp(NAME, "g");
function namesIn(words, lexicon) {
  return [...words.text.matchAll(NAMES)].map(({ 0: text, index: start }) => ({ text, start, end: start + text.length })).filter(({ text }) => mayBePackage(text)).filter((name) => lexicon.has(normalised(name.text)) || isSetApart(words, name));
}
var OTHER_THING = /\b(?:endpoint|function|method|class|argument|parameter|option|flag|setting|variable|field|module|command|file|folder|branch|table|column|key|header|route)s? $/i;
function isSetApart(words, { start, end }) {
  if (!isMarked(words, { start, end }) || OTHER_THING.test(words.text.slice(Math.max(0, start - 40), start)))
    return false;
  const mark = words.marked.find((span2) => span2.start <= start && end <= span2.end);
  const rest = words.text.slice(mark.start, start) + words.text.slice(end, mark.end);
  return /^[\s:]*(?:\[[^\]]{0,60}\]|(?:==|[\s(@:])*v?[\d.]*[):]*)?[\s:]*$/.test(rest);
}

// src/prove/claims/parse/change-statements.ts
var MOVED = String.raw`(?:updat|upgrad|bump|rais|mov|pinn?|chang|migrat|switch|lift|downgrad|jump|advanc|promot)(?:ed|es|e|s|ing)?|went|goes|set`;
var AUXILIARY = String.raw`(?:ha(?:s|ve)|been|was|were|is|are|got|now|also|therefore|then|all|from|version|versions|the|its|pin)`;
var ARROW = String.raw`→|⇒|➜|➔|⟶|->|-->|=>|==>|»`;
var PAIR = new RegExp(
  String.raw`(?<![\w.-])v?(${VERSION}|\d+)(?:\s*(?:${ARROW})\s*|\s+(?:up )?to\s+(?:version\s+)?)v?(${VERSION}|\d+)(?![\w-]|\.\d)`,
  "g"
);
var UNIT = /^\s*(?:%|[kmgt]i?b\b|gi\b|mi\b|ms\b|s\b|sec|min|hours?\b|days?\b|x\b|times\b|cores?\b|vcpus?\b|users\b|requests\b)/i;
var RANGE_ASKED = /\b(?:compatib\w+|requires?|supports?|needs?|works?|runs?|tested)\b[^,;]{0,60}$/i;
var MOST_VERSIONS = 40;
function movesIn(words, place) {
  const pairs = pairsIn(words, place);
  const spans = [...words.text.matchAll(PAIR)].map(({ index, 0: { length } }) => ({
    index,
    end: index + length
  }));
  const releases = new Map(releasesIn(words.text).map(({ name, version }) => [version.start, name]));
  const singles = versionsIn(words.text).slice(0, MOST_VERSIONS).filter(({ start }) => !spans.some(({ index, end }) => start >= index && start < end)).flatMap((version) => singleMove(words, version, releases.get(version.start) ?? null, place) ?? []);
  return [...pairs, ...singles].sort((a, b) => a.start - b.start);
}
function pairsIn(words, place) {
  return [...words.text.matchAll(PAIR)].flatMap(({ index, 0: all, 1: from, 2: to }) => {
    const before = words.text.slice(0, index);
    const toStart = index + all.lastIndexOf(to);
    const version = { text: to, start: toStart, end: toStart + to.length };
    if (UNIT.test(words.text.slice(version.end)) || RANGE_ASKED.test(before)) return [];
    const hasArrow = !/\sto\s/.test(all);
    const dotted = from.includes(".") && to.includes(".");
    const named2 = nameOfMove(words, index);
    if (named2 === "nobody") return [];
    const name = named2;
    if (!dotted && !(hasArrow && name !== null)) return [];
    const subject = name === null ? place.subject : null;
    const owner = name?.text ?? subject?.package;
    if (owner === void 0) return [];
    const start = name?.start ?? version.start;
    return [{ name, package: owner, from, to, version, start, end: version.end }];
  });
}
var MOVE_WORDS_BEFORE = new RegExp(String.raw`(?:[\s:(,–—=-]|(?<![\w.-])(?:${AUXILIARY}|${MOVED}))+$`, "i");
var LOOK_BACK = 160;
function nameOfMove(words, index) {
  const from = Math.max(0, index - LOOK_BACK);
  const before = words.text.slice(from, index).replace(MOVE_WORDS_BEFORE, "");
  if (before.trim() === "") return null;
  if (/\b(?:it|this|which|that|and|to|we|the package)$/i.test(before)) return null;
  const name = nameBefore(words.text, from + before.length);
  if (name !== null && !isCommonNoun(words, name)) return name;
  return /^[\w ]{1,30}$/.test(before) && /^[\w ]{1,30}:/.test(words.text) ? null : "nobody";
}
function isCommonNoun(words, name) {
  if (isMarked(words, name) || /[A-Z\d]/.test(name.text)) return false;
  return /\b(?:the|a|an|our|its|their|this|each|every)(?: [a-z-]+)? $/i.test(
    words.text.slice(Math.max(0, name.start - 30), name.start)
  );
}
var TO_BEFORE = new RegExp(
  String.raw`(?:\b(?:${MOVED})\b(?<verb>.{0,80}?)\s(?:to|at)|(?:${ARROW})|\bnow (?:us(?:e|es|ing)|on|at|pinned (?:to|at))|\b(?:replaced|superseded) (?:by|with)|\bswitched to|\b[Aa]dd(?:ed|s)?|\bintroduced|\bis now)(?: version| v| the)?\s*$`,
  "i"
);
function singleMove(words, version, own, place) {
  if (UNIT.test(words.text.slice(version.end)) || /^\s*(?:\+|or (?:later|newer))/.test(words.text.slice(version.end)))
    return null;
  const head = words.text.slice(0, own?.start ?? version.start).replace(/(?:\bv|["'(])$/, "");
  const found = TO_BEFORE.exec(head.slice(-LOOK_BACK));
  if (found === null) return null;
  const verbAt = head.length - Math.min(head.length, LOOK_BACK) + found.index;
  const name = own ?? ownerOf(words, verbAt, head.length, place);
  if (name === "nobody") return null;
  const owner = name?.text ?? place.subject?.package;
  if (owner === void 0) return null;
  const from = moveOfSection(place.section, owner, version.text);
  return {
    name,
    package: owner,
    from,
    to: version.text,
    version,
    start: name?.start ?? version.start,
    end: version.end
  };
}
function ownerOf(words, verbAt, end, place) {
  const near = /^(.*\s(?:and|,)\s+.*?)\s+(?:to|at)\s*$/i.exec(words.text.slice(verbAt, end));
  const direct = near === null ? null : nameBefore(words.text, verbAt + near[1].length);
  if (direct !== null) return isCommonNoun(words, direct) ? "nobody" : direct;
  const between = words.text.slice(verbAt, end);
  const inside = new RegExp(
    String.raw`^(?:${MOVED})\s+(?:the\s+)?(${NAME})(?:\[[^\]]{0,60}\])?\s*(?:to|at|→)?`,
    "i"
  ).exec(between);
  if (inside !== null && mayBePackage(inside[1])) {
    const start = verbAt + inside[0].indexOf(inside[1], inside[0].search(/\s/));
    const name = { text: inside[1], start, end: start + inside[1].length };
    const known = place.lexicon.has(normalised(name.text)) || isMarked(words, name);
    return known || !isCommonNoun(words, name) ? name : "nobody";
  }
  return nameOfMove(words, verbAt);
}
function moveOfSection(section, name, to) {
  if (section === null || normalised(section.package) !== normalised(name)) return null;
  return section.to === to || section.to === null ? section.from : null;
}
var changeStatements = (words, place) => movesIn(words, place).map((move) => ({
  statement: { kind: "change", package: move.package, from: move.from, to: move.to },
  start: move.start,
  end: move.end
}));
var removedStatements = (words, place) => {
  const known = [...namesIn(words, place.lexicon), ...releasesIn(words.text).map(({ name }) => name)];
  const isRemoved = (name) => {
    const before = words.text.slice(0, name.start);
    const after2 = words.text.slice(name.end);
    return /\b(?:removed?|removes|dropped|drops?|uninstalled|deleted)\s+(?:the\s+)?(?:[\w.-]+(?:,|,? and)\s+)*(?:unused\s+|dependency\s+|package\s+)*["']?$/i.test(
      before
    ) || /^["']?(?: [\d.]+)?\s+(?:(?:ha(?:s|ve)|is|are|was|were|been|now|and|deprecated)\s+)*(?:removed|dropped|uninstalled|replaced (?:by|with))\b/i.test(
      after2
    ) || /\breplaced (?:the )?["']?$/i.test(before) && /^["']?(?: [\d.]+)? (?:by|with)\b/.test(after2);
  };
  const names = new Map(known.filter(isRemoved).map((name) => [name.start, name]));
  return [...names.values()].map(({ text, start, end }) => {
    return { statement: { kind: "removed", package: text }, start, end };
  });
};

// src/prove/claims/parse/columns.ts
var ROLES = [
  ["compatible", /^(?:compatib(?:le|ility)(?: with)?|works with|supports?|requires?)$/i],
  ["python", /^(?:(?:supported |required )?python(?: versions?| support)?|requires[- ]python)$/i],
  [
    "fixed",
    /^(?:fix(?:e[sd])?|resolve[sd]|closes|fixed|resolved|addressed)(?: (?:CVEs?|advisor(?:y|ies)|vulnerabilit(?:y|ies)|issues?))?$|^(?:CVEs?|advisories|vulnerabilities) (?:fixed|resolved|addressed|closed)$/i
  ],
  [
    "advisory",
    /^(?:(?:security )?advisor(?:y|ies)|CVEs?|CVE ids?|vulnerabilit(?:y|ies)|weakness(?:es)?|security issues?|affected by)$/i
  ],
  [
    "move",
    /^(?:change|versions|version change|upgrade|update|bump|move|from ?(?:→|->|\/|to) ?to|old ?(?:→|->|\/) ?new)$/i
  ],
  [
    "old",
    /^(?:(?:old|previous|prior|current|original|former|before|from|was|existing|installed|vulnerable)(?: (?:version|pin|release))?|version (?:before|from))$/i
  ],
  [
    "new",
    /^(?:(?:new|target|updated|upgraded|after|to|now|fixed|patched|proposed|pinned|is|is now)(?: (?:version|pin|release|to))?|version (?:after|to)|(?:upgraded?|updated?|bumped|moved) to)$/i
  ],
  ["version", /^(?:version|release|pin)$/i],
  [
    "package",
    /^(?:(?:python )?(?:package|dependency|library|name|distribution|requirement|component|module|project|lib|dep|what|metric|measure|figure|item)s?(?: name)?)$/i
  ]
];
function roleOf(title) {
  const text = title.replace(/[*_`:]/g, "").trim();
  return ROLES.find(([, pattern]) => pattern.test(text))?.[0] ?? "reason";
}

// src/prove/claims/parse/lexicon.ts
var PIN = new RegExp(
  String.raw`(?<![\w.-])([A-Za-z][\w.-]*[A-Za-z0-9])(?:\[[\w, -]{0,60}\])?==${VERSION}`,
  "g"
);
function lexiconOf(blocks) {
  const names = /* @__PURE__ */ new Set();
  const add = (name) => {
    if (mayBePackage(name)) names.add(normalised(name));
  };
  for (const block of blocks) {
    const place = { lexicon: names, section: null, subject: null, titles: [], box: null };
    for (const { package: name } of movesIn(block.words, place)) add(name);
    for (const [, name] of block.words.text.matchAll(PIN)) add(name);
    if (block.kind === "row") {
      const { package: name, versions } = namedIn(block);
      if (name !== null && versions) add(name);
    } else if (block.kind === "heading")
      for (const { name } of releasesIn(block.words.text).slice(0, 1)) add(name.text);
  }
  return names;
}
function namedIn({ cells }) {
  const named2 = cells.find(({ title }) => roleOf(title) === "package");
  const versions = cells.some(({ words }) => /^v?\d+(?:\.\d+)+\b/.test(words.text));
  return { package: /^[A-Za-z][\w.-]*/.exec(named2?.words.text ?? "")?.[0] ?? null, versions };
}

// src/prove/claims/parse/listed-statements.ts
var ADDED = /^(?:added|new|new (?:dependencies|packages)|additions?|added (?:dependencies|packages))$/i;
var REMOVED = /^(?:removed|removals?|dropped|deleted|removed (?:dependencies|packages)|no longer (?:needed|used))$/i;
function listedStatements({ kind, words }, { titles, lexicon }) {
  const title = titles[0]?.replace(/[^\p{L} ]/gu, "").trim() ?? "";
  if (kind !== "item" || !(ADDED.test(title) || REMOVED.test(title))) return [];
  const release = releasesIn(words.text)[0];
  const name = release?.name ?? namesIn(words, lexicon)[0];
  if (name?.start !== 0 || !/^[\s.)\]]*$/.test(words.text.slice(release?.end ?? name.end))) return [];
  const span2 = { start: name.start, end: release?.end ?? name.end };
  if (REMOVED.test(title)) return [{ statement: { kind: "removed", package: name.text }, ...span2 }];
  if (release === void 0) return [];
  return [
    { statement: { kind: "change", package: name.text, from: null, to: release.version.text }, ...span2 }
  ];
}

// src/prove/claims/parse/line-places.ts
var LONGEST_TEXT = 300;
var LinePlaces = class {
  #starts;
  constructor(source) {
    this.#starts = [0, ...[...source.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)];
  }
  /** Where a claim stands: the line of the word that it stands at, from its first character there to its last; and its clause's words. */
  of({ found, words }) {
    const start = words.at[Math.min(found.start, words.at.length - 1)] ?? 0;
    const line = this.#lineOf(start);
    const from = this.#starts[line - 1];
    const next = this.#starts[line] ?? Infinity;
    let last = start;
    for (let at = found.start; at < Math.min(found.end, words.at.length); at += 1)
      if (words.at[at] < next) last = Math.max(last, words.at[at]);
    const text = words.text.length > LONGEST_TEXT ? `${words.text.slice(0, LONGEST_TEXT)} \u2026` : words.text;
    return { at: { line, column: start - from, endColumn: last + 1 - from }, text };
  }
  #lineOf(offset) {
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = low + high >> 1;
      if (this.#starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
};

// src/prove/claims/parse/read-blocks.ts
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";

// src/prove/claims/parse/block.ts
var SUMMARY_LEVEL = 7;
var BOLD_LINE_LEVEL = 8;

// src/prove/claims/parse/boxes.ts
var DONE = /^(?:✅|✔️?|☑️?|✓|\[[xX]\]|:white_check_mark:|:heavy_check_mark:)\s*/u;
var OPEN = /^(?:⏳|⌛|❌|✗|✘|🚧|🔲|⬜|☐|📝|🔜|\[ ?\]|:x:|:construction:|:hourglass:)\s*/u;
var SIGN = /^(?:⚠️?|🔒|🔐|🚀|📦|🐛|🎉|ℹ️?|🔧|⬆️?|♻️?|[-–—*•])\s*/u;
function boxOf({ text }) {
  if (DONE.test(text)) return "done";
  return OPEN.test(text) ? "open" : null;
}
function withoutBox(words) {
  const sign = [DONE, OPEN, SIGN].map((pattern) => pattern.exec(words.text)?.[0].length ?? 0);
  const length = Math.max(...sign);
  return length === 0 ? words : withoutBox(part(words, length, words.text.length));
}

// src/prove/claims/parse/html-pieces.ts
function htmlPieces(source, from, to) {
  const pieces = [];
  const text = (start, end) => {
    if (start < end) pieces.push({ kind: "text", start, end });
  };
  let offset = from;
  while (offset < to) {
    const open = source.indexOf("<", offset);
    if (open === -1 || open >= to) break;
    text(offset, open);
    const end = source.startsWith("<!--", open) ? after(source, "-->", open, to) : after(source, ">", open, to);
    const tag = /^<(\/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?=[\s/>])/.exec(
      source.slice(open, Math.min(open + 20, end))
    );
    if (tag !== null)
      pieces.push({ kind: tag[1] === "/" ? "close" : "open", tag: tag[2].toLowerCase(), start: open });
    offset = end;
  }
  text(offset, to);
  return pieces;
}
function after(source, what, from, to) {
  const found = source.indexOf(what, from);
  return found === -1 || found >= to ? to : found + what.length;
}

// src/prove/claims/parse/html-reader.ts
var SILENT = /* @__PURE__ */ new Set(["blockquote", "pre", "script", "style", "del", "s", "strike"]);
var MARKING = /* @__PURE__ */ new Set(["code", "b", "strong", "em", "i", "a"]);
var BLOCK = /* @__PURE__ */ new Set([
  ...["p", "div", "li", "ul", "ol", "summary", "details", "table", "tr", "td", "th", "thead", "tbody"],
  ...["h1", "h2", "h3", "h4", "h5", "h6", "br", "hr", "blockquote", "pre", "sub", "sup"]
]);
var HtmlReader = class {
  #source;
  #sections;
  #blocks;
  #silent = 0;
  #builder;
  /** The tag whose text is read now. */
  #inside = null;
  #titles = [];
  #row = null;
  #marks = [];
  constructor(source, sections, blocks) {
    this.#source = source;
    this.#sections = sections;
    this.#blocks = blocks;
    this.#builder = new WordsBuilder(source);
  }
  /** Whether what stands here is quoted, or is not to be read for another reason. */
  get isQuoted() {
    return this.#silent > 0;
  }
  read(from, to) {
    for (const piece of htmlPieces(this.#source, from, to)) this.#piece(piece);
    this.#flush();
  }
  #piece(piece) {
    if (piece.kind === "text") {
      if (this.#silent === 0) this.#builder.addRaw(piece.start, piece.end);
      return;
    }
    const { tag, kind } = piece;
    if (BLOCK.has(tag)) this.#flush();
    if (SILENT.has(tag)) this.#silent = Math.max(this.#silent + (kind === "open" ? 1 : -1), 0);
    if (this.#silent > 0) return;
    if (MARKING.has(tag)) this.#mark(kind);
    else if (tag === "details")
      kind === "open" ? this.#sections.openDetails() : this.#sections.closeDetails();
    else if (tag === "table") this.#titles = [];
    else if (tag === "tr") this.#rowTag(kind);
    else if (kind === "close") this.#inside = null;
    else if (BLOCK.has(tag)) this.#inside = tag;
    if (kind === "open" && tag === "th" && this.#row !== null) this.#row.isHead = true;
  }
  #mark(kind) {
    if (kind === "open") this.#marks.push(this.#builder.length);
    else {
      const start = this.#marks.pop();
      if (start !== void 0) this.#builder.mark(start);
    }
  }
  #rowTag(kind) {
    const row = this.#row;
    this.#row = kind === "open" ? { cells: [], isHead: false } : null;
    if (kind === "open" || row === null) return;
    if (row.isHead || this.#titles.length === 0) {
      this.#titles = row.cells.map(({ text }) => text);
      return;
    }
    const cells = row.cells.slice(0, this.#titles.length).map((words, at) => ({ title: this.#titles[at], words }));
    this.#blocks.push({ kind: "row", words: NO_WORDS, above: this.#sections.above, cells });
  }
  /** What was read since the last tag of a block is a text, a cell or a heading. */
  #flush() {
    const words = this.#builder.build();
    const inside = this.#inside;
    this.#builder = new WordsBuilder(this.#source);
    this.#marks = [];
    if (inside === "td" || inside === "th") {
      this.#row?.cells.push(words);
      this.#inside = null;
      return;
    }
    if (words.text === "") return;
    const above = this.#sections.above;
    const level = inside === "summary" ? SUMMARY_LEVEL : Number(/^h([1-6])$/.exec(inside ?? "")?.[1] ?? 0);
    if (level > 0) {
      const block = { kind: "heading", words, level, above: this.#sections.endedBy(level) };
      this.#sections.heading(block);
      this.#blocks.push(block);
      return;
    }
    const kind = inside === "li" ? "item" : "text";
    this.#blocks.push({ kind, words: withoutBox(words), box: boxOf(words), above });
  }
};

// src/prove/claims/parse/inline-words.ts
function inlineWords(source, nodes) {
  const builder = new WordsBuilder(source);
  new InlineReader(builder).readAll(nodes);
  return builder.build();
}
var MARKING2 = /* @__PURE__ */ new Set(["strong", "emphasis", "link", "linkReference"]);
var InlineReader = class {
  #builder;
  #struck = 0;
  constructor(builder) {
    this.#builder = builder;
  }
  readAll(nodes) {
    for (const node of nodes) this.#read(node);
  }
  #read(node) {
    const start = node.position?.start.offset ?? 0;
    const end = node.position?.end.offset ?? start;
    if (node.type === "html") return this.#tag(node.value, start);
    if (this.#struck > 0 || node.type === "delete" || node.type === "image" || node.type === "imageReference")
      return this.#builder.push(" ", start);
    if (node.type === "footnoteReference") return;
    if (node.type === "break") return this.#builder.push(" ", start);
    const from = this.#builder.length;
    if (node.type === "text") return this.#builder.addText(node.value, start, end);
    if (node.type === "inlineCode") this.#builder.addText(node.value, start, end);
    else this.readAll(node.children);
    if (node.type === "inlineCode" || MARKING2.has(node.type)) this.#builder.mark(from);
  }
  #tag(value, start) {
    const tag = /^<(\/?)(del|s|strike|br)\b/i.exec(value);
    if (tag === null) return;
    if (/br/i.test(tag[2])) return this.#builder.push(" ", start);
    this.#struck = Math.max(this.#struck + (tag[1] === "/" ? -1 : 1), 0);
  }
};

// src/prove/claims/parse/plain-tables.ts
var FEWEST_BARS = 1;
function linesBetween(source, from, to) {
  const lines2 = [];
  for (let start = from; start < to; ) {
    const found = source.indexOf("\n", start);
    const end = found === -1 || found > to ? to : found;
    lines2.push({ start, end, text: source.slice(start, end) });
    start = end + 1;
  }
  return lines2;
}
function barRows(source, from, to) {
  const lines2 = linesBetween(source, from, to).filter(({ text }) => text.trim() !== "");
  if (lines2.length < 2 || !lines2.every(({ text }) => text.includes("|"))) return null;
  const rows = lines2.filter(({ text }) => !/^[\s|:-]+$/.test(text)).map((line) => split(source, line));
  const titles = rows[0].map(({ text }) => text);
  if (titles.length <= FEWEST_BARS || !titles.every((title) => /^[\p{L} /&#*_().-]{1,40}$/u.test(title)))
    return null;
  return rows.slice(1).map((cells, at) => ({ ...spanOf(lines2, rows, at + 1), cells: titled(titles, cells) }));
}
function spanOf(lines2, rows, at) {
  const { start, end } = lines2[lines2.length - rows.length + at];
  return { start, end };
}
function split(source, { start, text }) {
  const indent = text.length - text.trimStart().length;
  let from = start + indent + (text.trimStart().startsWith("|") ? 1 : 0);
  const end = start + text.trimEnd().length - (text.trimEnd().endsWith("|") ? 1 : 0);
  const cells = [];
  while (from <= end) {
    const bar = source.indexOf("|", from);
    const to = bar === -1 || bar > end ? end : bar;
    cells.push(rawWords(source, from, to));
    from = to + 1;
  }
  return cells;
}
var RULE = /^\s*-{2,}(?: +-{2,})+\s*$/;
function columnRows(source, from, to) {
  const lines2 = linesBetween(source, from, to);
  const rows = [];
  for (const [at, rule] of lines2.entries()) {
    const head = lines2[at - 1];
    if (head === void 0 || head.text.trim() === "" || !RULE.test(rule.text)) continue;
    const columns = columnsOf(rule.text);
    const titles = cellsOf(source, head, columns).map(({ text }) => text);
    rows.push({ start: head.start, end: rule.end, cells: [] });
    for (const line of lines2.slice(at + 1)) {
      if (line.text.trim() === "") break;
      const { start, end } = line;
      rows.push({ start, end, cells: titled(titles, cellsOf(source, line, columns)) });
    }
  }
  return rows;
}
function columnsOf(rule) {
  const starts = [...rule.matchAll(/-+/g)].map(({ index }) => index);
  return starts.map((start, at) => ({ start, end: starts[at + 1] ?? Infinity }));
}
function cellsOf(source, line, columns) {
  return columns.map(
    ({ start, end }) => rawWords(source, Math.min(line.start + start, line.end), Math.min(line.start + end, line.end))
  );
}
function titled(titles, cells) {
  return cells.slice(0, titles.length).map((words, at) => ({ title: titles[at], words }));
}
function rawWords(source, from, to) {
  const builder = new WordsBuilder(source);
  let marked = null;
  for (let offset = from; offset < to; offset += 1) {
    const character = source[offset];
    if (character !== "`" && character !== "*") {
      builder.push(character, offset);
      continue;
    }
    if (source[offset + 1] === character) continue;
    if (marked === null) marked = builder.length;
    else {
      builder.mark(marked);
      marked = null;
    }
  }
  return builder.build();
}

// src/prove/claims/parse/section-stack.ts
var SectionStack = class {
  #open = [];
  /** Nearest first. */
  get above() {
    return this.#open.flatMap(({ block }) => block === null ? [] : [block]).reverse();
  }
  heading(block) {
    while (this.#open.length > 0 && this.#isClosedBy(this.#open.at(-1), block.level)) this.#open.pop();
    this.#open.push({ level: block.level, block });
  }
  /** A heading of this level would stand here: what it ends is ended. */
  endedBy(level) {
    const left = [...this.#open];
    while (left.length > 0 && this.#isClosedBy(left.at(-1), level)) left.pop();
    return left.flatMap(({ block }) => block === null ? [] : [block]).reverse();
  }
  /** A rule ends what stands above it: a footer is under no heading. */
  end() {
    const details = this.#open.findLastIndex(({ block }) => block === null);
    this.#open = this.#open.slice(0, details + 1);
  }
  openDetails() {
    this.#open.push({ level: -1, block: null });
  }
  closeDetails() {
    const at = this.#open.findLastIndex(({ block }) => block === null);
    if (at !== -1) this.#open = this.#open.slice(0, at);
  }
  /** Everything that is read by `work` stands under the block as well. */
  under(block, work) {
    if (block === null) return work();
    const before = this.#open;
    this.#open = [...before, { level: Infinity, block }];
    work();
    this.#open = before;
  }
  #isClosedBy({ level, block }, by) {
    return block !== null && level >= by;
  }
};

// src/prove/claims/parse/read-blocks.ts
function readBlocks(source) {
  const tree = fromMarkdown(source, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const reader = new BlockReader(source);
  reader.readAll(tree.children);
  return reader.blocks;
}
var BlockReader = class {
  blocks = [];
  #source;
  #sections = new SectionStack();
  #html;
  /** The lead-in of the list that follows it. */
  #leadIn = null;
  /** Lines of tables in columns, which Markdown reads as paragraphs and rules. */
  #inTable = [];
  constructor(source) {
    this.#source = source;
    this.#html = new HtmlReader(source, this.#sections, this.blocks);
  }
  readAll(nodes) {
    for (const node of nodes) this.#read(node);
  }
  #read(node) {
    if (node.type === "html") return this.#html.read(...span(node));
    if (this.#html.isQuoted || node.type === "blockquote") return;
    const leadIn = this.#leadIn;
    this.#leadIn = null;
    if (node.type === "heading") this.#heading(node.children, node.depth);
    else if (node.type === "paragraph") this.#paragraph(node.children, ...span(node));
    else if (node.type === "list")
      this.#sections.under(leadIn, () => {
        for (const item of node.children) this.#item(item);
      });
    else if (node.type === "table") this.#sections.under(leadIn, () => this.#table(node));
    else if (node.type === "code" && !/^[ \t>]*(`{3}|~{3})/.test(this.#source.slice(...span(node))))
      this.#rows(columnRows(this.#source, lineStart(this.#source, span(node)[0]), span(node)[1]));
    else if (node.type === "thematicBreak") this.#sections.end();
    else if (node.type === "footnoteDefinition") this.readAll(node.children);
  }
  #heading(children, level) {
    const words = inlineWords(this.#source, children);
    const block = { kind: "heading", words, level, above: this.#sections.endedBy(level) };
    this.#sections.heading(block);
    this.blocks.push(block);
  }
  #paragraph(children, start, end) {
    if (this.#inTable.some((row) => start >= row.start && start < row.end)) return;
    const columns = this.#columnsAt(start, end);
    if (columns.length > 0) return this.#rows(columns);
    const bars = barRows(this.#source, start, end);
    if (bars !== null) return this.#rows(bars);
    const only = children[0];
    if (children.length === 1 && only?.type === "strong" && !/[.!?]$/.test(this.#source.slice(start, end - 2)))
      return this.#heading(children, BOLD_LINE_LEVEL);
    for (const line of splitLines(this.#source, children)) {
      const block = this.#text("text", line, null);
      if (block.words.text.endsWith(":")) this.#leadIn = block;
    }
  }
  /** A table in columns may begin in a paragraph whose last line are its titles: the rule after it is a break to Markdown. */
  #columnsAt(start, end) {
    const rule = this.#source.indexOf("\n", end);
    const ruleEnd = this.#source.indexOf("\n", rule + 1);
    if (rule === -1 || !/^\s*-{2,} +-/.test(this.#source.slice(rule + 1, rule + 200))) return [];
    const blank = /\n[ \t]*\r?\n/.exec(this.#source.slice(ruleEnd, ruleEnd + MOST_TABLE));
    const last = blank === null ? Math.min(ruleEnd + MOST_TABLE, this.#source.length) : ruleEnd + blank.index;
    this.#inTable = ruleEnd === -1 ? [] : columnRows(this.#source, lineStart(this.#source, start), last);
    return this.#inTable;
  }
  #text(kind, children, checked) {
    const words = inlineWords(this.#source, children);
    const box = checked === null ? boxOf(words) : checked ? "done" : "open";
    const block = { kind, words: withoutBox(words), box, above: this.#sections.above };
    this.blocks.push(block);
    return block;
  }
  #item(item) {
    const [first, ...rest] = item.children;
    if (first?.type !== "paragraph") return this.readAll(item.children);
    const [line, ...more] = splitLines(this.#source, first.children);
    const block = this.#text("item", line ?? [], item.checked ?? null);
    this.#sections.under(block, () => {
      for (const other of more) this.#text("text", other, null);
      this.readAll(rest);
    });
  }
  #table({ children }) {
    const [head, ...rows] = children.map(
      (row) => row.children.map((cell) => inlineWords(this.#source, cell.children))
    );
    const titles = (head ?? []).map(({ text }) => text);
    for (const cells of rows)
      this.blocks.push({
        kind: "row",
        words: NO_WORDS,
        above: this.#sections.above,
        cells: cells.slice(0, titles.length).map((words, at) => ({ title: titles[at], words }))
      });
  }
  #rows(rows) {
    for (const { cells } of rows)
      if (cells.length > 0)
        this.blocks.push({ kind: "row", words: NO_WORDS, above: this.#sections.above, cells });
  }
};
var MOST_TABLE = 1e5;
function span(node) {
  return [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0];
}
function lineStart(source, offset) {
  return source.lastIndexOf("\n", offset - 1) + 1;
}
function splitLines(source, children) {
  const lines2 = [[]];
  for (const [at, child] of children.entries()) {
    const before = children[at - 1];
    const signed = before?.type === "text" && /\n\s*$/.test(source.slice(...span(before)));
    if (child.type === "break") lines2.push([]);
    else if (signed && boxOf(inlineWords(source, [child])) !== null) lines2.push([child]);
    else lines2.at(-1).push(...signedLines(source, child, lines2));
  }
  return lines2.filter((line) => line.length > 0);
}
function signedLines(source, child, lines2) {
  if (child.type !== "text" || child.position === void 0) return [child];
  const [from, to] = span(child);
  const raw = source.slice(from, to);
  const starts = [...raw.matchAll(/\n(?=[ \t]*(?:✅|✔|☑|❌|⏳|⚠|🚧|⬜))/gu)].map(({ index }) => index + 1);
  const bounds = [0, ...starts, raw.length];
  const pieces = bounds.slice(1).map((end, at) => slice(raw, child, bounds[at], end));
  for (const piece of pieces.slice(0, -1)) {
    lines2.at(-1).push(piece);
    lines2.push([]);
  }
  return pieces.slice(-1);
}
function slice(raw, child, from, to) {
  if (from === 0 && to === raw.length) return child;
  const { start, end } = child.position;
  const offset = start.offset ?? 0;
  return {
    type: "text",
    value: raw.slice(from, to),
    position: { start: { ...start, offset: offset + from }, end: { ...end, offset: offset + to } }
  };
}

// src/prove/claims/parse/figure-statements.ts
var UNITS = {
  ...{ kb: ["bytes", 1e3], mb: ["bytes", 1e6], gb: ["bytes", 1e9], tb: ["bytes", 1e12] },
  ...{ kib: ["bytes", 2 ** 10], mib: ["bytes", 2 ** 20], gib: ["bytes", 2 ** 30], ki: ["bytes", 2 ** 10] },
  ...{ mi: ["bytes", 2 ** 20], gi: ["bytes", 2 ** 30] },
  ...{ s: ["seconds", 1], sec: ["seconds", 1], second: ["seconds", 1], min: ["seconds", 60] },
  ...{ minute: ["seconds", 60], h: ["seconds", 3600], hour: ["seconds", 3600] }
};
var NUMBER = String.raw`(\d{1,9}(?:\.\d{1,6})?)`;
var UNIT2 = String.raw`(KB|MB|GB|TB|KiB|MiB|GiB|Ki|Mi|Gi|seconds?|secs?|s|minutes?|mins?|hours?|h)(?![\w/])`;
var AMOUNT = new RegExp(
  String.raw`(?<![\w.,])${NUMBER}\s?(?:${UNIT2})?(?:\s*(-|–|—|to|and|→|->|=>)\s*[~≈]?${NUMBER}\s?${UNIT2}|(?<=[a-zA-Z])\s+(?:and\s+)?${NUMBER}\s?(s|sec|secs|seconds?|min|minutes?)(?!\w))?`,
  "gi"
);
function amountsIn(text) {
  return [...text.matchAll(AMOUNT)].flatMap((match) => {
    const [all, first, ownUnit, between, second, lastUnit, more, moreUnit] = match;
    const [one, other] = [unitOf(ownUnit ?? lastUnit), unitOf(lastUnit)];
    if (one === null) return [];
    const span2 = { start: match.index, end: match.index + all.length, dimension: one[0] };
    const base = Number(first) * one[1];
    const last = other === null ? null : Number(second) * other[1];
    const small = unitOf(moreUnit);
    const value = base + (more === void 0 || small === null ? 0 : Number(more) * small[1]);
    if (last === null || other[0] !== one[0])
      return [{ ...span2, from: Math.round(value), to: Math.round(value) }];
    const moved2 = /→|->|=>/.test(between ?? "") || /\bfrom\s*[~≈]?$/i.test(text.slice(Math.max(0, match.index - 10), match.index));
    return [{ ...span2, from: Math.round(moved2 ? last : base), to: Math.round(last) }];
  });
}
function unitOf(text) {
  if (text === void 0) return null;
  const unit = text.toLowerCase();
  return UNITS[unit] ?? UNITS[unit.replace(/s$/, "")] ?? null;
}
var NOUNS = {
  bytes: /\b(?:(image)(?! process)|(memory|RAM)|disk|responses?|downloads?|wheels?|files?|cache|logs?|artifacts?|uploads?|payload|database|volume|layers?|swap|bandwidth|repository|model)\b/gi,
  seconds: /\b(?:(builds?)(?! machine| server)|start-?up|boot|latency|tests?|timeout|time-out|requests?|responses?|cold start|deploy\w*|imports?|queries|query|runs?|job|downtime|install\w*|loading)\b/gi
};
var NEED = /\b(?:needs?|requires?|required|requirements?|recommend\w*|minimum|at least|wants|memory ?(?::|limit|footprint of)|RAM ?:)/i;
var LESSENED = /^\s*(?:smaller|less|larger|bigger|more|faster|slower|shorter|saved|free|in total saved|of (?:disk|space|savings))\b/i;
function figureStatements(text) {
  if (PAST.test(text) && !/\bnow\b/i.test(text)) return [];
  const amounts = amountsIn(text);
  return amounts.flatMap((amount, at) => {
    const kind = kindOf(text, amount, amounts[at - 1]?.end ?? 0);
    if (kind === null) return [];
    const { from, to, start, end } = amount;
    return [{ statement: { kind, from, to }, start, end }];
  });
}
function kindOf(text, { start, end, dimension }, since) {
  const [before, after2] = [text.slice(0, start), text.slice(end)];
  if (LESSENED.test(after2) || /\b(?:by|(?:down|up) from|instead of|than|of the)\s*[~≈]?$/i.test(before))
    return null;
  if (dimension === "bytes" && /^\s*(?:of )?(?:memory|RAM)\b/i.test(after2))
    return NEED.test(before) ? "memory" : null;
  const noun = [...before.matchAll(NOUNS[dimension])].at(-1);
  if (noun === void 0 || noun.index < since && !/\bfrom\b/.test(before.slice(since)) && since > 0)
    return null;
  if (dimension === "seconds") return noun[1] === void 0 ? null : "build-time";
  if (noun[1] !== void 0) return "image-size";
  return noun[2] !== void 0 && NEED.test(text) ? "memory" : null;
}

// src/prove/claims/parse/clauses.ts
var LONGEST2 = 2e3;
var SENTENCE_END = /[.!?]["')\]]*(?=\s|$)|;/g;
var ABBREVIATION = /(?:\b(?:e\.g|i\.e|vs|approx|incl|resp|no|etc|ca|cf|St)|\b[A-Z])\.$/;
var CLAUSE_START = /,? \b(?:which|because|since|although|though|whereas|while|but|hence|so)\b|, (?:and |or )?(?=(?:it|they|we|this|that|thought)\b)/g;
function sentences(words) {
  return cut(
    words,
    [...words.text.matchAll(SENTENCE_END)].flatMap((end) => endOf(words.text, end))
  );
}
function endOf(text, { index, 0: sign }) {
  const at = index + sign.length;
  return ABBREVIATION.test(text.slice(Math.max(0, at - 8), at)) ? [] : [at];
}
function cut(words, ends) {
  const pieces = [];
  let from = 0;
  for (const end of [...ends, words.text.length]) {
    for (; end - from > LONGEST2; from += LONGEST2) pieces.push(part(words, from, from + LONGEST2));
    pieces.push(part(words, from, end));
    from = end;
  }
  return pieces.filter(({ text }) => text !== "");
}
function clauses(words) {
  return sentences(words).flatMap((sentence) => {
    const starts = [...sentence.text.matchAll(CLAUSE_START)].map(({ index }) => index).filter((index) => index > 0 && !inBrackets(sentence.text, index));
    return cut(sentence, starts).map((clause, at) => ({
      words: clause,
      sentence: sentence.text,
      first: at === 0
    }));
  });
}
function inBrackets(text, index) {
  const before = text.slice(0, index);
  return before.lastIndexOf("(") > before.lastIndexOf(")");
}
function bracketsIn(text) {
  return [...text.matchAll(/\(([^()]{1,300})\)/g)].map(({ index, 1: inside }) => ({
    start: index + 1,
    end: index + 1 + inside.length
  }));
}

// src/prove/claims/parse/found.ts
function newVersion({ to }) {
  return to;
}
function oldVersion({ from, to, said }) {
  return from ?? (said === true ? to : null);
}

// src/prove/claims/parse/heads.ts
var WHOLE = /\b(?:service|set|image|application|app|backend|frontend|server|project|stack|deployment|container|system|api|everything|all|they|these|packages|dependencies|requirements|environment|release|code(?:base)?|worker)\b/i;
var LEFT_OUT = /^(?:[\s:,;.()–—-]|\b(?:it|its|this|that|which|and|also|now|is|are|was|were|the|new|old|newer|latest|updated|version|package|library|release|one|both|fully|so|then|because|for|has|have|been|tested|verified|confirmed|with|to|therefore|still|only|officially|status|note|python|compatibility|compat|we|moved?|reason)\b)*$/i;
function headOf(words, end, place) {
  const head = part(words, 0, end);
  const release = releasesIn(head.text).at(-1);
  if (release !== void 0) {
    const { name: name2, version: version2 } = release;
    const move = sameAs(place.subject, name2.text);
    const from = move !== null && move.to === version2.text ? move.from : null;
    return { package: name2.text, from, to: version2.text, said: from === null };
  }
  const version = versionsIn(head.text).at(-1);
  if (version !== void 0 && place.subject !== null)
    return { package: place.subject.package, from: version.text, to: version.text, said: true };
  const name = namesIn(head, place.lexicon).at(-1);
  if (name !== void 0)
    return sameAs(place.subject, name.text) ?? { package: name.text, from: null, to: null };
  if (LEFT_OUT.test(head.text)) return place.subject;
  return WHOLE.test(head.text) ? "whole" : "other";
}
function sameAs(subject, name) {
  return subject !== null && normalised(subject.package) === normalised(name) ? subject : null;
}
function isSubject(head) {
  return head !== null && typeof head !== "string";
}

// src/prove/claims/parse/ranges.ts
var V = String.raw`v?\d+(?:\.\d+)*(?:\.(?:x|\*))?(?![\w]|\.\d)`;
var OPERATOR = String.raw`(?:>=|<=|~=|==|!=|>|<|≥|≤|\^|~)\s*`;
var BOUND = `${OPERATOR}${V}`;
var RANGE = new RegExp(
  [
    `${BOUND}(?:\\s*(?:,|and)\\s*${BOUND})*`,
    `${V}\\s*(?:-|\u2013|\u2014|to|through|until|up to)\\s*${V}`,
    `${V}(?:\\s*,\\s*${V})+(?:\\s*,?\\s*(?:and|or|&)\\s*${V})?`,
    `${V}\\s+(?:and|&)\\s+${V}(?!\\+)`,
    `${V}\\s+(?:or|and)\\s+(?:later|newer|above|higher|up|upwards|greater)`,
    `${V}\\s*\\+`,
    V
  ].join("|"),
  "iy"
);
function rangeAt(text, at) {
  RANGE.lastIndex = at;
  return RANGE.exec(text)?.[0] ?? null;
}
function rangeText(range) {
  return range.replace(/\bv(?=\d)/g, "").replace(/^==\s*/, "");
}

// src/prove/claims/parse/compatibility-statements.ts
var COMPATIBLE = /\b(?:compatib(?:le|ility)(?: (?:with|for)|\s*:)|works? (?:with|on|under)|runs? (?:on|under|with)|supports?|requires?|needs|tested (?:with|on|against))\s+/gi;
var NOUN_BEHIND = /^\s*(?:compatib(?:le|ility)|support(?:ed)?)\b/i;
var compatibilityStatements = (words, place) => {
  const found = [...words.text.matchAll(COMPATIBLE)].flatMap(({ index, 0: verb }) => {
    if (/\bin-?$/i.test(words.text.slice(0, index))) return [];
    const subject = subjectOf(words, index, place);
    if (subject === "other") return [];
    return partnersAt(words, index + verb.length, { subject, place, open: /^compatib/i.test(verb) });
  });
  const unique = new Map([...found, ...nounBehind(words, place)].map((one) => [one.start, one]));
  return [...unique.values()];
};
function subjectOf(words, verb, place) {
  const move = movesIn(words, place).findLast(({ end }) => end <= verb);
  if (move !== void 0) return { package: move.package, from: move.from, to: move.to };
  return headOf(words, verb, place);
}
var SEPARATOR = /^\s*(?:,\s*(?:and\s+|or\s+)?|and\s+(?:with\s+|also\s+)?|&\s*|\/\s*|or\s+)/;
var MOST_PARTNERS = 50;
function partnersAt(words, from, how) {
  const found = [];
  let at = from;
  let python2 = false;
  for (let count = 0; count < MOST_PARTNERS; count += 1) {
    const one = partnerAt(words, at, how, python2);
    if (one === null) break;
    found.push(one);
    python2 = one.statement.kind === "compatible-python";
    const separator = SEPARATOR.exec(words.text.slice(one.end, one.end + 20));
    if (separator === null) break;
    at = one.end + separator[0].length;
  }
  return found;
}
var NAME_AT = new RegExp(
  `^(?:both |all |the |versions? )*(${NAME.slice(NAME.indexOf(")") + 1)})(?:\\[[^\\]]{0,60}\\])?`,
  "d"
);
function partnerAt(words, at, how, afterPython) {
  const { text } = words;
  const name = NAME_AT.exec(text.slice(at, at + 150));
  if (name === null) return null;
  const start = at + name.indices[1][0];
  const end = at + name[0].length;
  const gap = /^\s*(?:versions?\s+|v(?=\d)|\(\s*|[:=]=?\s*)?/.exec(text.slice(end, end + 20))[0].length;
  const range = gap === 0 && !/^[><=~≥≤^]/.test(text.slice(end)) ? null : rangeAt(text, end + gap);
  if (/^c?python3?$/i.test(name[1]))
    return range === null ? null : python(how.subject, rangeText(range), end + gap, end + gap + range.length);
  if (afterPython && range === null) return null;
  return packageOrPlatform(
    words,
    { text: name[1], start, end },
    range === null ? null : { text: range, end: end + gap + range.length },
    how
  );
}
function python(subject, range, start, end) {
  const who = isSubject(subject) ? { package: subject.package, version: newVersion(subject) } : { package: null, version: null };
  return { statement: { kind: "compatible-python", ...who, range }, start, end };
}
function packageOrPlatform(words, name, range, { subject, place, open }) {
  const known = namesIn(words, place.lexicon).some(({ start }) => start === name.start);
  const isPackage = mayBePackage(name.text) && !PLATFORMS.has(normalised(name.text)) && (range !== null || known);
  if (isPackage && isSubject(subject)) {
    if (normalised(subject.package) === normalised(name.text)) return null;
    const statement = {
      kind: "compatible-package",
      package: subject.package,
      version: newVersion(subject),
      with: name.text,
      range: range === null ? null : rangeText(range.text)
    };
    return { statement, start: name.start, end: range?.end ?? name.end };
  }
  return isPackage || !open ? null : platformAt(words, name.start);
}
var PLATFORM = /^(?:the )?((?:[A-Z][\w+.-]*|\d+(?:\.\d+)*)(?: (?:[A-Z][\w+.-]*|\d+(?:\.\d+)*|for|on|of)(?=[\s,.;)]|$))*)/;
function platformAt({ text }, start) {
  const found = PLATFORM.exec(text.slice(start, start + 120));
  const name = found?.[1]?.replace(/(?: (?:for|on|of))+$/, "").replace(/[.,]+$/, "").replace(/\s+[Ee]nvironments?$/, "");
  if (!name || /^(?:Python|The|All|Both|Any|Our|Your)$/.test(name) || !/[A-Za-z]/.test(name)) return null;
  return { statement: { kind: "compatible-platform", platform: name }, start, end: start + name.length };
}
function nounBehind(words, place) {
  return [...words.text.matchAll(/\bPython\s+/g)].flatMap(({ index, 0: { length } }) => {
    const start = index + length;
    const range = rangeAt(words.text, start);
    if (range === null || !NOUN_BEHIND.test(words.text.slice(start + range.length))) return [];
    if (/\b(?:for|add(?:ed|s)?|drop(?:ped|s)?|remov\w+|with)\s*$/i.test(words.text.slice(0, index)))
      return [];
    const subject = subjectOf(words, index, place);
    return subject === "other" ? [] : [python(subject, rangeText(range), start, start + range.length)];
  });
}

// src/prove/claims/parse/service-statements.ts
var ALL = String.raw`\b(?:all|every|each|both)(?: of)?(?: the)?(?: \w+){0,2}?`;
var THINGS = String.raw`(?:dependencies|dependency|packages?|requirements?|libraries|wheels)`;
var PHRASES = [
  [
    { kind: "installs" },
    new RegExp(
      String.raw`${ALL} ${THINGS} (?:now |can be |are |were |have been |get )?(install)(?:s|ed)?\b(?! (?:the|it|on))|\bpip install (?:succeeds|completes|passes|works)`,
      "i"
    )
  ],
  [
    { kind: "imports" },
    /\b(?:(?:all|every) (?:\w+ )?(?:imports?|modules? imports?) (?:succeed|work|pass|resolve)s?|imports? (?:all )?(?:succeed|work|pass)(?:s|ed)?|all modules (?:can be )?import(?:ed)?\b|import of (?:every|all|each)[\w ]* (?:succeed|work)s?)/i
  ],
  [
    { kind: "tests-pass" },
    /\b(?:(?:all |the |every |unit |integration |existing |\d+ )*(?:tests|test suite|test)(?: suite)? (?:all )?(?:still )?(?:now )?pass(?:es|ed)?|tests are green|(?:the )?tests? (?:run )?succeed(?:s|ed)?)\b/i
  ],
  [
    { kind: "image-builds" },
    /\b(?:(?:docker |container )?image (?:now |again )?builds|image (?:was |has been |is )?built (?:successfully|without)|docker build (?:succeeds|passes|works|completes successfully))\b/i
  ],
  [
    { kind: "ready" },
    /\b(?:ready (?:for|to) (?:[\w-]+ ){0,3}?(?:deploy(?:ment|ed)?|production|release|ship|rollout)|safe to (?:deploy|release|ship|roll out)|production[- ]ready)\b/i
  ]
];
var phraseStatements = ({ text }) => PHRASES.flatMap(([statement, pattern]) => {
  const found = pattern.exec(text);
  return found === null ? [] : [{ statement, start: found.index, end: found.index + found[0].length }];
});
var conflictStatements = (words, place) => {
  const found = /\b(?:no|without|zero)(?: (?:known|version|dependency|package|further|remaining|more|other|any|unresolved|or|and)\b){0,4} (?:conflict(?:s|ing)?|incompatibilities)\b(?: (?:version|dependency|package)?\s?(?:requirements|versions|dependencies|packages))?/i.exec(
    words.text
  );
  if (found === null) return [];
  const own = releasesIn(words.text.slice(0, found.index)).at(-1)?.name.text ?? null;
  const section = /requirements|versions|dependencies|packages/i.test(found[0]) ? null : place.section;
  const statement = { kind: "no-conflicts", package: own ?? section?.package ?? null };
  return [{ statement, start: found.index, end: found.index + found[0].length }];
};
var SET = /\b(?:dependencies|packages|requirements|libraries|everything|all of them|all pins)\b/i;
var latestStatements = (words, place) => {
  const { text } = words;
  const found = /\b(?:latest|newest|most recent)(?: (?:stable|available|published|final|released|patch|possible))* (?:version|release)s?\b/i.exec(
    text
  );
  if (found === null || PAST.test(text.slice(0, found.index).replace(/\b(?:was|were) (?:updated|upgraded|moved|bumped)\b/i, "")))
    return [];
  const span2 = { start: found.index, end: found.index + found[0].length };
  const move = movesIn(words, place).at(-1);
  if (move !== void 0)
    return [{ statement: { kind: "latest", package: move.package, version: move.to }, ...span2 }];
  const of = /^ of (?:the )?/i.exec(text.slice(span2.end));
  const named2 = of === null ? void 0 : namesIn(words, place.lexicon).find(({ start }) => start === span2.end + of[0].length);
  const version = versionsIn(text).at(-1)?.text ?? null;
  if (named2 !== void 0) return [{ statement: { kind: "latest", package: named2.text, version }, ...span2 }];
  if (SET.test(text.slice(0, found.index)))
    return [{ statement: { kind: "latest", package: null, version: null }, ...span2 }];
  const head = headOf(words, found.index, place);
  if (!isSubject(head)) return [];
  return [{ statement: { kind: "latest", package: head.package, version: version ?? head.to }, ...span2 }];
};
var GONE = /\b(?:no longer (?:exists?|available|published|on PyPI)|(?:does|do) ?n[o']t exist|is not (?:available|published|on PyPI)|isn't available|unavailable|cannot be found|(?:was|has been) (?:removed|deleted) from (?:PyPI|the index)|never existed)\b/gi;
var unavailableStatements = (words, place) => {
  const found = [...words.text.matchAll(GONE)].at(-1);
  if (found === void 0) return [];
  const release = releasesIn(words.text.slice(0, found.index)).at(-1);
  if (release !== void 0) {
    const { name, version: version2 } = release;
    const statement2 = { kind: "unavailable", package: name.text, version: version2.text };
    return [{ statement: statement2, start: name.start, end: found.index + found[0].length }];
  }
  const version = versionsIn(words.text.slice(0, found.index)).at(-1);
  if (version === void 0 || place.subject === null) return [];
  const statement = { kind: "unavailable", package: place.subject.package, version: version.text };
  return [{ statement, start: version.start, end: found.index + found[0].length }];
};
var DEPRECATED = /\b(?:(?:is|are|has been|was|now) (?:now |officially |long )*(?:deprecated|unmaintained|abandoned|discontinued|archived)|no longer (?:maintained|supported|developed)|(?:reached|is) end[- ]of[- ]life)\b/i;
var SUCCESSOR = /\b(?:in favou?r of|replaced (?:by|with)|superseded by|succeeded by|consider\w*|use|using|switch(?:ing)? to|migrat(?:e|ing) to|mov(?:e|ing) to|instead of it)\b/gi;
function deprecatedStatements(words, rest, place) {
  const found = DEPRECATED.exec(words.text);
  if (found === null) return [];
  const owner = ownerOf2(words, found.index, place);
  if (owner === null) return [];
  const successor = successorIn(words, found.index, place, owner.package) ?? successorIn(rest, 0, place, owner.package);
  const statement = {
    kind: "deprecated",
    package: owner.package,
    version: owner.version,
    successor
  };
  const start = owner.name?.start ?? found.index;
  return [{ statement, start, end: found.index + found[0].length }];
}
function ownerOf2(words, end, place) {
  const release = releasesIn(words.text.slice(0, end)).at(-1);
  if (release !== void 0)
    return { package: release.name.text, version: release.version.text, name: release.name };
  const before = words.text.slice(0, end).trim();
  const name = namesIn(words, place.lexicon).findLast((one) => one.end <= end);
  if (name !== void 0)
    return /\b(?:endpoint|function|method|argument|option|setting)\b/i.test(before) ? null : { package: name.text, version: null, name };
  if (!/^(?:(?:this|the) (?:package|library|project|dependency)|it|which)?$/i.test(before)) return null;
  const { subject } = place;
  return subject === null ? null : { package: subject.package, version: subject.to ?? subject.from, name: null };
}
function successorIn(words, from, place, owner) {
  for (const { index, 0: verb } of words.text.matchAll(SUCCESSOR)) {
    if (index < from) continue;
    const after2 = index + verb.length;
    const names = [...namesIn(words, place.lexicon), ...releasesIn(words.text).map(({ name }) => name)];
    const next = names.filter(
      ({ start, text }) => start >= after2 && start - after2 < 60 && normalised(text) !== normalised(owner)
    ).sort((a, b) => a.start - b.start)[0];
    if (next !== void 0) return next.text;
    const plain = nameBefore(words.text, words.text.length);
    if (plain !== null && /^\s*$/.test(words.text.slice(after2, plain.start))) return plain.text;
  }
  return null;
}

// src/prove/claims/parse/weaknesses.ts
var WEAKNESSES = [
  ["heap overflow", /heap(?:[- ]based)?(?: buffer)?[- ]overflow|heap out[- ]of[- ]bounds write/i],
  ["buffer overflow", /(?<!heap[- ])(?<!heap[- ]based )(?:buffer|stack)[- ]overflow|buffer overrun/i],
  ["use after free", /use[- ]after[- ]free|\bUAF\b/i],
  ["out-of-bounds", /out[- ]of[- ]bounds?(?: read| write| access)?|\bOOB\b|over-?read/i],
  ["integer overflow", /integer (?:overflow|underflow)/i],
  ["null pointer", /null[- ]pointer|null[- ]?ptr|null dereference/i],
  [
    "code execution",
    /\bRCE\b|(?:remote|arbitrary|unauthenticated)[\w ]* code[- ]execution|code[- ]execution|execut\w+ (?:of )?(?:arbitrary|malicious) (?:code|commands?)|code injection/i
  ],
  ["deserialization", /(?:insecure |unsafe )?deseriali[sz]\w*|unpickl\w+/i],
  ["path traversal", /(?:path|directory)[- ]traversal|zip[- ]slip|arbitrary file (?:write|read|overwrite)/i],
  [
    "regular expression",
    /\bre-?dos\b|regular[- ]expression (?:denial|dos)|catastrophic backtracking|regex (?:dos|denial)|inefficient regular expression/i
  ],
  [
    "denial of service",
    /denial[- ]of[- ]service|\bDoS\b|resource exhaustion|memory exhaustion|uncontrolled resource|infinite loop|decompression bomb/i
  ],
  [
    "timing",
    /timing[- ](?:attack|oracle|side[- ]channel|discrepancy)|timing attacks|bleichenbacher|side[- ]channel/i
  ],
  ["request smuggling", /(?:request|response)[- ]smuggling/i],
  ["request forgery", /\bSSRF\b|\bCSRF\b|request forgery/i],
  ["cross-site scripting", /\bXSS\b|cross[- ]site[- ]scripting/i],
  ["sql injection", /sql[- ]injection|\bSQLi\b/i],
  [
    "injection",
    /(?:command|template|header|crlf|log|argument|prompt|xml|ldap|html)[- ]injection|\bSSTI\b|\bXXE\b|external entit/i
  ],
  ["redirect", /open redirect/i],
  [
    "information disclosure",
    /information (?:disclosure|exposure|leak\w*)|(?:credential|cookie|data|memory)s? (?:leak\w*|disclosure|exposure)|leaks? (?:of )?(?:credentials?|cookies?|headers?)|sensitive (?:information|data)/i
  ],
  [
    "authentication bypass",
    /(?:auth\w*|access control|safe[- ]mode|sandbox|signature|certificate)[\w ]* bypass|bypass(?:es)? (?:of )?(?:auth\w*|safe|sandbox|signature|certificate|security)|privilege escalation|improper (?:access|auth)\w*/i
  ],
  [
    "memory corruption",
    /memory corruption|double[- ]free|type confusion|uninitiali[sz]ed|segmentation fault|segfault/i
  ],
  ["prototype pollution", /prototype pollution|cache poisoning|race condition|\bTOCTOU\b/i],
  ["vulnerability", /\b(?:vulnerabilit(?:y|ies)|security (?:flaws?|holes?|bugs?)|insecure|exploit\w*)\b/i]
];
function namesWeakness(text) {
  return WEAKNESSES.some(([, names]) => names.test(text));
}
var ADVISORY_ID = /(?<![\w-])(?:CVE-\d{4}-\d{4,7}|GHSA(?:-[a-z0-9]{4}){3}|PYSEC-\d{4}-\d{1,6}|OSV-\d{4}-\d{1,7}|SNYK-PYTHON-[A-Z0-9]+-\d{1,9})(?![\w-])/gi;

// src/prove/claims/parse/vulnerability-statements.ts
var HAS = /\b(?:affected by|vulnerable to|exposed to|susceptible to|suffer(?:s|ed)? from|ha[sd]|have|contain(?:s|ed)?|subject to)\b/i;
var FIX = /\b(?:fix(?:es|ed|ing)?|clos(?:es|ed|ing)|close|resolv(?:es?|ed|ing)|address(?:es|ed|ing)?|patch(?:es|ed|ing)?|mitigat(?:es?|ed|ing)|remediat(?:es?|ed|ing)|remov(?:es|ed) (?:the )?vulnerabilit\w+|no longer (?:affected by|vulnerable to)|free of|not affected by|prevents?)\b/i;
function advisoryIdsIn(text) {
  return [...text.matchAll(ADVISORY_ID)].map(({ 0: id, index: start }) => ({
    text: id,
    start,
    end: start + id.length
  }));
}
var advisoryStatements = (words, place) => {
  const { text } = words;
  const move = movesIn(words, place).at(-1) ?? null;
  return advisoryIdsIn(text).flatMap((id) => {
    const before = text.slice(0, id.start);
    const passive = fixedIn(words, id, place);
    if (passive !== null) return [passive];
    const [fix, has] = [lastMatch(FIX, before), lastMatch(HAS, before)];
    if (fix >= 0 && fix > has) return named("fixed", subjectOf2(words, fix, move, place), id);
    if (has >= 0) {
      if (inOtherBrackets(text, id, has)) return [];
      return named("vulnerable", subjectOf2(words, has, null, place), id);
    }
    return isBareReason(text, id, move) ? named("vulnerable", moved(move) ?? place.subject, id) : [];
  });
};
function fixedIn(words, id, place) {
  const after2 = words.text.slice(id.end);
  const found = /^(?:[^.;()]{0,80}?)\b(?:(?:is|are|was|were|has been|have been|both|all) )*(?:fixed|resolved|patched|addressed|closed|remediated|mitigated)\b(?: (?:in|by|with|since|as of))?/i.exec(
    after2
  );
  if (found === null) return null;
  const end = id.end + found[0].length;
  const release = releasesIn(words.text).find(({ start }) => start >= end && start - end < 30);
  const subject = release === void 0 ? place.subject : { package: release.name.text, from: null, to: release.version.text };
  return named("fixed", subject, id)[0] ?? null;
}
function lastMatch(pattern, text) {
  let last = -1;
  for (const { index } of text.matchAll(new RegExp(pattern.source, "gi"))) last = index;
  return last;
}
function moved(move) {
  return move === null ? null : { package: move.package, from: move.from, to: move.to };
}
function subjectOf2(words, verb, move, place) {
  if (move !== null && move.start < verb) return moved(move);
  const head = headOf(words, verb, place);
  return isSubject(head) ? head : null;
}
function inOtherBrackets(text, id, verb) {
  return bracketsIn(text).some(({ start, end }) => start <= id.start && id.end <= end && verb < start - 1);
}
function isBareReason(text, id, move) {
  const before = text.slice(0, id.start);
  if (move !== null && move.end <= id.start)
    return /[(:–—,-]\s*$|\b(?:and|for|due to|because of)\s+$/.test(before) || advisoryIdsIn(before).length > 0;
  return /^[^a-z]*$/i.test(before.replace(ADVISORY_ID, "").replace(/\band\b/g, "")) && !/\bis about\b/.test(text);
}
function named(kind, subject, id) {
  if (subject === null) return [];
  const version = kind === "fixed" ? newVersion(subject) : oldVersion(subject);
  const statement = { kind, package: subject.package, version, about: id.text };
  return [{ statement, start: id.start, end: id.end }];
}
var LABEL = /^(?:CVEs?|vulnerabilit(?:y|ies)|security(?: (?:issues?|vulnerabilit(?:y|ies)|flaws?))?|advisor(?:y|ies)|weakness(?:es)?|issues?|risks?|flaws?|problem) ?: */i;
var weaknessStatements = (words, place) => {
  const { text } = words;
  if (advisoryIdsIn(text).length > 0) return patched(words, place);
  const label = LABEL.exec(text);
  if (label !== null) {
    const about = trimmed(words, label[0].length, text.length);
    if (place.subject === null || about.text === "" || FIX.test(about.text)) return patched(words, place);
    if (!/^CVE|^vuln|^advis|^weak/i.test(text) && !namesWeakness(about.text)) return [];
    return weakness("vulnerable", place.subject, about, label[0].length);
  }
  return [...governed(words, place), ...patched(words, place)];
};
function governed(words, place) {
  const { text } = words;
  const verb = /\b(vulnerable to|affected by|exposed to|susceptible to|suffer(?:s|ed)? from|fix(?:es|ed)|closes|resolves|addresses|mitigates|patches)\s+(?:an?\s+|the\s+)?/i.exec(
    text
  );
  if (verb === null || /\b(?:all|every)\b/i.test(text)) return [];
  const from = verb.index + verb[0].length;
  const about = trimmed(words, from, from + endOfPhrase(text.slice(from)));
  if (!namesWeakness(about.text) || /^(?:known |security )*vulnerabilities$/i.test(about.text)) return [];
  const move = movesIn(words, place).at(-1) ?? null;
  const subject = subjectOf2(words, verb.index, move, place);
  const kind = /^(?:v|a\w+ed by|e|su)/i.test(verb[1]) ? "vulnerable" : "fixed";
  return subject === null ? [] : weakness(kind, subject, about, from);
}
function endOfPhrase(text) {
  const end = /[.;(]|, (?:which|and it|so)\b/.exec(text);
  return end?.index ?? text.length;
}
function patched(words, place) {
  const { text } = words;
  const found = /\bpatched (?:version|release)\b/i.exec(text) ?? /\bno known (?:security )?(?:vulnerabilities|advisories|CVEs)\b/i.exec(text);
  if (found === null) return [];
  const move = movesIn(words, place).at(-1) ?? null;
  const head = move === null ? headOf(words, found.index, place) : moved(move);
  if (!isSubject(head) || /^no/i.test(found[0]) && !/\b(?:has|have|with)\s*$/i.test(text.slice(0, found.index)))
    return [];
  const statement = { kind: "fixed", package: head.package, version: newVersion(head), about: null };
  return [{ statement, start: found.index, end: found.index + found[0].length }];
}
function trimmed(words, from, to) {
  const phrase = part(words, from, to);
  return part(phrase, 0, phrase.text.replace(/[\s.,;:]+$/, "").length);
}
function weakness(kind, subject, about, start) {
  const version = kind === "fixed" ? newVersion(subject) : oldVersion(subject);
  const statement = { kind, package: subject.package, version, about: about.text };
  return [{ statement, start, end: start + about.text.length }];
}
function bareWeakness(words, { section }) {
  const { text } = words;
  const verbs = /\b(?:is|are|was|were|has|have|been|fix\w*|resolv\w*|address\w*|patch\w*|updat\w*|upgrad\w*|no|all|impact|see|should)\b|:/i;
  if (section === null || section.from === null || text.length > 90 || verbs.test(text)) return [];
  const ids = advisoryIdsIn(text);
  if (ids.length > 0) return ids.flatMap((id) => named("vulnerable", section, id));
  const about = trimmed(words, 0, text.length);
  return namesWeakness(text) ? weakness("vulnerable", section, about, 0) : [];
}
var allFixedStatements = ({ text }, place) => {
  const all = /\b(?:all|every|any)\s+(?:of the\s+)?(?:[\w-]+\s+){0,5}?(?:vulnerabilit(?:y|ies)|CVEs?|advisories|security (?:issues|holes|flaws))\b[^.;,]{0,30}?\b(?:resolved|fixed|addressed|patched|closed|remediated|eliminated|gone|mitigated)\b/i.exec(
    text
  ) ?? /\b(?:fixes|resolves|addresses|closes|fixed|resolved|eliminates) all\s+(?:[\w-]+\s+){0,5}?(?:vulnerabilit(?:y|ies)|CVEs|advisories|security issues)\b/i.exec(
    text
  ) ?? /\b(?:no|zero)\s+(?:[\w-]+\s+){0,6}?(?:vulnerabilities|CVEs|advisories)\s+(?:(?:are|is)\s+)?(?:remain\w*|left|open|known|present|found|outstanding)\b/i.exec(
    text
  ) ?? (place.box === "done" && place.section === null ? /^security vulnerabilities (?:have been |are )?(?:fixed|resolved|patched)\b/i.exec(text) : null);
  if (all === null || /\b(?:these|those|of the above|listed|in this package)\b/i.test(all[0])) return [];
  const severity = /\bhigh\b/i.test(all[0]) ? "high" : /\b(?:medium|moderate|low)\b/i.test(all[0]) ? null : /\bcritical\b/i.test(all[0]) ? "critical" : null;
  const start = all.index + (/vulnerabilit|CVE|advisor|security/i.exec(all[0])?.index ?? 0);
  return [{ statement: { kind: "all-fixed", severity }, start, end: all.index + all[0].length }];
};

// src/prove/claims/parse/text-statements.ts
var READERS = [
  ...[changeStatements, removedStatements, unavailableStatements, advisoryStatements, weaknessStatements],
  ...[allFixedStatements, compatibilityStatements, conflictStatements, latestStatements, phraseStatements]
];
function clauseStatements(words, place) {
  if (/^(?:impact|consequences?|risk)s? ?:/i.test(words.text)) return [];
  const all = [];
  let { subject } = place;
  const list = clauses(words);
  for (const clause of list) {
    const here = { ...place, subject };
    subject = subjectAfter(clause.words, here);
    if (!isAsserted(clause)) continue;
    const rest = restOf(words, clause);
    const found = [
      ...READERS.flatMap((read) => read(clause.words, here)),
      ...deprecatedStatements(clause.words, rest, here)
    ];
    all.push(...found.map((one) => ({ found: one, words: clause.words })));
  }
  return [...all, ...figures(words)];
}
function figures(words) {
  return sentences(words).filter(
    ({ text }) => isStated(text) && isAsserted({ words: { text, at: [], marked: [] }, sentence: text, first: true })
  ).flatMap((sentence) => figureStatements(sentence.text).map((found) => ({ found, words: sentence })));
}
function restOf(words, clause) {
  const last = clause.words.at.at(-1) ?? -1;
  const start = words.at.findIndex((offset) => offset > last);
  return start === -1 ? part(words, 0, 0) : part(words, start, words.text.length);
}
var LEADS = /^(?:[^\p{L}]|\b(?:the|an?|and|but|because|so|since|old|new|our|this|also|however|note|that|while|although|though)\b)*$/iu;
function subjectAfter(words, place) {
  const move = movesIn(words, place).at(-1);
  if (move !== void 0) return { package: move.package, from: move.from, to: move.to };
  const release = releasesIn(words.text)[0];
  const before = place.subject;
  if (release !== void 0 && place.section === null && LEADS.test(words.text.slice(0, release.start))) {
    const { name: name2, version } = release;
    if (before !== null && normalised(before.package) === normalised(name2.text)) return before;
    return { package: name2.text, from: null, to: version.text, said: true };
  }
  const [name] = namesIn(words, place.lexicon);
  const leads = name !== void 0 && name.start < 30 && before === null;
  return leads ? { package: name.text, from: null, to: null } : before;
}

// src/prove/claims/parse/row-statements.ts
var SAYS_NOTHING = /^(?:[\s–—?.*-]*|none|n\/?a|nil|no|yes|routine|same|unchanged|ok|todo|tbd)$/i;
var NAME_CELL = new RegExp(`^(${NAME})(?:\\[[^\\]]{0,80}\\])?(?=$|[\\s(,])`, "d");
function rowStatements(row, place) {
  const cells = row.cells.map((cell) => ({ ...cell, role: roleOf(cell.title) }));
  const first = cells.find(({ role }) => role === "package") ?? cells[0];
  if (first === void 0) return [];
  const figures2 = figuresOf(first.words, cells);
  if (figures2.length > 0) return figures2;
  const name = NAME_CELL.exec(first.words.text);
  if (name === null || !mayBePackage(name[1]) || first.role !== "package" && !hasVersions(cells))
    return [];
  const move = moveOf(cells);
  const subject = { package: name[1], from: move.from, to: move.to };
  const rest = cells.filter((cell) => cell !== first);
  return [
    ...changeOf(subject, joined([first, ...cells.filter(({ role }) => MOVE_ROLES.has(role))]), move.isMove),
    ...rest.flatMap((cell) => cellStatements(cell, subject, place))
  ];
}
var MOVE_ROLES = /* @__PURE__ */ new Set(["old", "new", "move"]);
function joined(cells) {
  return cells.slice(1).reduce(
    (all, { words }) => ({
      text: `${all.text} | ${words.text}`,
      at: [...all.at, ...Array(3).fill(all.at.at(-1) ?? 0), ...words.at],
      marked: all.marked
    }),
    cells[0].words
  );
}
function hasVersions(cells) {
  const has = (role) => cells.some((cell) => cell.role === role);
  return has("old") && has("new") || has("move");
}
function figuresOf(first, cells) {
  const value = cells.find(({ role }) => role === "new") ?? (cells.length === 2 ? cells[1] : void 0);
  if (value === void 0 || !/\b(?:image|build|memory|RAM)\b/i.test(first.text)) return [];
  const label = `${first.text}: `;
  return figureStatements(label + value.words.text).flatMap(
    (found) => found.start < label.length ? [] : [
      {
        found: { ...found, start: found.start - label.length, end: found.end - label.length },
        words: value.words
      }
    ]
  );
}
function moveOf(cells) {
  const versionIn = (role) => {
    const text = cells.find((cell) => cell.role === role)?.words.text ?? "";
    return versionsIn(text)[0]?.text ?? /^(?:==\s*)?v?(\d+)$/.exec(text)?.[1] ?? null;
  };
  const pair = cells.find(({ role }) => role === "move")?.words.text;
  if (pair !== void 0) {
    const versions = versionsIn(pair).map(({ text }) => text);
    const isMove = versions.length === 2;
    return { from: isMove ? versions[0] : null, to: versions.at(-1) ?? null, isMove };
  }
  const [from, to] = [versionIn("old"), versionIn("new")];
  if (to !== null) return { from, to, isMove: true };
  return { from, to: from === null ? versionIn("version") : null, isMove: false };
}
function changeOf({ package: name, from, to }, words, isMove) {
  if (to === null || !isMove || from === to) return [];
  const start = words.text.indexOf(name);
  return [
    {
      found: { statement: { kind: "change", package: name, from, to }, start, end: start + name.length },
      words
    }
  ];
}
function cellStatements({ role, words, title }, subject, place) {
  const { text } = words;
  if (SAYS_NOTHING.test(text) || !isStated(text) || ["old", "new", "move", "version", "package"].includes(role))
    return [];
  const here = { ...place, section: subject, subject };
  const all = (found) => found.map((one) => ({ found: one, words }));
  if (role === "compatible" || role === "python")
    return all(
      prefixed(
        words,
        role === "python" && !/python/i.test(text) ? "Compatible with Python " : "Compatible with ",
        here
      )
    );
  if (role === "fixed" && advisoryIdsIn(text).length > 0) return all(prefixed(words, "fixes ", here));
  const own = clauseStatements(words, here);
  const unavailable = ofRow(words, subject);
  if (unavailable !== null) return all([unavailable]);
  if (own.length > 0) return own;
  if (role === "advisory" || /\bCVE|security|vulnerab/i.test(title) || namesWeakness(text))
    return all(wordsOfWeakness(words, subject, role));
  return [];
}
function prefixed(words, prefix, place) {
  const at = words.at[0] ?? 0;
  const longer = {
    text: prefix + words.text,
    at: [...Array(prefix.length).fill(at), ...words.at],
    marked: words.marked.map(({ start, end }) => ({
      start: start + prefix.length,
      end: end + prefix.length
    }))
  };
  return clauseStatements(longer, place).flatMap(
    ({ found }) => found.start < prefix.length ? [] : [{ ...found, start: found.start - prefix.length, end: found.end - prefix.length }]
  );
}
function ofRow({ text }, { package: name, from }) {
  if (from === null || !/\bversion\b.*\b(?:unavailable|no longer (?:available|exists)|not available|does not exist)\b/i.test(
    text
  ))
    return null;
  return { statement: { kind: "unavailable", package: name, version: from }, start: 0, end: text.length };
}
function wordsOfWeakness(words, { package: name, from, to }, role) {
  const about = part(words, 0, words.text.replace(/[\s.]+$/, "").length).text;
  if (role === "advisory" && !/[a-z]{3}/i.test(about)) return [];
  const version = role === "fixed" ? to : from;
  const kind = role === "fixed" ? "fixed" : "vulnerable";
  return [{ statement: { kind, package: name, version, about }, start: 0, end: about.length }];
}

// src/prove/claims/parse/subject-of-title.ts
var BEFORE_NAME = /^(?:[^\p{L}]|\b(?:updat|upgrad|bump|fix|mov|rais|pin|patch|migrat)\w*\b|\b(?:build|chore|deps|fix|feat|package|dependency|from|to)\b)*$/iu;
var WHOLE_NAME = new RegExp(`^(${NAME})(?:\\[[^\\]]{0,60}\\])?\\s*:?$`);
function subjectOfTitle(words, lexicon) {
  const place = { lexicon, section: null, subject: null, titles: [], box: null };
  const move = movesIn(words, place)[0];
  if (move !== void 0) return { package: move.package, from: move.from, to: move.to };
  const release = releasesIn(words.text)[0];
  if (release !== void 0 && BEFORE_NAME.test(words.text.slice(0, release.start)))
    return { package: release.name.text, from: null, to: release.version.text };
  const whole = WHOLE_NAME.exec(words.text);
  if (whole !== null && mayBePackage(whole[1])) {
    const known = lexicon.has(normalised(whole[1])) || namesIn(words, lexicon).length > 0;
    return known ? { package: whole[1], from: null, to: null } : null;
  }
  const [first] = namesIn(words, lexicon);
  const leads = first?.start === 0 && /^[:\s]*(?:[–—(-]|$)/.test(words.text.slice(first.end));
  return leads ? { package: first.text, from: null, to: null } : null;
}
function sectionOf(above, subjects) {
  for (const block of above) {
    const subject = subjects.get(block) ?? null;
    if (subject !== null) return subject;
  }
  return null;
}

// src/prove/claims/parse/read-claims.ts
function readClaims(source) {
  checkDocument(source);
  const blocks = blocksOf(source);
  const lexicon = lexiconOf(blocks);
  const subjects = /* @__PURE__ */ new Map();
  const places = new LinePlaces(source);
  const claims = /* @__PURE__ */ new Map();
  const count = /* @__PURE__ */ new Map();
  for (const block of blocks) {
    if (block.kind !== "row") subjects.set(block, subjectOfTitle(block.words, lexicon));
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
function blocksOf(source) {
  try {
    return readBlocks(source);
  } catch (error) {
    if (error instanceof RangeError)
      throw new UserFacingError("invalid-file", "the document is nested too deeply to be read", {
        cause: error
      });
    throw error;
  }
}
function statementsOf(block, subjects, lexicon) {
  const section = sectionOf(block.above, subjects);
  const titles = block.above.map(({ words }) => words.text);
  const box = "box" in block ? block.box : null;
  const place = { lexicon, section, subject: section, titles, box };
  if (box === "open") return [];
  if (box !== "done" && titles.some(isFuture)) return [];
  if (block.kind === "row") return rowStatements(block, place);
  const all = (found) => found.map((one) => ({ found: one, words: block.words }));
  if (block.kind === "heading")
    return all(changeStatements(block.words, { ...place, section: null, subject: null }));
  const listed = listedStatements(block, place);
  if (listed.length > 0) return all(listed);
  const said = clauseStatements(block.words, place);
  return said.length > 0 || block.kind !== "item" ? said : all(bareWeakness(block.words, place));
}

// ../hostile.ts
var N = 24e4;
var L = 4900;
var lines = (s) => (s.repeat(Math.ceil(L / s.length)).slice(0, L) + "\n\n").repeat(Math.floor(N / L));
var cases = { a: lines("a"), digits: lines("1."), dots: lines("1.2.3 "), arrow: lines("a 1.0 -> 2.0 "), stars: lines("*a_ "), brackets: lines("["), links: lines("[a]("), ticks: lines("`a"), pipes: lines("|"), pipetable: "| Package | Old | New |\n".repeat(9e3), lt: lines("<a "), html: lines("<td>"), details: "<details><summary>Django 1.0 \u2192 2.0</summary>\n\n".repeat(4e3), headings: "# Django 3.0\n".repeat(18e3), items: "- Bump x from 1.0 to 2.0\n".repeat(9e3), quote: (">".repeat(55) + " a\n").repeat(9e3), nest: Array.from({ length: 50 }, (_, i) => " ".repeat(i * 2) + "- a").join("\n").repeat(100), fixes: lines("fixes CVE-2024-1234 and "), compat: lines("compatible with a 1.0, "), gb: lines("image 1 GB "), amp: lines("&amp;"), paren: lines("("), names: lines("a-"), ctrl: lines("\x1B[2J\u202E"), dash: "--- ---\n".repeat(18e3), removed: lines("removed a, "), feet: "[^a]: x\n".repeat(9e3), and: lines("a, and "), word: lines("updated a b "), emph: lines("**a"), para: ("a".repeat(90) + "\n").repeat(2600), refs: lines("[a][b]"), cr: "a\r".repeat(1e5) };
for (const [k, v] of Object.entries(cases)) {
  const t = Date.now();
  let r;
  try {
    r = readClaims(v).length;
  } catch (e) {
    r = e.code ?? e.message.slice(0, 80);
  }
  const d = Date.now() - t;
  console.log(k, v.length, r, d + " ms");
}
console.log("done");
