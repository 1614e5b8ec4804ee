import { describe as describe_, expect, test } from 'vitest';
import { VersionSet } from '../../domain/version-set.ts';
import { explain } from './explain.ts';
import type { Describe } from './explain.ts';
import type { External, Incompatibility, Term } from './incompatibility.ts';

const describe: Describe<string> = {
  versions: (id, versions) => `p${id}${versions.isFull ? '' : ` ${[...versions.positions()].join('|')}`}`,
  fact: (external) => external.cause,
  goesWithoutSaying: (external) => external.cause === '-',
  assumption: (id) => (id >= 9 ? `wish ${id} must hold` : null),
};

function is(id: number, ...states: readonly number[]): Term {
  return { package: id, states: VersionSet.of(3, ...states) };
}

function fact(cause: string, ...terms: readonly Term[]): External<string> {
  return { kind: 'external', terms, cause };
}

function from(
  conflict: Incompatibility<string>,
  other: Incompatibility<string>,
  ...terms: readonly Term[]
): Incompatibility<string> {
  return { kind: 'derived', terms, conflict, other };
}

test.each<[string, readonly Term[]]>([
  ['p1 0 cannot be used', [is(1, 0)]],
  ['p1 cannot be used', [is(1, 0, 1)]],
  ['p1 0 and p2 1 cannot be used together', [is(1, 0), is(2, 1)]],
  ['p1 0, p2 1 and p3 0 cannot be used together', [is(1, 0), is(2, 1), is(3, 0)]],
  ['p1 1 is needed', [is(1, 0, 2)]],
  ['one of p1 1 or p2 is needed', [is(1, 0, 2), is(2, 2)]],
  ['p1 0 needs p2 1', [is(1, 0), is(2, 0, 2)]],
  ['p1 0 and p2 0 together need p3', [is(1, 0), is(2, 0), is(3, 2)]],
  ['p1 0 cannot be used if wish 9 must hold', [is(1, 0), is(9, 0, 1)]],
  ['p1 0 cannot be used unless wish 9 must hold', [is(1, 0), is(9, 2)]],
])('what an incompatibility says is put as: %s', (clause, terms) => {
  const step = from(fact('X', ...terms), fact('Y', ...terms), ...terms);
  expect(explain(from(step, step), describe).join(' ')).toContain(`Because X and Y, ${clause}. (1)`);
});

test('a single fact is an explanation too', () => {
  expect(explain(fact('nothing is published', is(9, 0)), describe)).toEqual([
    'Because nothing is published, there is no solution.',
  ]);
});

test('a step that is needed twice is told once and named by its number', () => {
  const shared = from(fact('A'), fact('B'), is(1, 0));
  const left = from(shared, fact('C'), is(2, 0));
  const right = from(shared, fact('D'), is(3, 0));
  expect(explain(from(left, right), describe)).toEqual([
    'Because A and B, p1 0 cannot be used. (1)',
    'And because C, p2 0 cannot be used. (2)',
    'Because D and p1 0 cannot be used (1), p3 0 cannot be used.',
    'So, because p2 0 cannot be used (2), there is no solution.',
  ]);
});

test('a second parent that was told within the first is named, not told again', () => {
  const inner = from(fact('A'), fact('B'), is(1, 0));
  const outer = from(inner, fact('C'), is(2, 0));
  expect(explain(from(outer, inner), describe)).toEqual([
    'Because A and B, p1 0 cannot be used. (1)',
    'Because p1 0 cannot be used (1) and C, p2 0 cannot be used.',
    'So, because p1 0 cannot be used (1), there is no solution.',
  ]);
});

describe_('facts that go without saying', () => {
  const same = (): External<string> => fact('-', is(1, 0), is(2, 1, 2));

  test('are not told, nor is what came of them alone', () => {
    const lib = from(fact('A'), fact('B'), is(1, 0));
    const extra = from(lib, same(), is(2, 0));
    const alone = from(same(), same(), is(3, 0));
    expect(explain(from(from(extra, alone, is(2, 0)), fact('C')), describe)).toEqual([
      'Because A and B, p1 0 cannot be used.',
      'So, because C, there is no solution.',
    ]);
  });

  test('leave one step where a chain rests on the same fact time after time', () => {
    const bound = fact('lib stays');
    let step = from(fact('extra is asked for'), from(bound, same(), is(2, 0)), is(2, 0, 2));
    for (const version of [0, 1]) step = from(step, from(bound, same(), is(2, version)), is(1, 0), is(2, 2));
    expect(explain(from(step, fact('C')), describe)).toEqual([
      'Because extra is asked for and lib stays, p1 0 needs p2.',
      'So, because C, there is no solution.',
    ]);
  });

  test('are told where there is nothing else', () => {
    expect(explain(from(same(), same()), describe)).toEqual(['Because -, there is no solution.']);
  });
});

test('what a sentence says twice is said once', () => {
  const step = from(fact('A'), fact('A'), is(1, 0));
  expect(explain(from(from(step, fact('B'), is(2, 0)), fact('B')), describe)).toEqual([
    'Because A, p1 0 cannot be used.',
    'So, because B, there is no solution.',
  ]);
  const alike = { ...describe, versions: () => 'lib' };
  const twice = from(fact('A'), fact('B'), is(1, 0), is(2, 0), is(3, 2), is(4, 2));
  expect(explain(from(twice, twice), alike)[0]).toBe('Because A and B, lib needs lib. (1)');
});

test('the sentence before the last stands by itself, for the last two are often shown alone', () => {
  const one = from(fact('A'), fact('B'), is(1, 0));
  const two = from(from(one, fact('C'), is(2, 0)), fact('D'), is(3, 0));
  const three = from(from(two, fact('E'), is(4, 0)), fact('F'));
  expect(explain(three, describe)).toEqual([
    'Because A and B, p1 0 cannot be used.',
    'Because p1 0 cannot be used and C and D, p3 0 cannot be used.',
    'So, because E and F, there is no solution.',
  ]);
});

test('a derivation of 50,000 steps is told without running out of stack', () => {
  let step: Incompatibility<string> = from(fact('A'), fact('B'), is(1, 0));
  for (let i = 0; i < 50_000; i++) step = from(step, fact(`C${i}`), is(1, 0));
  expect(explain(from(step, fact('D')), describe).length).toBe(25_002);
});
