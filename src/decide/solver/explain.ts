import type { Incompatibility } from './incompatibility.ts';
import { conclusionOf } from './conclusion.ts';
import type { Describe } from './conclusion.ts';

export type { Describe } from './conclusion.ts';

type Derived<C> = Extract<Incompatibility<C>, { kind: 'derived' }>;

/**
 * The derivation of an unsolvable outcome as prose, one sentence a step, each following from facts and from sentences
 * before it (PubGrub's error reporting). A step that is used more than once is told once, with a number "(1)" at its end,
 * by which later sentences name it.
 */
export function explain<C>(derivation: Incompatibility<C>, describe: Describe<C>): readonly string[] {
  if (derivation.kind === 'external')
    return [`Because ${describe.fact(derivation)}, ${conclusionOf(derivation, derivation, describe)}.`];
  return new Explanation(derivation, describe).sentences();
}

class Explanation<C> {
  readonly #root: Derived<C>;
  readonly #describe: Describe<C>;
  readonly #sentences: string[] = [];
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
    return this.#sentences;
  }

  /** Plans the sentences for a step: those that it rests on first, then its own. */
  #tell(step: Derived<C>, numbered: boolean): void {
    const { conflict, other } = step;
    if (conflict.kind === 'derived' && other.kind === 'derived')
      this.#fromTwo(step, conflict, other, numbered);
    else if (conflict.kind === 'derived') this.#fromOne(step, conflict, other, numbered);
    else if (other.kind === 'derived') this.#fromOne(step, other, conflict, numbered);
    else this.#write(step, numbered, 'Because', conflict, other);
  }

  #fromTwo(step: Derived<C>, a: Derived<C>, b: Derived<C>, numbered: boolean): void {
    const told = [a, b].find((parent) => this.#numbers.has(parent));
    const untold = [a, b].find((parent) => !this.#numbers.has(parent));
    if (untold === undefined) this.#write(step, numbered, 'Because', a, b);
    else if (told !== undefined) {
      this.#then(
        () => this.#tell(untold, false),
        () => this.#write(step, numbered, this.#and(step), told),
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
      this.#write(step, numbered, named.length > 0 ? 'Because' : this.#and(step), ...named, second);
      return;
    }
    this.#then(
      () => this.#tell(second, false),
      () => this.#write(step, numbered, named.length > 0 ? this.#and(step) : 'Thus', ...named),
    );
  }

  #fromOne(step: Derived<C>, derived: Derived<C>, fact: Incompatibility<C>, numbered: boolean): void {
    if (this.#numbers.has(derived)) {
      this.#write(step, numbered, 'Because', fact, derived);
      return;
    }
    const middle = this.#skippable(derived);
    this.#then(
      () => this.#tell(middle?.derived ?? derived, false),
      () => this.#write(step, numbered, this.#and(step), ...(middle === null ? [fact] : [middle.fact, fact])),
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

  #write(
    step: Derived<C>,
    numbered: boolean,
    opening: string,
    ...reasons: readonly Incompatibility<C>[]
  ): void {
    const because = reasons.map((reason) => this.#reason(reason)).join(' and ');
    const conclusion = conclusionOf(step, this.#root, this.#describe);
    const start = because === '' ? opening : `${opening} ${because}`;
    let end = '.';
    if (numbered || this.#uses.get(step)! > 1) {
      this.#numbers.set(step, this.#numbers.size + 1);
      end = `. (${this.#numbers.size})`;
    }
    this.#sentences.push(`${start}, ${conclusion}${end}`);
  }

  #reason(incompatibility: Incompatibility<C>): string {
    if (incompatibility.kind === 'external') return this.#describe.fact(incompatibility);
    const conclusion = conclusionOf(incompatibility, this.#root, this.#describe);
    return `${conclusion} (${this.#numbers.get(incompatibility)!})`;
  }

  #and(step: Derived<C>): string {
    return step === this.#root ? 'So, because' : 'And because';
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
