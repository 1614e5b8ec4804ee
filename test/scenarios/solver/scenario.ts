import { readFileSync } from 'node:fs';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { VersionSet } from '../../../src/domain/version-set.ts';
import type { Describe } from '../../../src/decide/solver/explain.ts';
import type { External, PackageId, Term } from '../../../src/decide/solver/incompatibility.ts';
import type { Outcome } from '../../../src/decide/solver/outcome.ts';
import type { Universe } from '../../../src/decide/solver/universe.ts';

type Table = Record<string, string>;

/** One question to the scenario's solver, in the order of the file, and what is expected. */
export interface Ask {
  /** "keep foo 1": foo stays within the range while it is selected. "avoid foo 1": outside of it. In order. */
  readonly assume?: readonly string[];
  readonly solution?: Table;
  readonly decisions?: number;
  readonly core?: readonly string[];
  readonly because?: readonly string[];
}

interface File {
  readonly story: string;
  readonly needs: Table;
  readonly packages: Readonly<Record<string, Readonly<Record<string, Table>>>>;
  readonly ask: readonly Ask[];
}

/** Why an external incompatibility of a scenario holds: the clause that says so. */
export interface Because {
  readonly text: string;
}

const ROOT = 'the project';
const ON = VersionSet.of(2, 0);

/** A solver's universe written as TOML. Ranges: "*", or comparisons such as ">=1 <2", alternatives by "||". */
export class Scenario implements Universe<Because>, Describe<Because> {
  readonly story: string;
  readonly asks: readonly Ask[];
  readonly rules: External<Because>[] = [];
  readonly #file: File;
  readonly #names: string[];
  readonly #versions: string[][];

  constructor(path: string | URL) {
    this.#file = getStaticTOMLValue(parseTOML(readFileSync(path, 'utf8'))) as unknown as File;
    this.story = this.#file.story;
    this.asks = this.#file.ask;
    this.#names = [ROOT, ...Object.keys(this.#file.packages).sort()];
    this.#versions = this.#names.map((name) =>
      name === ROOT ? ['1'] : Object.keys(this.#file.packages[name]!).sort(compare),
    );
    for (const text of new Set(this.asks.flatMap((ask) => ask.assume ?? []))) this.#addSelector(text);
  }

  /** The root first, then the selectors. */
  assumptions(ask: Ask): readonly Term[] {
    return [ROOT, ...(ask.assume ?? [])].map((name) => ({ package: this.#id(name), states: ON }));
  }

  /** A solution as a table, without root and selectors. */
  table(outcome: Outcome<Because>): Table | null {
    if (outcome.kind !== 'solved') return null;
    const proper = [...outcome.versions].filter(([id]) => this.assumption(id) === null);
    return Object.fromEntries(
      proper.map(([id, version]) => [this.#names[id]!, this.#versions[id]![version]!]),
    );
  }

  versionsOf(id: PackageId): number {
    return this.#versions[id]!.length;
  }

  dependenciesOf(id: PackageId, version: number): readonly External<Because>[] {
    const needs = this.#needs(id, version);
    return Object.entries(needs).map(([name, range]) => {
      const sharing = VersionSet.where(
        this.versionsOf(id) + 1,
        (p) => p < this.versionsOf(id) && this.#needs(id, p)[name] === range,
      );
      const child = this.#id(name);
      const text = `${this.versions(id, sharing.resized(this.versionsOf(id)))} needs ${name}${range === '*' ? '' : ` ${range}`}`;
      const terms = [
        { package: id, states: sharing },
        { package: child, states: this.#within(child, range).complement() },
      ];
      return { kind: 'external', terms, cause: { text } };
    });
  }

  prefer(_id: PackageId, possible: VersionSet): number {
    return possible.last;
  }

  versions(id: PackageId, versions: VersionSet): string {
    const name = this.#names[id]!;
    return id === 0 || versions.isFull ? name : `${name} ${printed(this.#versions[id]!, versions)}`;
  }

  fact(external: External<Because>): string {
    return external.cause.text;
  }

  assumption(id: PackageId): string | null {
    const [verb, name, range] = (this.#names[id] ?? '').split(' ');
    if (id === 0) return 'the project is installed';
    if (verb === 'keep') return `${name!} must stay at ${range!}`;
    return verb === 'avoid' ? `${name!} ${range!} must be avoided` : null;
  }

  nameOf(term: Term): string {
    return this.#names[term.package]!;
  }

  #addSelector(text: string): void {
    const [verb, name, ...range] = text.split(' ');
    const id = this.#names.push(text) - 1;
    this.#versions.push(['1']);
    const of = this.#id(name!);
    const within = this.#within(of, range.join(' '));
    const forbidden =
      verb === 'avoid' ? within : within.complement().minus(VersionSet.of(within.size, within.size - 1));
    const terms = [
      { package: id, states: ON },
      { package: of, states: forbidden },
    ];
    this.rules.push({ kind: 'external', terms, cause: { text: this.assumption(id)! } });
  }

  #needs(id: PackageId, version: number): Table {
    if (id === 0) return this.#file.needs;
    return this.#file.packages[this.#names[id]!]?.[this.#versions[id]![version]!] ?? {};
  }

  #id(name: string): PackageId {
    const id = this.#names.indexOf(name);
    if (id < 0) throw new Error(`the scenario has no package ${name}`);
    return id;
  }

  #within(id: PackageId, range: string): VersionSet {
    const versions = this.#versions[id]!;
    return VersionSet.where(versions.length + 1, (p) => p < versions.length && matches(versions[p]!, range));
  }
}

function matches(version: string, range: string): boolean {
  return range.split('||').some((alternative) =>
    alternative
      .trim()
      .split(/\s+/)
      .every((part) => {
        const [, operator, bound] = /^(>=|<=|>|<|)(.*)$/.exec(part)!;
        const order = bound === '*' ? 0 : compare(version, bound!);
        if (operator === '>=') return order >= 0;
        if (operator === '<=') return order <= 0;
        if (operator === '>') return order > 0;
        return operator === '<' ? order < 0 : order === 0;
      }),
  );
}

function compare(a: string, b: string): number {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Runs of neighbouring versions, each as a range. */
function printed(versions: readonly string[], set: VersionSet): string {
  const runs: string[] = [];
  for (let p = 0; p < set.size; p++) {
    if (!set.has(p) || (p > 0 && set.has(p - 1))) continue;
    let end = p;
    while (end < set.size && set.has(end)) end++;
    if (end === p + 1) runs.push(versions[p]!);
    else if (p === 0) runs.push(`<${versions[end]!}`);
    else runs.push(end === set.size ? `>=${versions[p]!}` : `>=${versions[p]!} <${versions[end]!}`);
  }
  return runs.join(' or ');
}
