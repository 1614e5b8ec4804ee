import type { Dependency } from '../../domain/dependency.ts';
import type { PackageName } from '../../domain/package-name.ts';
import { targetText } from '../../domain/target.ts';
import type { Target } from '../../domain/target.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { Metadata, PackageIndex, PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { External, PackageId, Term } from '../solver/incompatibility.ts';
import type { Solved } from '../solver/outcome.ts';
import type { Universe } from '../solver/universe.ts';
import { AskAlong } from './ask-along.ts';
import type { Cause } from './cause.ts';
import type { LearnedFacts } from './learned.ts';
import type { Line, Rules } from './line.ts';
import type { Held } from './lock-hold.ts';
import { LockedMetadata } from './locked-metadata.ts';
import { Nodes } from './node.ts';
import { Pages } from './pages.ts';
import { obstaclesOf } from './obstacles.ts';
import { Overrides } from './overrides.ts';
import { Permissions } from './permissions.ts';
import type { Rule, StepBackFrom } from './rule.ts';
import { Ties } from './ties.ts';

type PackageNode = { readonly name: PackageName; readonly extra: string | null; readonly target: number };

export interface GraphOptions {
  readonly rules: Rules;
  readonly index: PackageIndex;
  readonly targets: readonly Target[];
  readonly prereleases: boolean;
  /** What a lock has on each target; absent: nothing has been locked. */
  readonly held?: readonly (Held | null)[];
  /** How each target is told apart in a sentence ("in api"); absent: by its own text, where there are several. */
  readonly targetNames?: readonly string[];
}

/** Which version to try first, of those that are still possible. */
export type Preference = (published: PublishedPackage, target: number, possible: VersionSet) => number;

/**
 * A service's dependency graph on all of its targets at once, as the solver's universe. Facts are made from the index as they are
 * asked for; each is true whatever the project's lines say, so what is learned from them serves every later solve.
 */
export class Graph implements Universe<Cause> {
  readonly rules: Rules;
  readonly targets: readonly Target[];
  readonly nodes = new Nodes();
  readonly pages: Pages;
  readonly overrides = new Overrides();
  preference: Preference;
  /** What verification learned, once planning has begun; null: nothing. */
  learned: LearnedFacts | null = null;
  /** Candidates that were asked for and whose metadata could not be had: they count as having no known dependencies. */
  readonly unknownMetadata = new Map<PackageName, Map<number, string>>();
  /** Candidates whose metadata breaks the rules and was read as it was meant. */
  readonly lenientMetadata = new Map<PackageName, Set<number>>();
  /** Extras that a candidate was asked for and lacks: "name[extra]". Allowed, with a warning (as pip and uv do). */
  readonly missingExtras = new Set<string>();
  /** Conditions that a target does not decide; they count as holding. */
  readonly undecided = new Set<string>();
  /** Direct references of packages, which no index is asked about: by "name version" of who asks, then by text. */
  readonly directReferences = new Map<string, Map<string, Dependency>>();
  readonly #options: GraphOptions;
  readonly #permissions: Permissions;
  readonly #locked: LockedMetadata;
  readonly #hardFacts = new Map<PackageId, readonly External<Cause>[]>();
  /** For each package and requirement text, the versions known to have it: they share one incompatibility. */
  readonly #sharedBy = new Map<PackageId, Map<string, VersionSet>>();
  readonly #ties = new Ties((name, target, versions) => this.at(name, target, versions));
  readonly #along = new AskAlong();
  /** What `dependencies` said, by target and extra, of each metadata: the walk ahead, the solver and the lock each ask. */
  readonly #decided = new Map<string, WeakMap<Metadata, readonly Dependency[]>>();

  constructor(options: GraphOptions) {
    this.#options = options;
    this.rules = options.rules;
    this.targets = options.targets;
    this.pages = new Pages(options.index);
    this.#locked = new LockedMetadata(options);
    this.#permissions = new Permissions(this.nodes, options.rules, options.prereleases);
    this.preference = (_published, _target, possible) => possible.last;
  }

