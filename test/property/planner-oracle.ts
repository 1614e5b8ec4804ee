import type { Universe, UniverseLine, UniversePackage } from './planner-universe.ts';

/*
 * The planner's question answered by trying everything. Nothing here is imported from the project's sources: versions,
 * specifiers, markers and sizes are read again, in the few forms that the generator writes.
 */

/** Smaller is better; compared entry by entry. `tiers`, then the level of each choice by id, then the ages. */
export interface Judgement {
  readonly tiers: readonly number[];
  readonly levels: Readonly<Record<string, number>>;
  readonly ages: readonly number[];
}

/** The selected version of every package, one map for each target. */
export type Assignment = readonly ReadonlyMap<string, string>[];

export interface OracleAnswer {
  readonly best: Judgement | null;
  /** Every valid assignment by its text, with its judgement. */
  readonly valid: ReadonlyMap<string, Judgement>;
}

export function assignmentText(assignment: Assignment): string {
  return assignment
    .map((versions) =>
      [...versions]
        .map(([name, version]) => `${name} ${version}`)
        .sort()
        .join(', '),
    )
    .join(' | ');
}

export function compareNumbers(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((entry, i) => entry !== b[i]);
  return at === -1 ? 0 : a[at]! - b[at]!;
}

/** A judgement as one list in its order of importance. */
export function inOneList({ tiers, levels, ages }: Judgement): readonly number[] {
  return [
    ...tiers,
    ...Object.keys(levels)
      .sort()
      .map((id) => levels[id]!),
    ...ages,
  ];
}

/** Null where the universe has more assignments than are worth trying. */
export function oracle(universe: Universe, mostPairs: number): OracleAnswer | null {
  const lines = universe.lines.map((line) => readLine(universe, line));
  const perTarget = universe.targets.map((_, target) => new Enumeration(universe, lines, target).run());
  if (perTarget.reduce((product, list) => product * list.length, 1) > mostPairs) return null;
  const valid = new Map<string, Judgement>();
  let best: Judgement | null = null;
  for (const parts of combinations(perTarget)) {
    const judgement = judge(universe, lines, parts);
    if (judgement === null) continue;
    valid.set(assignmentText(parts.map((part) => part.versions)), judgement);
    if (best === null || compareNumbers(inOneList(judgement), inOneList(best)) < 0) best = judgement;
  }
  return { best, valid };
}

// --- versions -------------------------------------------------------------------------------------------------------

interface Numbers {
  readonly release: readonly number[];
  /** 0 alpha, 1 beta, 2 candidate, 3 none. */
  readonly phase: number;
  readonly phaseNumber: number;
  readonly post: number;
}

const numbers = new Map<string, Numbers>();

function numbersOf(version: string): Numbers {
  const known = numbers.get(version) ?? readNumbers(version);
  numbers.set(version, known);
  return known;
}

function readNumbers(version: string): Numbers {
  const [, release, phase, phaseNumber, post] = /^([\d.]+?)(?:(a|b|rc)(\d+))?(?:\.post(\d+))?$/.exec(
    version,
  )!;
  return {
    release: release!.split('.').map(Number),
    phase: phase === undefined ? 3 : ['a', 'b', 'rc'].indexOf(phase),
    phaseNumber: Number(phaseNumber ?? 0),
    post: post === undefined ? 0 : Number(post) + 1,
  };
}

function releaseNumber(of: Numbers, i: number): number {
  return of.release[i] ?? 0;
}

function order(a: string, b: string): number {
  const [x, y] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < 4; i++) {
    const difference = releaseNumber(x, i) - releaseNumber(y, i);
    if (difference !== 0) return difference;
  }
  return x.phase - y.phase || x.phaseNumber - y.phaseNumber || x.post - y.post;
}

function isPrerelease(version: string): boolean {
  return numbersOf(version).phase < 3;
}

/** How far a version is from another one: 0 same, 1 post-release, 2 patch, 3 minor, 4 major, 5 a step back. */
function sizeBetween(from: string, to: string): number {
  const rise = order(from, to);
  if (rise === 0) return 0;
  if (rise > 0) return 5;
  const [x, y] = [numbersOf(from), numbersOf(to)];
  if (releaseNumber(x, 0) !== releaseNumber(y, 0)) return 4;
  if (releaseNumber(x, 1) !== releaseNumber(y, 1)) return 3;
  if (releaseNumber(x, 2) !== releaseNumber(y, 2)) return 2;
  return x.phase === y.phase && x.phaseNumber === y.phaseNumber ? 1 : 2;
}

