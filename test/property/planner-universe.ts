import { seeded } from '../support/seeded.ts';

/** A package index of a few packages with a project on it, in PyPI's own syntax: what both the planner and the oracle are given. */
export interface Universe {
  readonly seed: number;
  /** Python versions; the project runs on each of them. */
  readonly targets: readonly string[];
  readonly packages: readonly UniversePackage[];
  readonly lines: readonly UniverseLine[];
  /** Today's versions of packages that no line names. */
  readonly lock: readonly { readonly name: string; readonly version: string }[];
  readonly advisories: readonly UniverseAdvisory[];
  /** What verification learned; absent: nothing. */
  readonly learned?: readonly UniverseBreak[];
}

export interface UniverseBreak {
  readonly kind: 'forbidden' | 'needed';
  /** Null: the project's own sources. */
  readonly importer: { readonly name: string; readonly versions: readonly string[] } | null;
  readonly provider: { readonly name: string; readonly versions: readonly string[] };
}

export interface UniversePackage {
  readonly name: string;
  /** Ascending. */
  readonly releases: readonly UniverseRelease[];
}

export interface UniverseRelease {
  readonly version: string;
  readonly requires: readonly string[];
  readonly yanked: boolean;
  readonly metadataUnknown: boolean;
  /** Positions of the targets that have a wheel. */
  readonly installableOn: readonly number[];
}

export interface UniverseLine {
  readonly text: string;
  /** What the line selects today: sizes of changes are counted from it. */
  readonly current: string;
}

export interface UniverseAdvisory {
  readonly id: string;
  readonly name: string;
  readonly severity: 'critical' | 'high' | 'unknown' | 'medium' | 'low';
  readonly affected: readonly string[];
}

/** Ascending. */
const FINALS = ['1.0', '1.0.post1', '1.0.1', '1.1', '1.2', '2.0', '2.1', '3.0'];
const PRERELEASES: Readonly<Record<string, string>> = { '1.1': '1.1rc1', '2.0': '2.0rc1', '3.0': '3.0a1' };
const SEVERITIES = ['critical', 'high', 'unknown', 'medium', 'low'] as const;

/** The universe of a seed. */
export function universeOf(seed: number): Universe {
  return new Generator(seed).make();
}

interface Draft {
  readonly name: string;
  readonly versions: readonly string[];
  readonly requires: string[][];
  readonly yanked: Set<number>;
  readonly unknown: Set<number>;
  readonly installableOn: number[][];
}

