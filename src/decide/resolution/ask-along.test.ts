import { expect, it } from 'vitest';
import { VersionSet } from '../../domain/version-set.ts';
import { AskAlong } from './ask-along.ts';

const SIZE = 300;
const ALL = VersionSet.all(SIZE);
const newest = (possible: VersionSet): number => possible.last;

/** Versions asked for along, wait by wait; a version is known from when it was asked for. */
function asker(): { ask: (version: number) => unknown; asked: number[] } {
  const known = new Set<number>();
  const asked: number[] = [];
  const ask = (version: number): unknown => {
    if (known.has(version)) return 'known';
    known.add(version);
    asked.push(version);
    return Promise.resolve();
  };
  return { ask, asked };
}

it('asks for more with every wait, those first that the search would take next', () => {
  const along = new AskAlong();
  const { ask, asked } = asker();
  along.thinksOf(1, VersionSet.of(SIZE, 3, 250, 260, 270));
  along.waitFor(1, 270, newest, ALL, ask);
  expect(asked).toEqual([]);
  along.waitFor(1, 270, newest, ALL, ask);
  expect(asked).toEqual([260]);
  along.waitFor(1, 270, newest, ALL, ask);
  expect(asked).toEqual([260, 250, 3, 269]);
});

it('asks below a version that has none left beside it: packages that move in step give one after the other', () => {
  const along = new AskAlong();
  const { ask, asked } = asker();
  let waits = 0;
  for (let version = SIZE - 1; version >= 0; version--) {
    if (asked.includes(version)) continue;
    waits++;
    along.thinksOf(1, VersionSet.of(SIZE, version));
    ask(version);
    along.waitFor(1, version, newest, ALL, ask);
  }
  expect(waits).toBeLessThan(15);
});

it('counts only what is not known already', () => {
  const along = new AskAlong();
  const { ask, asked } = asker();
  for (let version = 200; version < SIZE; version++) ask(version);
  along.thinksOf(1, VersionSet.range(SIZE, 150, SIZE));
  along.waitFor(1, 199, newest, ALL, ask);
  along.waitFor(1, 199, newest, ALL, ask);
  expect(asked.slice(100)).toEqual([198]);
});

it('asks for nothing that cannot be installed', () => {
  const along = new AskAlong();
  const { ask, asked } = asker();
  for (let wait = 0; wait < 6; wait++) along.waitFor(1, 100, newest, VersionSet.of(SIZE, 40, 50), ask);
  expect(asked).toEqual([50, 40]);
});
