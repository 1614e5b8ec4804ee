import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VersionSet } from './version-set.ts';

/** Two sets of the same size beside the plain sets that they must behave as. */
const pair = fc.integer({ min: 0, max: 100 }).chain((size) => {
  const positions = fc.subarray(Array.from({ length: size }, (_, i) => i));
  return fc.tuple(fc.constant(size), positions, positions);
});

const sorted = (set: VersionSet): number[] => [...set.positions()];

test('set algebra agrees with plain sets of positions', () => {
  fc.assert(
    fc.property(pair, ([size, a, b]) => {
      const [x, y] = [VersionSet.of(size, ...a), VersionSet.of(size, ...b)];
      const all = Array.from({ length: size }, (_, i) => i);
      expect(sorted(x.union(y))).toEqual(all.filter((p) => a.includes(p) || b.includes(p)));
      expect(sorted(x.intersect(y))).toEqual(all.filter((p) => a.includes(p) && b.includes(p)));
      expect(sorted(x.minus(y))).toEqual(all.filter((p) => a.includes(p) && !b.includes(p)));
      expect(sorted(x.complement())).toEqual(all.filter((p) => !a.includes(p)));
      expect(x.isSubsetOf(y)).toBe(a.every((p) => b.includes(p)));
      expect(x.intersects(y)).toBe(a.some((p) => b.includes(p)));
      expect(x.lastIn(y)).toBe(a.filter((p) => b.includes(p)).at(-1) ?? -1);
      expect(x.equals(y)).toBe(a.join() === b.join());
    }),
  );
});

test('counts, ends and equality are those of the positions', () => {
  fc.assert(
    fc.property(pair, ([size, a]) => {
      const set = VersionSet.of(size, ...a);
      expect(set.count).toBe(a.length);
      expect(set.isEmpty).toBe(a.length === 0);
      expect(set.isFull).toBe(a.length === size);
      expect(set.first).toBe(a[0] ?? -1);
      expect(set.last).toBe(a.at(-1) ?? -1);
      expect(set.single).toBe(a.length === 1 ? a[0] : -1);
      expect(set.complement().complement().equals(set)).toBe(true);
      expect(set.complement().complement().hash).toBe(set.hash);
      expect(sorted(set.resized(size + 40))).toEqual(a);
      expect(sorted(set.resized(size >> 1))).toEqual(a.filter((p) => p < size >> 1));
    }),
  );
});

test('a range holds the positions from its start up to its end', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.nat(100), fc.nat(100), (a, b, more) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      const size = end + more;
      expect(sorted(VersionSet.range(size, start, end))).toEqual(
        Array.from({ length: end - start }, (_, i) => start + i),
      );
    }),
  );
});

test('several ranges hold what each of them holds, also where they overlap', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { maxLength: 5 }), (ranges) => {
      const each = ranges.map(([start, end]) => VersionSet.range(101, start, end));
      const together = each.reduce((all, one) => all.union(one), VersionSet.none(101));
      expect(sorted(VersionSet.ranges(101, ranges))).toEqual(sorted(together));
    }),
  );
});

test('sets of different packages are never mixed up silently', () => {
  expect(() => VersionSet.all(3).union(VersionSet.all(40))).toThrow(RangeError);
  expect(() => VersionSet.all(3).isSubsetOf(VersionSet.all(4))).toThrow(RangeError);
  expect(() => VersionSet.of(3, 3)).toThrow(RangeError);
});