// --- specifiers, markers, requirements ------------------------------------------------------------------------------

const admitted = new Map<string, boolean>();

function admits(specifier: string, version: string): boolean {
  if (specifier === '') return true;
  const key = `${specifier} ${version}`;
  const known = admitted.get(key) ?? specifier.split(',').every((clause) => clauseHolds(clause, version));
  admitted.set(key, known);
  return known;
}

function clauseHolds(clause: string, version: string): boolean {
  const [, operator, bound] = /^(==|!=|<=|>=|~=|<|>)(.*)$/.exec(clause)!;
  if (bound!.endsWith('.*')) return startsWith(version, bound!.slice(0, -2));
  const compared = order(version, bound!);
  const sameRelease = startsWith(version, numbersOf(bound!).release.join('.')) && onlyZeros(version, bound!);
  switch (operator) {
    case '==':
      return compared === 0;
    case '!=':
      return compared !== 0;
    case '<=':
      return compared <= 0;
    case '>=':
      return compared >= 0;
    case '~=':
      return compared >= 0 && startsWith(version, numbersOf(bound!).release.slice(0, -1).join('.'));
    case '<':
      return compared < 0 && !(isPrerelease(version) && !isPrerelease(bound!) && sameRelease);
    default:
      return compared > 0 && !(numbersOf(version).post > 0 && numbersOf(bound!).post === 0 && sameRelease);
  }
}

function startsWith(version: string, prefix: string): boolean {
  const of = numbersOf(version);
  return prefix.split('.').every((part, i) => releaseNumber(of, i) === Number(part));
}

function onlyZeros(version: string, bound: string): boolean {
  const length = numbersOf(bound).release.length;
  return numbersOf(version)
    .release.slice(length)
    .every((number) => number === 0);
}

interface Need {
  readonly name: string;
  readonly extras: readonly string[];
  readonly specifier: string;
  readonly marker: string;
  readonly mentionsPrerelease: boolean;
  readonly pinned: boolean;
}

const needs = new Map<string, Need>();

function readNeed(text: string): Need {
  const known = needs.get(text);
  if (known !== undefined) return known;
  const [wanted, marker = ''] = text.split(';');
  const [, name, extras, specifier] = /^([a-z]+)(?:\[([a-z,]+)\])?(.*)$/.exec(wanted!.trim())!;
  const clauses = specifier!.split(',').filter((clause) => clause !== '');
  const need = {
    name: name!,
    extras: extras === undefined ? [] : extras.split(','),
    specifier: specifier!,
    marker: marker.trim(),
    mentionsPrerelease: clauses.some((clause) => !clause.startsWith('!=') && /\d(a|b|rc)\d/.test(clause)),
    pinned: clauses.some((clause) => clause.startsWith('==') && !clause.endsWith('.*')),
  };
  needs.set(text, need);
  return need;
}

function markerHolds(marker: string, python: string, extra: string | null): boolean {
  if (marker === '') return true;
  return marker.split(' and ').every((part) => {
    const [, variable, operator, value] = /^(\w+) (==|<|>=) "(.*)"$/.exec(part.trim())!;
    if (variable === 'extra') return value === extra;
    if (variable === 'sys_platform') return value === 'linux';
    const compared = order(python, value!);
    return operator === '<' ? compared < 0 : compared >= 0;
  });
}

// --- lines ----------------------------------------------------------------------------------------------------------

interface Line {
  readonly need: Need;
  readonly id: string;
  readonly targets: readonly number[];
  readonly pinned: boolean;
  /** The size at which each version comes within reach. */
  readonly reach: ReadonlyMap<string, number>;
}