class Generator {
  readonly #seed: number;
  readonly #random: () => number;
  readonly #targets: readonly string[];
  readonly #drafts: readonly Draft[];
  readonly #lineCount: number;
  /** What each line names today, by position in the versions of its package. */
  readonly #current: readonly number[];
  /** The marker of each line, or nothing. */
  readonly #lineMarkers: readonly string[];
  readonly #advisories: UniverseAdvisory[] = [];
  /** Extras that lines ask for. */
  readonly #asked = new Map<string, string>();

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = seeded(seed * 7919 + 13);
    this.#targets = this.#chance(0.4) ? ['3.11', '3.12'] : ['3.12'];
    const two = this.#targets.length === 2;
    const count = two ? this.#between(3, 5) : this.#between(4, 6);
    this.#lineCount = Math.min(this.#between(two ? 2 : 3, two ? 3 : 4), count - 1);
    this.#lineMarkers = this.#times(this.#lineCount, () =>
      two && this.#chance(0.15) ? '; python_version >= "3.12"' : '',
    );
    this.#drafts = [...'abcdef'.slice(0, count)].map((name) => this.#draft(name, two ? 3 : 4));
    this.#current = this.#drafts.map(({ versions }) =>
      this.#below(Math.max(1, Math.ceil(versions.length / 2))),
    );
  }

  make(): Universe {
    this.#addDependencies();
    if (this.#chance(0.5)) this.#addCap();
    if (this.#chance(0.45)) this.#addExtra();
    this.#addAdvisories();
    if (this.#chance(0.15)) this.#addUnfixable();
    return {
      seed: this.#seed,
      targets: this.#targets,
      packages: this.#drafts.map((draft) => ({ name: draft.name, releases: releasesOf(draft) })),
      lines: this.#lineMarkers.map((marker, i) => this.#line(this.#drafts[i]!, this.#current[i]!, marker)),
      lock: this.#drafts.slice(this.#lineCount).map(({ name, versions }, i) => ({
        name,
        version: versions[this.#current[this.#lineCount + i]!]!,
      })),
      advisories: this.#advisories,
    };
  }

  #draft(name: string, most: number): Draft {
    const versions = this.#chance(0.04) ? ['1.0a1', '1.0b1', '2.0rc1'] : this.#versions(most);
    const everywhere = this.#targets.map((_, target) => target);
    return {
      name,
      versions,
      requires: versions.map(() => []),
      yanked: new Set(versions.flatMap((_, p) => (this.#chance(0.1) ? [p] : []))),
      unknown: new Set(versions.flatMap((_, p) => (this.#chance(0.03) ? [p] : []))),
      installableOn: versions.map(() =>
        this.#chance(0.92) ? everywhere : everywhere.filter(() => this.#chance(0.4)),
      ),
    };
  }

  #versions(most: number): readonly string[] {
    const finals = FINALS.filter(() => this.#chance(0.5)).slice(0, this.#between(2, most));
    return (finals.length < 2 ? ['1.0', '2.0'] : finals).flatMap((version) => {
      const before = PRERELEASES[version];
      return before !== undefined && this.#chance(0.25) ? [before, version] : [version];
    });
  }

  /** Each version asks for packages further down, newer ones more often for newer ones: so one move needs another. */
  #addDependencies(): void {
    for (const [i, draft] of this.#drafts.entries()) {
      for (const later of this.#drafts.slice(i + 1)) {
        if (!this.#chance(0.45)) continue;
        const marker = this.#chance(0.3) ? this.#marker() : '';
        for (const p of draft.versions.keys()) {
          if (this.#chance(0.85)) draft.requires[p]!.push(this.#requirement(draft, later, p, marker));
        }
      }
      // Now and then a circle.
      if (i > 1 && this.#chance(0.05)) draft.requires[0]!.push(this.#drafts[0]!.name);
    }
  }

  #requirement(by: Draft, of: Draft, p: number, marker: string): string {
    const among = of.versions;
    const age = (p / by.versions.length) * among.length + this.#random() * 1.2;
    const version = among[Math.min(among.length - 1, Math.floor(age))]!;
    const specifier = this.#pick([
      ...['>=', '>=', '>=', '>=', '>=', '<=', '==', '!=', '>', '<'].map(
        (operator) => `${operator}${version}`,
      ),
      `~=${version.replace(/(rc|a|b|\.post)\d+$/, '')}`,
      `==${version[0]!}.*`,
      '',
      '',
    ]);
    return `${of.name}${specifier}${marker}`;
  }

  #marker(): string {
    return this.#pick([
      '; python_version < "3.12"',
      '; python_version >= "3.12"',
      '; sys_platform == "win32"',
      '; sys_platform == "linux" and python_version >= "3.12"',
    ]);
  }

  /** A line's older versions hold a transitive package below the version that has no advisory. */
  #addCap(): void {
    const capped = this.#drafts.at(-1)!;
    const parent = this.#drafts[this.#below(this.#lineCount)]!;
    const top = capped.versions.length - 1;
    if (top < 1 || isPrerelease(capped.versions[top]!)) return;
    this.#advise(capped, capped.versions.slice(0, top));
    for (const p of parent.versions.keys()) {
      const frees = p === parent.versions.length - 1 && this.#chance(0.7);
      parent.requires[p]!.push(frees ? capped.name : `${capped.name}<${capped.versions[top]!}`);
    }
  }

  /** Versions that offer an extra, which brings in one more package; a line or a version asks for it. */
  #addExtra(): void {
    const at = this.#below(this.#drafts.length - 1);
    const draft = this.#drafts[at]!;
    const brought = this.#drafts[this.#between(at + 1, this.#drafts.length - 1)]!;
    for (const p of draft.versions.keys()) {
      if (this.#chance(0.85))
        draft.requires[p]!.push(this.#requirement(draft, brought, p, '; extra == "more"'));
    }
    if (this.#chance(0.2)) draft.requires.at(-1)!.push(`${draft.name}[more]; extra == "all"`);
    const asker = at > 0 && this.#chance(0.5) ? this.#drafts[this.#below(at)]! : null;
    const extra = this.#chance(0.8) ? 'more' : 'all';
    for (const p of asker?.versions.keys() ?? []) asker!.requires[p]!.push(`${draft.name}[${extra}]`);
    if (asker === null || this.#chance(0.3)) this.#asked.set(draft.name, extra);
  }

  #addAdvisories(): void {
    for (const [i, draft] of this.#drafts.entries()) {
      if (!this.#chance(i < this.#lineCount ? 0.85 : 0.3)) continue;
      const upTo = this.#between(
        this.#current[i]! + 1,
        Math.max(draft.versions.length - 1, this.#current[i]! + 1),
      );
      this.#advise(draft, draft.versions.slice(0, upTo));
      if (this.#chance(0.1))
        this.#advise(
          draft,
          draft.versions.filter(() => this.#chance(0.4)),
        );
    }
  }

  #addUnfixable(): void {
    const at = this.#below(this.#drafts.length);
    this.#advise(this.#drafts[at]!, this.#drafts[at]!.versions);
  }

  #advise(draft: Draft, affected: readonly string[]): void {
    if (affected.length === 0) return;
    const id = `ADV-${this.#advisories.length + 1}`;
    this.#advisories.push({ id, name: draft.name, severity: this.#pick(SEVERITIES), affected });
  }

  #line(draft: Draft, current: number, marker: string): UniverseLine {
    const version = draft.versions[current]!;
    const extra = this.#asked.get(draft.name);
    const name = extra === undefined ? draft.name : `${draft.name}[${extra}]`;
    const kind = this.#random();
    if (kind < 0.8) return { text: `${name}==${version}${marker}`, current: version };
    if (kind < 0.87) return { text: `${name}==1.0.9${marker}`, current: '1.0.9' };
    const next = draft.versions[current + 1];
    const range = next === undefined || this.#chance(0.5) ? `>=${version}` : `>=${version},<${next}`;
    return { text: `${name}${range}${marker}`, current: version };
  }

  #times<T>(count: number, make: () => T): readonly T[] {
    return Array.from({ length: count }, make);
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #between(low: number, high: number): number {
    return low + this.#below(high - low + 1);
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#below(from.length)]!;
  }
}

