import type { Dependency, Specifier } from '../../domain/dependency.ts';
import type { LockEdge } from '../../domain/lock-file.ts';
import type { Metadata, PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { GraphOptions } from './graph.ts';

type Known = Extract<Metadata, { readonly kind: 'known' }>;

/**
 * Metadata of versions that a lock has. Where it only says what a build asked for elsewhere (a `setup.py` looks at the machine), the
 * lock knows better: its tool built the version for those whom the lock is for. What is asked for is then what the lock says, at the
 * versions that the metadata says, as far as it speaks of the name.
 */
export class LockedMetadata {
  readonly #held: NonNullable<GraphOptions['held']>;
  readonly #targets: GraphOptions['targets'];
  readonly #rules: GraphOptions['rules'];
  /** By target: one metadata stays one object, for what is worked out of it is kept with it. */
  readonly #told: readonly WeakMap<Metadata, Metadata>[];

  constructor({ held, targets, rules }: Pick<GraphOptions, 'held' | 'targets' | 'rules'>) {
    this.#held = held ?? [];
    this.#targets = targets;
    this.#rules = rules;
    this.#told = targets.map(() => new WeakMap());
  }

  of(
    { name, versions }: PublishedPackage,
    position: number,
    target: number,
    metadata: Metadata | Promise<Metadata>,
  ): Metadata | Promise<Metadata> {
    const entry = this.#held[target]?.packages.get(name);
    if (entry === undefined || entry.asks === null || entry.version.text !== versions[position]!.text)
      return metadata;
    const { asks } = entry;
    const told = (known: Metadata): Metadata =>
      known.kind === 'known' && known.asBuiltElsewhere === true ? this.#once(known, asks, target) : known;
    return metadata instanceof Promise ? metadata.then(told) : told(metadata);
  }

  #once(known: Known, asks: readonly LockEdge[], target: number): Metadata {
    const before = this.#told[target]!.get(known);
    if (before !== undefined) return before;
    const told = { ...known, dependencies: this.#dependencies(known, asks, target) };
    this.#told[target]!.set(known, told);
    return told;
  }

  #dependencies({ dependencies }: Known, asks: readonly LockEdge[], target: number): readonly Dependency[] {
    const own = asks.filter(({ extra }) => extra === null);
    const locked = new Set(own.map(({ name }) => name));
    const noted = new Set(dependencies.map(({ name }) => name));
    const counts = ({ condition }: Dependency): boolean =>
      this.#rules.applies(condition, this.#targets[target]!, []) !== 'no';
    return [
      ...dependencies.filter((dependency) => locked.has(dependency.name) || !counts(dependency)),
      ...own.filter(({ name }) => !noted.has(name)).map((edge) => this.#dependencyOf(edge)),
    ];
  }

  #dependencyOf({ name, extras, condition }: LockEdge): Dependency {
    const specifier = this.#rules.parseSpecifier('') as Specifier;
    const text = condition === null ? name : `${name}; ${condition.text}`;
    return { name, writtenName: name, extras, specifier, condition, url: null, text };
  }
}