function readLine(universe: Universe, { text, current }: UniverseLine): Line {
  const need = readNeed(text);
  const { releases } = packageOf(universe, need.name);
  const published = releases.some(({ version }) => version === current);
  return {
    need,
    id: `line ${text}`,
    targets: [...universe.targets.keys()].filter((t) => markerHolds(need.marker, universe.targets[t]!, null)),
    pinned: need.pinned,
    reach: new Map(
      releases.map(({ version }) => {
        if (admits(need.specifier, version)) return [version, 0];
        const size = sizeBetween(current, version);
        // A pin that never existed has no direction; a step within "same" that the line does not admit is the smallest one.
        const undirected = size === 5 && need.pinned && !published ? sizeBetween(version, current) : size;
        return [version, Math.max(1, undirected)];
      }),
    ),
  };
}

function packageOf(universe: Universe, name: string): UniversePackage {
  return universe.packages.find((candidate) => candidate.name === name)!;
}

// --- all assignments of one target ----------------------------------------------------------------------------------

interface Part {
  readonly versions: ReadonlyMap<string, string>;
  /** What the selected versions ask for, with who does. */
  readonly asked: readonly { readonly by: string; readonly need: Need }[];
  /** Lines of which at least one must be as it was, for nothing else permits a version that was selected. */
  readonly permissions: readonly (readonly Line[])[];
}

interface Selected {
  readonly versions: Map<string, string>;
  readonly extras: Map<string, Set<string>>;
}

class Enumeration {
  readonly #universe: Universe;
  readonly #lines: readonly Line[];
  readonly #target: number;
  readonly #found: Part[] = [];

  constructor(universe: Universe, lines: readonly Line[], target: number) {
    this.#universe = universe;
    this.#lines = lines.filter((line) => line.targets.includes(target));
    this.#target = target;
  }

  run(): readonly Part[] {
    this.#extend(new Map());
    return this.#found;
  }