  versionsOf(id: PackageId): number | Promise<number> {
    const node = this.nodes.node(id);
    if (node.kind === 'selector') return 1;
    const page = this.pages.get(node.name);
    return page instanceof Promise ? page.then(versionCount) : versionCount(page);
  }

  prefer(id: PackageId, possible: VersionSet): number {
    const node = this.nodes.node(id);
    if (node.kind === 'selector') return 0;
    this.#along.thinksOf(id, possible);
    return this.preference(this.#published(node.name), node.target, possible);
  }

  dependenciesOf(
    id: PackageId,
    version: number,
  ): readonly External<Cause>[] | Promise<readonly External<Cause>[]> {
    const node = this.nodes.node(id);
    if (node.kind === 'selector') return [];
    const published = this.#published(node.name);
    const bounds = this.#boundsOf(id, node, published);
    if (bounds.some((fact) => fact.terms.length === 1 && fact.terms[0]!.states.has(version))) return bounds;
    const metadata = this.metadata(published, version, node.target);
    if (metadata instanceof Promise) {
      this.#along.waitFor(
        id,
        version,
        (possible) => this.preference(published, node.target, possible),
        published.installable(this.targets[node.target]!),
        (next) => this.metadata(published, next, node.target),
      );
      return metadata.then((m) => this.#asked(id, node, published, version, m));
    }
    return this.#asked(id, node, published, version, metadata);
  }

  /** What every solve assumes of permissions, as it stands now: the same list as long as `grants` does not rise. */
  permissionTerms(): readonly Term[] {
    return this.#permissions.terms;
  }

  /** Rises with every grant: what was solved under an earlier count must be solved again. */
  get grants(): number {
    return this.#permissions.grants;
  }

  /** The rules of permissions that were not taken yet. */
  takeNewRules(): readonly External<Cause>[] {
    return this.#permissions.takeNewRules();
  }

  /** Forbids what a solution took up though nobody asks for it; `grants` rises where there is any. */
  expelUnasked(solved: Solved): void {
    this.#permissions.expelUnasked(solved, (id) => {
      const node = this.nodes.node(id);
      return node.kind === 'selector' ? 1 : this.#published(node.name).versions.length;
    });
  }

  /** A term for "this package at one of these versions" (never "not selected"). */
  at(name: PackageName, target: number, versions: VersionSet, extra: string | null = null): Term {
    return { package: this.nodes.package(name, target, extra), states: versions.resized(versions.size + 1) };
  }

  /** Lets a line's own text permit the pre-releases or the yanked pin that it names, while `by` holds. */
  grantByLine(line: Line, by: Term): void {
    for (const at of line.targets)
      this.#permissions.grant(line.requirement.dependency, by, line.published, at, this.targets[at]!);
  }

  /** Lets in the version that the project's lock has, whatever it is. */
  grantByLock(name: PackageName, position: number, target: number): void {
    this.#permissions.grantVersion(this.#published(name), position, target, this.targets[target]!);
  }

  /** A line asks for a package or an extra, while `by` holds. */
  askedByLine(id: PackageId, by: Term): void {
    this.#permissions.asked(id, by);
  }

  /** While `on` holds, the package of a rule does not go back on a target but where a bound asks for it. */
  forbidStepBack(rule: Rule, target: number, from: StepBackFrom, on: Term): void {
    this.#permissions.forbidStepBack(rule, target, from, on);
  }

  /** Whether a solution goes back where a rule forbids it and no bound asks for it. */
  goesBackUncalled(rule: Rule, solved: Solved): boolean {
    return this.#permissions.goesBackUncalled(rule, solved);
  }

  /** Holds a pin to one version on all the targets on which it counts, while `by` holds. */
  tie(line: Line, by: Term): void {
    this.#ties.add(line, by);
  }

  /** What a known version asks for on a target, conditions already decided. To be asked once the overrides are known. */
  dependencies(metadata: Metadata, target: number, extra: string | null): readonly Dependency[] {
    if (metadata.kind === 'unknown') return [];
    const key = extra === null ? String(target) : `${target} ${extra}`;
    let decided = this.#decided.get(key);
    if (decided === undefined)
      this.#decided.set(key, (decided = new WeakMap<Metadata, readonly Dependency[]>()));
    const known = decided.get(metadata);
    if (known !== undefined) return known;
    const dependencies = metadata.dependencies
      .filter((dependency) => this.#counts(dependency, target, extra))
      .map((dependency) => this.overrides.applied(dependency, target));
    decided.set(metadata, dependencies);
    return dependencies;
  }

  /** "on CPython 3.12, …": which target a sentence speaks of; "" where there is but one. */
  whereText(target: Target): string {
    const name = this.#options.targetNames?.[this.targets.indexOf(target)];
    if (name !== undefined) return name;
    return this.targets.length === 1 ? '' : `on ${targetText(target)}`;
  }

  /** Takes over what another graph over the same index has noted of the metadata that it read. */
  learnFrom({ unknownMetadata, lenientMetadata }: Graph): void {
    for (const [name, known] of unknownMetadata)
      for (const [version, why] of known) this.#noteUnknown(name, version, why);
    for (const [name, known] of lenientMetadata)
      this.lenientMetadata.set(name, new Set([...(this.lenientMetadata.get(name) ?? []), ...known]));
  }

  metadata(published: PublishedPackage, version: number, target: number): Metadata | Promise<Metadata> {
    const metadata = this.#options.index.metadata(published, version, this.targets[target]!);
    return this.#locked.of(published, version, target, metadata);
  }

  /** What forbids versions of the package itself: no distribution, a permission that nobody gives. */
  #boundsOf(id: PackageId, node: PackageNode, published: PublishedPackage): readonly External<Cause>[] {
    if (node.extra !== null) return [];
    const permissions = this.#permissions.of(published, node.target, this.targets[node.target]!);
    return [
      ...this.#hardFactsOf(id, node, published),
      ...permissions.flatMap((permission) => permission.rules()),
    ];
  }

  #hardFactsOf(id: PackageId, node: PackageNode, published: PublishedPackage): readonly External<Cause>[] {
    const known = this.#hardFacts.get(id);
    if (known !== undefined) return known;
    const { target, name } = node;
    const where = this.targets[target]!;
    const facts = obstaclesOf(published, where).map((obstacle): External<Cause> => ({
      kind: 'external',
      terms: [this.at(name, target, obstacle.versions)],
      cause: { kind: 'not-installable', obstacle, name, target: where },
    }));
    this.#hardFacts.set(id, facts);
    return facts;
  }

  #asked(
    id: PackageId,
    node: PackageNode,
    published: PublishedPackage,
    version: number,
    metadata: Metadata,
  ): readonly External<Cause>[] | Promise<readonly External<Cause>[]> {
    if (metadata.kind === 'unknown') this.#noteUnknown(node.name, version, metadata.why);
    else if (metadata.lenient === true) {
      const known = this.lenientMetadata.get(node.name) ?? new Set();
      this.lenientMetadata.set(node.name, known.add(version));
    }
    const dependencies = this.dependencies(metadata, node.target, node.extra);
    const learned = node.extra === null ? this.learned : null;
    const waiting = this.pages.load([
      ...dependencies.map((dependency) => dependency.name),
      ...(learned?.providersOf(node.name) ?? []),
    ]);
    const make = (): readonly External<Cause>[] => [
      ...this.#boundsOf(id, node, published),
      ...(node.extra === null
        ? this.#ties.facts(node.name, node.target, VersionSet.of(published.versions.length, version))
        : []),
      ...this.#sameVersionAsBase(id, node, published, version, metadata),
      ...dependencies.flatMap((dependency) =>
        this.#dependencyFacts(id, node, published, version, dependency),
      ),
      ...(learned?.factsOf(node.name, node.target) ?? []),
    ];
    return waiting === undefined ? make() : waiting.then(make);
  }

  #sameVersionAsBase(
    id: PackageId,
    node: PackageNode,
    published: PublishedPackage,
    version: number,
    metadata: Metadata,
  ): readonly External<Cause>[] {
    if (node.extra === null) return [];
    if (metadata.kind === 'known' && !metadata.extras.includes(node.extra)) {
      this.missingExtras.add(`${node.name}[${node.extra}] ${published.versions[version]!.text}`);
    }
    const count = published.versions.length;
    const only = VersionSet.of(count, version);
    const base = this.at(node.name, node.target, only);
    const extra = { package: id, states: only.resized(count + 1) };
    this.#permissions.asked(base.package, extra);
    return [
      {
        kind: 'external',
        terms: [extra, { package: base.package, states: base.states.complement() }],
        cause: { kind: 'extra', name: node.name, extra: node.extra },
      },
    ];
  }

  #dependencyFacts(
    id: PackageId,
    node: PackageNode,
    published: PublishedPackage,
    version: number,
    dependency: Dependency,
  ): readonly External<Cause>[] {
    if (dependency.url !== null) {
      const by = `${node.name} ${published.versions[version]!.text}`;
      const known = this.directReferences.get(by) ?? new Map<string, Dependency>();
      this.directReferences.set(by, known.set(dependency.text, dependency));
      return [];
    }
    const sharing = this.#sharing(id, published, version, dependency.text);
    const parent = { package: id, states: sharing.resized(sharing.size + 1) };
    const page = this.pages.loaded(dependency.name);
    const matching = page === null ? VersionSet.none(0) : page.matching(dependency.specifier);
    if (page !== null) {
      this.#permissions.grant(dependency, parent, page, node.target, this.targets[node.target]!);
      if (dependency.name !== node.name)
        this.#permissions.capped(this.nodes.package(dependency.name, node.target), dependency.text, {
          parent: node.name,
          by: parent,
          admits: matching,
        });
    }
    const cause: Cause = {
      kind: 'dependency',
      parent: node.name,
      extra: node.extra,
      dependency,
      target: this.targets[node.target]!,
    };
    return [null, ...dependency.extras].flatMap((extra) => {
      const child = this.at(dependency.name, node.target, matching, extra);
      if (child.package === id) return [];
      this.#permissions.asked(child.package, parent);
      return [
        {
          kind: 'external' as const,
          terms: [parent, { package: child.package, states: child.states.complement() }],
          cause,
        },
      ];
    });
  }

  #sharing(id: PackageId, published: PublishedPackage, version: number, text: string): VersionSet {
    const texts = this.#sharedBy.get(id) ?? new Map<string, VersionSet>();
    this.#sharedBy.set(id, texts);
    const only = VersionSet.of(published.versions.length, version);
    const shared = texts.get(text)?.union(only) ?? only;
    texts.set(text, shared);
    return shared;
  }

  #noteUnknown(name: PackageName, version: number, why: string): void {
    const known = this.unknownMetadata.get(name) ?? new Map<number, string>();
    known.set(version, why);
    this.unknownMetadata.set(name, known);
  }

  #counts(dependency: Dependency, target: number, extra: string | null): boolean {
    const { condition } = dependency;
    if (condition === null) return extra === null;
    const where = this.targets[target]!;
    const plain = this.rules.applies(condition, where, []);
    const decision =
      extra === null || plain === 'yes' ? plain : this.rules.applies(condition, where, [extra]);
    if (decision === 'unknown') this.undecided.add(condition.text);
    return extra === null ? plain !== 'no' : plain === 'no' && decision !== 'no';
  }

  #published(name: PackageName): PublishedPackage {
    const page = this.pages.loaded(name);
    if (page === null) throw new Error(`no index has ${name}: none of its versions can be asked for`);
    return page;
  }
}

function versionCount(page: PublishedPackage | null): number {
  return page?.versions.length ?? 0;
}
