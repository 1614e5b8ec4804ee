const [BEFORE, AFTER] = ['held by ', ', until it is resumed'] as const;

/** What a rollout waits for while somebody holds it. */
export function heldWords(by: string): string {
  return `${BEFORE}${by}${AFTER}`;
}

/** Who holds it, by what it waits for; null: it waits for something else. The records of rollouts have it in these words alone. */
export function holderIn(what: string): string | null {
  return what.startsWith(BEFORE) && what.endsWith(AFTER) ? what.slice(BEFORE.length, -AFTER.length) : null;
}
