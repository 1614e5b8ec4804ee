import type { Dependency } from '../../domain/dependency.ts';
import { importedText } from '../../domain/learned-break.ts';
import type { Target } from '../../domain/target.ts';
import type { VersionSet } from '../../domain/version-set.ts';
import { explain } from '../solver/explain.ts';
import type { Describe } from '../solver/explain.ts';
import type { External, Incompatibility, PackageId, Term } from '../solver/incompatibility.ts';
import type { Cause } from './cause.ts';
import type { Graph } from './graph.ts';
import { levelText, placeText, ruleText, versionsText } from './wording.ts';

/** A derivation in words, one sentence a step. `targets` left unsaid: for what is told of several of them at once. */
export function prose(
  graph: Graph,
  derivation: Incompatibility<Cause>,
  targets: 'said' | 'unsaid' = 'said',
): readonly string[] {
  return explain(derivation, new Wording(graph, targets === 'said'));
}

class Wording implements Describe<Cause> {
  readonly #graph: Graph;
  readonly #saysTargets: boolean;

  constructor(graph: Graph, saysTargets: boolean) {
    this.#graph = graph;
    this.#saysTargets = saysTargets;
  }

  versions(id: PackageId, versions: VersionSet): string {
    const node = this.#graph.nodes.node(id);
    if (node.kind === 'selector') return node.says;
    const name = node.extra === null ? node.name : `${node.name}[${node.extra}]`;
    const published = this.#graph.pages.loaded(node.name);
    return published === null ? name : versionsText(name, published, versions);
  }

  assumption(id: PackageId): string | null {
    const node = this.#graph.nodes.node(id);
    return node.kind === 'selector' ? node.says : null;
  }

  /** That an extra is its package at the same version is true of every version of every package. */
  goesWithoutSaying({ cause }: External<Cause>): boolean {
    return cause.kind === 'extra';
  }

  fact({ cause, terms }: External<Cause>): string {
    switch (cause.kind) {
      case 'line':
        return `the project asks for ${cause.requirement.dependency.writtenName} (${placeText(cause.requirement)})`;
      case 'level':
        return levelText(cause.requirement, cause.size);
      case 'same-line':
        return `${cause.requirement.dependency.writtenName} is one line for all targets`;
      case 'dependency':
        return `${this.#nounOf(terms[0]!)} needs ${this.#asked(cause)}${this.#on(cause.target)}`;
      case 'extra':
        return `${cause.name}[${cause.extra}] is ${cause.name} at the same version`;
      case 'not-installable':
        return this.#notInstallable(cause, terms[0]!);
      case 'not-permitted':
        return cause.what === 'prerelease'
          ? `pre-releases of ${cause.name} count only where a requirement names one`
          : `yanked versions of ${cause.name} count only where they are pinned`;
      case 'unasked':
        return `${cause.name} comes in only where something asks for it`;
      case 'new-line':
        return `a new line asks for ${cause.name}`;
      case 'learned':
        return this.#learned(cause, terms);
      case 'rule':
        return this.#rule(cause.rule, terms);
    }
  }

  #notInstallable(
    { name, target, obstacle }: Extract<Cause, { kind: 'not-installable' }>,
    term: Term,
  ): string {
    const why = this.#saysTargets ? obstacle.why() : obstacle.offers();
    return term.states.count === term.states.size - 1
      ? `no version of ${name} can be installed${this.#on(target)} (${why})`
      : `${this.#nounOf(term)} cannot be installed${this.#on(target)} (${why})`;
  }

  /** Terms: that it counts, who imports (but for the service's own sources), what of the provider. */
  #learned({ learned, target }: Extract<Cause, { kind: 'learned' }>, terms: readonly Term[]): string {
    const what = importedText(learned);
    const [importer, provider] = [terms[1]!, terms.at(-1)!];
    const needed = learned.kind === 'needed';
    if (learned.importer === null)
      return `the service imports ${what}, for which it needs ${this.#nounOf(complementOf(provider))}${this.#on(target)}`;
    if (terms.length === 2) return `${this.#nounOf(importer)} does not import (${what} is missing)`;
    return needed
      ? `${this.#nounOf(importer)} needs ${this.#nounOf(complementOf(provider))} to import ${what}${this.#on(target)}`
      : `${this.#nounOf(importer)} does not import with ${this.#nounOf(provider)} (no ${what} in it)`;
  }

  #rule(rule: Extract<Cause, { kind: 'rule' }>['rule'], terms: readonly Term[]): string {
    const term = terms[1]!;
    const every = term.states.count === term.states.size - 1;
    const noun = every ? `every version of ${rule.name}` : this.#nounOf(term);
    if (rule.why.kind === 'advisory')
      return `${noun} is ${howSurely(rule.why.possibly, term)}affected by ${rule.why.advisory.id}`;
    if (rule.why.kind === 'needs-build') return `${noun} has no wheel for the target`;
    if (rule.why.kind === 'unknown-metadata') return `what ${noun} needs is unknown`;
    if (rule.why.kind === 'lenient-metadata') return `${noun} has metadata that pip refuses`;
    if (rule.why.kind === 'yanked') return `${noun} was yanked`;
    if (rule.why.kind === 'project-range')
      return `${noun} does not run on every Python that the project is locked for (${rule.why.range})`;
    if (rule.why.kind === 'learned')
      return `${noun} does not give ${importedText(rule.why.learned)} (which the service imports)`;
    return ruleText(rule);
  }

  #asked({ dependency, target }: Extract<Cause, { kind: 'dependency' }>): string {
    const { overrides, targets } = this.#graph;
    const by = overrides.of(dependency.name, targets.indexOf(target));
    return `${this.#askedOf(dependency)}${by === null ? '' : `, whose version ${placeText(by)} overrides`}`;
  }

  #askedOf(dependency: Dependency): string {
    const extras = dependency.extras.length === 0 ? '' : `[${dependency.extras.join(',')}]`;
    const published = this.#graph.pages.loaded(dependency.name);
    const asked = `${dependency.name}${extras}${dependency.specifier.text}`;
    if (published === null) return `${asked}, which no index has`;
    return published.matching(dependency.specifier).isEmpty
      ? `${asked}, of which no version is published`
      : asked;
  }

  #nounOf(term: Term): string {
    const { size } = term.states;
    return this.versions(term.package, term.states.resized(size - 1));
  }

  /** The target is named only where there are several. */
  #on(target: Target): string {
    const where = this.#saysTargets ? this.#graph.whereText(target) : '';
    return where === '' ? '' : ` ${where}`;
  }
}

function complementOf({ package: id, states }: Term): Term {
  return { package: id, states: states.complement() };
}

/** Nothing is called affected of which the records only leave it open. */
function howSurely(possibly: VersionSet | undefined, { states }: Term): string {
  if (possibly === undefined) return '';
  const open = states.resized(possibly.size).intersect(possibly);
  if (open.isEmpty) return '';
  return open.count === states.resized(possibly.size).count ? 'possibly ' : 'affected or possibly ';
}
