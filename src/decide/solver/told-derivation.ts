import type { External, Incompatibility } from './incompatibility.ts';

type Derived<C> = Extract<Incompatibility<C>, { kind: 'derived' }>;
/** What is told in place of an incompatibility; null where nothing is. */
type Told<C> = Incompatibility<C> | null;

/**
 * The derivation as it is told: without the facts that go without saying, and without the steps that came of them alone. A step
 * from such a fact and another step is that other step in slightly different words; where a chain then rests on the same step or
 * fact again and again, it is one step, with the last conclusion. As it is where nothing would be left.
 */
export function toldDerivation<C>(
  root: Incompatibility<C>,
  goesWithoutSaying: (fact: External<C>) => boolean,
): Incompatibility<C> {
  const told = new Map<Incompatibility<C>, Told<C>>();
  for (const one of parentsFirst(root))
    told.set(
      one,
      one.kind === 'derived'
        ? toldStep(one, told.get(one.conflict)!, told.get(one.other)!)
        : goesWithoutSaying(one)
          ? null
          : one,
    );
  const last = told.get(root) ?? root;
  return last.kind === 'external' || last.terms === root.terms ? last : { ...last, terms: root.terms };
}

function toldStep<C>(step: Derived<C>, conflict: Told<C>, other: Told<C>): Told<C> {
  if (conflict === step.conflict && other === step.other) return step;
  if (conflict === null || other === null || conflict === other) return conflict ?? other;
  if (other !== step.other && restsOn(conflict, other)) return { ...conflict, terms: step.terms };
  if (conflict !== step.conflict && restsOn(other, conflict)) return { ...other, terms: step.terms };
  return { kind: 'derived', terms: step.terms, conflict, other };
}

function restsOn<C>(step: Incompatibility<C>, on: Incompatibility<C>): step is Derived<C> {
  return step.kind === 'derived' && (step.conflict === on || step.other === on);
}

/** A list and no recursion: derivations may be thousands of steps deep. */
function parentsFirst<C>(root: Incompatibility<C>): readonly Incompatibility<C>[] {
  const order: Incompatibility<C>[] = [];
  const seen = new Set<Incompatibility<C>>();
  const open = [{ one: root, done: false }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { one, done } = next;
    if (done) order.push(one);
    else if (!seen.has(one)) {
      seen.add(one);
      open.push({ one, done: true });
      if (one.kind === 'derived')
        open.push({ one: one.conflict, done: false }, { one: one.other, done: false });
    }
  }
  return order;
}
