/** Some that are told in one entry. */
export type Alike<T> = readonly [T, ...T[]];

/** Those of which the same is said (`told`, of plain values), each group where its first one stands. */
export function alikeBy<T>(all: readonly T[], told: (one: T) => readonly unknown[]): readonly Alike<T>[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const key = JSON.stringify(told(one));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}
