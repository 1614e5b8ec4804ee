import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkCore } from '../../../src/decide/solver/check-core.ts';
import { explain } from '../../../src/decide/solver/explain.ts';
import type { Outcome } from '../../../src/decide/solver/outcome.ts';
import { Solver } from '../../../src/decide/solver/solver.ts';
import { Scenario } from './scenario.ts';
import type { Ask, Because } from './scenario.ts';

const HERE = new URL('.', import.meta.url);
const names = readdirSync(HERE)
  .filter((file) => file.endsWith('.toml'))
  .map((file) => file.replace('.toml', ''));
const guide = readFileSync(new URL('../../../docs/solver.md', import.meta.url), 'utf8');

function open(name: string): { scenario: Scenario; solver: Solver<Because> } {
  const scenario = new Scenario(new URL(`${name}.toml`, HERE));
  const solver = new Solver(scenario);
  for (const rule of scenario.rules) solver.add(rule);
  return { scenario, solver };
}

function expectAnswer(scenario: Scenario, ask: Ask, outcome: Outcome<Because>): void {
  if (ask.solution !== undefined) expect(scenario.table(outcome)).toEqual(ask.solution);
  if (ask.decisions !== undefined) expect(outcome).toMatchObject({ decisions: ask.decisions });
  if (ask.core === undefined) return;
  if (outcome.kind !== 'unsolvable') throw new Error(`expected no solution, found ${outcome.kind}`);
  expect(outcome.core.map((term) => scenario.nameOf(term))).toEqual(ask.core);
  expect(explain(outcome.derivation, scenario)).toEqual(ask.because);
}

describe.each(names)('%s', (name) => {
  test('its questions, put to one solver in this order, get these answers', async () => {
    const { scenario, solver } = open(name);
    for (const ask of scenario.asks) {
      const outcome = await solver.solve(scenario.assumptions(ask));
      expectAnswer(scenario, ask, outcome);
      if (outcome.kind === 'unsolvable') await checkCore(solver, outcome);
    }
  });
});

/** "### name" begins a worked example; its blocks of text are what the solver says. */
const examples = guide
  .split(/^### /m)
  .slice(1)
  .map((section) => ({ name: section.split('\n')[0]!.replaceAll('`', '').trim(), section }))
  .filter(({ name }) => names.includes(name));

test('docs/solver.md works at least six of these scenarios', () => {
  expect(examples.length).toBeGreaterThanOrEqual(6);
});

test.each(examples)('docs/solver.md tells $name as the solver does', ({ name, section }) => {
  const { scenario } = open(name);
  const text = section.replace(/\s+/g, ' ');
  for (const sentence of scenario.asks.flatMap((ask) => ask.because ?? [])) expect(text).toContain(sentence);
  for (const { solution } of scenario.asks) {
    if (solution === undefined) continue;
    const versions = Object.entries(solution).map(([id, version]) => `${id} ${version}`);
    expect(text).toContain(`-> ${versions.join(', ')}`);
  }
});