  /** Gives the first package that is asked for and has no version yet every version that it has. */
  #extend(chosen: ReadonlyMap<string, string>): void {
    const asked = this.#askedFor(chosen);
    if (asked === null) return;
    const next = [...asked.extras.keys()].find((name) => !chosen.has(name));
    if (next === undefined) {
      const permissions = this.#permissionsNeeded(asked);
      const needed = [...chosen].flatMap(([by, version]) =>
        this.#needsOf(by, version, asked.extras.get(by)!).map((need) => ({ by, need })),
      );
      if (permissions !== null) this.#found.push({ versions: chosen, asked: needed, permissions });
      return;
    }
    for (const release of packageOf(this.#universe, next).releases) {
      if (release.installableOn.includes(this.#target))
        this.#extend(new Map(chosen).set(next, release.version));
    }
  }

  /** Everything that lines and chosen versions ask for, with the extras; null where a chosen version is not admitted. */
  #askedFor(chosen: ReadonlyMap<string, string>): Selected | null {
    const extras = new Map<string, Set<string>>();
    const ask = ({ name, extras: wanted }: Need): void => {
      const known = extras.get(name) ?? new Set<string>();
      for (const extra of wanted) known.add(extra);
      extras.set(name, known);
    };
    for (const line of this.#lines) ask(line.need);
    for (let before = -1; before !== countOf(extras);) {
      before = countOf(extras);
      for (const [name, version] of chosen) {
        if (!extras.has(name)) continue;
        for (const need of this.#needsOf(name, version, extras.get(name)!)) {
          const there = chosen.get(need.name);
          if (there !== undefined && need.name !== name && !admits(need.specifier, there)) return null;
          ask(need);
        }
      }
      for (const { kind, importer, provider } of this.#universe.learned ?? []) {
        const by = importer === null ? '' : extras.has(importer.name) ? chosen.get(importer.name) : undefined;
        if (by === undefined || importer?.versions.includes(by) === false) continue;
        if (kind === 'needed') ask({ ...readNeed(provider.name), extras: [] });
        const there = extras.has(provider.name) ? chosen.get(provider.name) : undefined;
        if (there !== undefined && provider.versions.includes(there) !== (kind === 'needed')) return null;
      }
    }
    return { versions: new Map(chosen), extras };
  }

  #needsOf(name: string, version: string, extras: ReadonlySet<string>): readonly Need[] {
    const release = packageOf(this.#universe, name).releases.find((r) => r.version === version)!;
    if (release.metadataUnknown) return [];
    const python = this.#universe.targets[this.#target]!;
    return release.requires
      .map(readNeed)
      .filter(({ marker }) => [null, ...extras].some((extra) => markerHolds(marker, python, extra)));
  }

  /** For each restricted version the lines that would permit it; null where nothing can. */
  #permissionsNeeded(selected: Selected): readonly (readonly Line[])[] | null {
    const needed: (readonly Line[])[] = [];
    const asking = [...selected.versions].flatMap(([name, version]) =>
      this.#needsOf(name, version, selected.extras.get(name)!).filter((need) => need.name !== name),
    );
    for (const [name, version] of selected.versions) {
      for (const permits of this.#restrictionsOf(name, version)) {
        if (asking.some((need) => need.name === name && permits(need))) continue;
        const lines = this.#lines.filter(({ need }) => need.name === name && permits(need));
        if (lines.length === 0) return null;
        needed.push(lines);
      }
    }
    return needed;
  }

  /** What a requirement must say to let the version in: one test for each reason to keep it out. */
  #restrictionsOf(name: string, version: string): readonly ((need: Need) => boolean)[] {
    const { releases } = packageOf(this.#universe, name);
    const finals = releases.filter(
      (r) => r.installableOn.includes(this.#target) && !r.yanked && !isPrerelease(r.version),
    );
    // By its text, or since it admits no final release (PEP 440, "Handling of pre-releases").
    const letsIn = ({ mentionsPrerelease, specifier }: Need): boolean =>
      mentionsPrerelease ||
      (admits(specifier, version) && !finals.some((final) => admits(specifier, final.version)));
    const yanked = releases.find((r) => r.version === version)!.yanked;
    return [
      ...(isPrerelease(version) && finals.length > 0 ? [letsIn] : []),
      ...(yanked ? [(need: Need) => need.pinned && admits(need.specifier, version)] : []),
    ];
  }
}

function countOf(extras: ReadonlyMap<string, ReadonlySet<string>>): number {
  return [...extras.values()].reduce((sum, set) => sum + 1 + set.size, 0);
}

function* combinations(lists: readonly (readonly Part[])[]): Generator<readonly Part[]> {
  const [first, ...others] = lists;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const part of first) for (const rest of combinations(others)) yield [part, ...rest];
}

// --- what an assignment costs ---------------------------------------------------------------------------------------

/** Malicious versions (there are none here), steps back, unproven candidates, four severities, yanked ones, lines, four sizes, transitive ones, and those in order today. */
const TIER_OF = { critical: 3, high: 4, unknown: 4, medium: 5, low: 6 } as const;

/** Null where the parts do not go together. */
function judge(universe: Universe, lines: readonly Line[], parts: readonly Part[]): Judgement | null {
  const tiers = new Array<number>(15).fill(0);
  const levels: Record<string, number> = {};
  const versionsOf = (name: string): readonly string[] =>
    parts.flatMap((part) => part.versions.get(name) ?? []);
  const leave = (id: string, broken: boolean, tier: number): void => {
    levels[id] = broken ? 1 : 0;
    if (broken) tiers[tier]!++;
  };
  for (const line of lines) {
    const selected = line.targets.map((target) => parts[target]!.versions.get(line.need.name)!);
    if (line.pinned && new Set(selected).size > 1) return null;
    const size = Math.max(0, ...selected.map((version) => line.reach.get(version)!));
    levels[line.id] = size;
    if (size === 0) continue;
    tiers[8]!++;
    tiers[size === 5 ? 1 : 9 + 4 - size]!++;
  }
  if (parts.some((part) => part.permissions.some((any) => any.every((line) => levels[line.id]! > 0))))
    return null;
  for (const { name, releases } of universe.packages) {
    const unknown = releases.filter((release) => release.metadataUnknown).map(({ version }) => version);
    if (unknown.length === 0) continue;
    leave(
      `unknown ${name}`,
      versionsOf(name).some((version) => unknown.includes(version)),
      2,
    );
  }
  for (const { id, name, severity, affected } of universe.advisories)
    leave(
      id,
      versionsOf(name).some((version) => affected.includes(version)),
      TIER_OF[severity],
    );
  for (const { name, version } of universe.lock) {
    const moves = versionsOf(name).some((selected) => selected !== version);
    leave(`stay ${name}`, moves, 13);
    if (moves && !isWrong(universe, name, version)) tiers[14]!++;
  }
  for (const { name, version } of universe.lock)
    leave(
      `back ${name}`,
      parts.some((part, target) => goesBack(universe, name, version, part, target)),
      1,
    );
  for (const { name, releases } of universe.packages) {
    const yanked = releases.filter((release) => release.yanked).map(({ version }) => version);
    leave(
      `yanked ${name}`,
      versionsOf(name).some((version) => yanked.includes(version)),
      7,
    );
  }
  return { tiers, levels, ages: agesOf(universe, parts) };
}

/** Whether a newer version than the selected one, up to today's, would have done: no parent that is no older than today is against it. */
function goesBack(
  universe: Universe,
  name: string,
  today: string,
  { versions, asked }: Part,
  target: number,
): boolean {
  const selected = versions.get(name);
  if (selected === undefined || order(selected, today) >= 0) return false;
  if (isTouched(universe, name, today) && !isTouched(universe, name, selected)) return false;
  const bounds = asked.filter(
    ({ by, need }) =>
      need.name === name && by !== name && order(versions.get(by)!, todayOf(universe, by)) >= 0,
  );
  return packageOf(universe, name).releases.some((release) => {
    const { version, installableOn, yanked } = release;
    if (order(version, selected) <= 0 || order(version, today) > 0) return false;
    const isPlain = installableOn.includes(target) && !yanked && !isPrerelease(version);
    if (version !== today && !isPlain) return false;
    if (isTouched(universe, name, version) && !isTouched(universe, name, selected)) return false;
    if (!bounds.every(({ need }) => admits(need.specifier, version))) return false;
    return !needsNewer(universe, name, release, { versions, asked }, universe.targets[target]!);
  });
}

/** Whether a release needs something newer than a parent lets it be that is no older than today. */
function needsNewer(
  universe: Universe,
  name: string,
  { requires, metadataUnknown }: UniversePackage['releases'][number],
  { versions, asked }: Pick<Part, 'versions' | 'asked'>,
  python: string,
): boolean {
  if (metadataUnknown) return false;
  const needed = requires.map(readNeed).filter((need) => markerHolds(need.marker, python, null));
  return needed.some((own) => {
    const oldest = admittedBy(universe, own)[0];
    if (oldest === undefined || own.name === name) return false;
    return asked.some(({ by, need }) => {
      if (need.name !== own.name || [name, own.name].includes(by)) return false;
      const newest = admittedBy(universe, need).at(-1);
      const isBack = order(versions.get(by)!, todayOf(universe, by)) < 0;
      return newest !== undefined && !isBack && order(newest, oldest) < 0;
    });
  });
}

/** From the oldest. */
function admittedBy(universe: Universe, { name, specifier }: Need): readonly string[] {
  const versions = packageOf(universe, name).releases.map(({ version }) => version);
  return versions.filter((version) => admits(specifier, version));
}

function todayOf({ lock, lines }: Universe, name: string): string {
  const locked = lock.find((each) => each.name === name);
  return locked?.version ?? lines.find((line) => readNeed(line.text).name === name)!.current;
}

function isTouched({ advisories }: Universe, name: string, version: string): boolean {
  return advisories.some((advisory) => advisory.name === name && advisory.affected.includes(version));
}

/** Whether a version is one to be avoided whatever else is selected. */
function isWrong(universe: Universe, name: string, version: string): boolean {
  const { releases } = packageOf(universe, name);
  const { yanked, metadataUnknown } = releases.find((release) => release.version === version)!;
  return yanked || metadataUnknown || isTouched(universe, name, version);
}

/** By name, then target: how many versions are nearer to today's one than the selected one. */
function agesOf(universe: Universe, parts: readonly Part[]): readonly number[] {
  return universe.packages.flatMap(({ name, releases }) => {
    const versions = releases.map(({ version }) => version);
    const today = todayOf(universe, name);
    const at = versions.filter((version) => order(version, today) < 0).length;
    const distance = (version: string): number => {
      const away = versions.indexOf(version) - at;
      const unwanted = isPrerelease(version) && !isPrerelease(today) ? 4 * versions.length : 0;
      return unwanted + (away >= 0 ? 2 * away : -2 * away - 1);
    };
    return parts.map((part) => {
      const selected = part.versions.get(name);
      if (selected === undefined) return 0;
      return versions.filter((version) => distance(version) < distance(selected)).length;
    });
  });
}