export function isPrerelease(version: string): boolean {
  return /\d(a|b|rc)\d/.test(version);
}

function releasesOf(draft: Draft): readonly UniverseRelease[] {
  return draft.versions.map((version, p) => ({
    version,
    requires: draft.requires[p]!,
    yanked: draft.yanked.has(p),
    metadataUnknown: draft.unknown.has(p),
    installableOn: draft.installableOn[p]!,
  }));
}

/**
 * The universe without a lock: what no line names is at its newest today, and newer versions of other packages now and then keep it below
 * that. Without a generator of its own no other seed changes.
 */
export function withCapsOnTheNewest(universe: Universe): Universe {
  const random = seeded(universe.seed * 15_485_863 + 3);
  const lock = universe.lock.map(({ name }) => {
    const { releases } = universe.packages.find((each) => each.name === name)!;
    const finals = releases.filter(({ version, yanked }) => !yanked && !isPrerelease(version));
    return { name, version: (finals.at(-1) ?? releases.at(-1)!).version };
  });
  const names = universe.packages.map(({ name }) => name);
  const capsOf = (by: string): readonly string[] =>
    lock
      .filter(({ name }) => names.indexOf(name) > names.indexOf(by) && random() < 0.5)
      .map(({ name, version }) => (random() < 0.8 ? `${name}<${version}` : `${name}!=${version}`));
  const packages = universe.packages.map(({ name, releases }) => ({
    name,
    releases: releases.map((release, at) =>
      at === 0 ? release : { ...release, requires: [...release.requires, ...capsOf(name)] },
    ),
  }));
  return { ...universe, packages, lock };
}

/** The universe in which what no line names mostly needs the newest of another such package as soon as it is new itself. */
export function withNeedsOfTheNewest(universe: Universe): Universe {
  const random = seeded(universe.seed * 32_452_843 + 5);
  const needsOf = (by: number): readonly string[] =>
    universe.lock.slice(by + 1).flatMap(({ name, version }) => (random() < 0.7 ? `${name}>=${version}` : []));
  const packages = universe.packages.map(({ name, releases }) => {
    const by = universe.lock.findIndex((locked) => locked.name === name);
    if (by === -1) return { name, releases };
    const since = 1 + Math.floor(random() * (releases.length - 1));
    const needs = needsOf(by);
    return {
      name,
      releases: releases.map((release, at) =>
        at < since ? release : { ...release, requires: [...release.requires, ...needs] },
      ),
    };
  });
  return { ...universe, packages };
}

/** The universe with one to three breaks, mostly of packages that come together: without a generator of its own no other seed changes. */
export function withBreaks(universe: Universe): Universe {
  const random = seeded(universe.seed * 104_729 + 7);
  const below = (limit: number): number => Math.floor(random() * limit);
  const side = (): UniverseBreak['provider'] => {
    const { name, releases } = universe.packages[below(universe.packages.length)]!;
    const texts = releases.map(({ version }) => version);
    const from = below(texts.length);
    return { name, versions: texts.slice(from, from + 1 + below(texts.length - from)) };
  };
  const learned = Array.from({ length: 1 + below(3) }, (): UniverseBreak => {
    const provider = side();
    const importer = random() < 0.15 ? null : side();
    const kind = random() < 0.3 ? 'needed' : 'forbidden';
    // Of its own needs a package knows nothing new here: the planner's tests by hand have that.
    return { kind, provider, importer: importer?.name === provider.name ? null : importer };
  });
  return { ...universe, learned };
}
