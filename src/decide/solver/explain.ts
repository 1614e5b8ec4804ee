import type { Incompatibility } from './incompatibility.ts';
import { conclusionOf } from './conclusion.ts';
import type { Describe } from './conclusion.ts';
import { toldDerivation } from './told-derivation.ts';

export type { Describe } from './conclusion.ts';

type Derived<C> = Extract<Incompatibility<C>, { kind: 'derived' }>;

/**
 * The derivation of an unsolvable outcome as prose, one sentence a step, each following from facts and from sentences
 * before it (PubGrub's error reporting). A step that is used more than once is told once, with a number "(1)" at its end,
 * by which later sentences name it. The sentence before the last stands by itself: the two are often shown alone.
 */
export function explain<C>(derivation: Incompatibility<C>, describe: Describe<C>): readonly string[] {
  const told = toldDerivation(derivation, (fact) => describe.goesWithoutSaying?.(fact) ?? false);
  if (told.kind === 'external')
    return [`Because ${describe.fact(told)}, ${conclusionOf(derivation, derivation, describe)}.`];
  return new Explanation(told, describe).sentences();
}

interface Sentence {
  readonly text: string;
  /** The same without leaning on the sentences before it. */
  readonly alone: string;
}

class Explanation<C> {
  readonly #root: Derived<C>;
  readonly #describe: Describe<C>;
  readonly #sentences: Sentence[] = [];
  readonly #numbers = new Map<Incompatibility<C>, number>();
  readonly #uses: ReadonlyMap<Incompatibility<C>, number>;
  /** What is still to be told, next last. A list and no recursion: derivations may be thousands of steps deep. */
  readonly #pending: (() => void)[] = [];

  constructor(root: Derived<C>, describe: Describe<C>) {
    this.#root = root;
    this.#describe = describe;
    this.#uses = countUses(root);
  }

  sentences(): readonly string[] {
    this.#tell(this.#root, false);
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) next();
    return this.#sentences.map(({ text, alone }, at) => (at === this.#sentences.length - 2 ? alone : text));
  }

  /** Plans the sentences for a step: those that it rests on first, then its own. */
  #tell(step: Derived<C>, numbered: boolean): void {
    const { conflict, other } = step;
    if (conflict.kind === 'derived' && other.kind === 'derived')
      this.#fromTwo(step, conflict, other, numbered);
    else if (conflict.kind === 'derived') this.#fromOne(step, conflict, other, numbered);
    else if (other.kind === 'derived') this.#fromOne(step, other, conflict, numbered);
    else this.#begin(step, numbered, conflict, other);
  }

  #fromTwo(step: Derived<C>, a: Derived<C>, b: Derived<C>, numbered: boolean): void {
    const told = [a, b].find((parent) => this.#numbers.has(parent));
    const untold = [a, b].find((parent) => !this.#numbers.has(parent));
    if (untold === undefined) this.#begin(step, numbered, a, b);
    else if (told !== undefined) {
      this.#then(
        () => this.#tell(untold, false),
        () => this.#goOn(step, numbered, [untold], told),
      );
    } else {
      const [first, second] = isOneSentence(a) && !isOneSentence(b) ? [b, a] : [a, b];
      const short = isOneSentence(second);
      this.#then(
        () => this.#tell(first, !short),
        () => this.#afterFirst(step, first, second, numbered),
      );
    }
  }

  /** The first parent of two has been told just now, and perhaps the second within it. */
  #afterFirst(step: Derived<C>, first: Derived<C>, second: Derived<C>, numbered: boolean): void {
    const named = this.#numbers.has(first) ? [first] : [];
    if (this.#numbers.has(second)) {
      if (named.length > 0) this.#begin(step, numbered, first, second);
      else this.#goOn(step, numbered, [first], second);
      return;
    }
    this.#then(
      () => this.#tell(second, false),
      () => this.#goOn(step, numbered, named.length > 0 ? [second] : [first, second], ...named),
    );
  }

  #fromOne(step: Derived<C>, derived: Derived<C>, fact: Incompatibility<C>, numbered: boolean): void {
    if (this.#numbers.has(derived)) {
      this.#begin(step, numbered, fact, derived);
      return;
    }
    const middle = this.#skippable(derived);
    this.#then(
      () => this.#tell(middle?.derived ?? derived, false),
      () =>
        this.#goOn(
          step,
          numbered,
          [middle?.derived ?? derived],
          ...(middle === null ? [fact] : [middle.fact, fact]),
        ),
    );
  }

  /** A step from one fact and one step, used only here: its fact can be named in the next sentence instead. */
  #skippable(step: Derived<C>): { readonly derived: Derived<C>; readonly fact: Incompatibility<C> } | null {
    if (this.#uses.get(step)! > 1) return null;
    const { conflict, other } = step;
    const [derived, fact] = conflict.kind === 'derived' ? [conflict, other] : [other, conflict];
    if (derived.kind !== 'derived' || fact.kind === 'derived' || this.#numbers.has(derived)) return null;
    return { derived, fact };
  }

  #begin(step: Derived<C>, numbered: boolean, ...reasons: readonly Incompatibility<C>[]): void {
    this.#write(step, numbered, 'Because', reasons, reasons);
  }

  /** A sentence that follows from what was told just `before` it, and from more. */
  #goOn(
    step: Derived<C>,
    numbered: boolean,
    before: readonly Derived<C>[],
    ...more: readonly Incompatibility<C>[]
  ): void {
    const opening = step === this.#root ? 'So, because' : 'And because';
    this.#write(step, numbered, more.length === 0 ? 'Thus' : opening, more, [...before, ...more]);
  }

  #write(
    step: Derived<C>,
    numbered: boolean,
    opening: string,
    reasons: readonly Incompatibility<C>[],
    all: readonly Incompatibility<C>[],
  ): void {
    const conclusion = conclusionOf(step, this.#root, this.#describe);
    const start = reasons.length === 0 ? opening : `${opening} ${this.#reasons(reasons)}`;
    const alone = `Because ${this.#reasons(all)}`;
    let end = '.';
    if (numbered || this.#uses.get(step)! > 1) {
      this.#numbers.set(step, this.#numbers.size + 1);
      end = `. (${this.#numbers.size})`;
    }
    this.#sentences.push({ text: `${start}, ${conclusion}${end}`, alone: `${alone}, ${conclusion}${end}` });
  }

  /** What two of them say alike is said once. */
  #reasons(reasons: readonly Incompatibility<C>[]): string {
    return [...new Set(reasons.map((reason) => this.#reason(reason)))].join(' and ');
  }

  #reason(incompatibility: Incompatibility<C>): string {
    if (incompatibility.kind === 'external') return this.#describe.fact(incompatibility);
    const conclusion = conclusionOf(incompatibility, this.#root, this.#describe);
    const number = this.#numbers.get(incompatibility);
    return number === undefined ? conclusion : `${conclusion} (${number})`;
  }

  #then(...tasks: readonly (() => void)[]): void {
    this.#pending.push(...tasks.toReversed());
  }
}

function isOneSentence<C>({ conflict, other }: Derived<C>): boolean {
  return conflict.kind === 'external' && other.kind === 'external';
}

function countUses<C>(root: Derived<C>): Map<Incompatibility<C>, number> {
  const uses = new Map<Incompatibility<C>, number>([[root, 1]]);
  const pending: Derived<C>[] = [root];
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    for (const parent of [step.conflict, step.other]) {
      const before = uses.get(parent) ?? 0;
      uses.set(parent, before + 1);
      if (before === 0 && parent.kind === 'derived') pending.push(parent);
    }
  }
  return uses;
}
