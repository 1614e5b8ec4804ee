import { expect, it } from 'vitest';
import { rolloutWorld, stageOf } from '../../ship/rollout/rollout-world.test-double.ts';
import { markdownRollout } from '../report/markdown-rollout.ts';
import { paintFor } from '../terminal/paint.ts';
import { rolloutDetails, rolloutsScreen } from '../terminal/rollout-screen.ts';
import { heldOf, possibleActions, rolloutRow } from './rollout-row.ts';

it('a rollout that is held while it waits for approval is shown as held: in the list, by itself and on the page', async () => {
  const stages = [stageOf('staging'), stageOf('production', { approval: true })];
  const world = rolloutWorld({ settings: { stages } });
  const id = await world.deploy('well 1');
  await world.until(id, ({ waiting }) => waiting !== null);
  await world.command(id, { kind: 'hold', by: 'bea' });
  await world.settle(120_000);
  const held = await world.read(id);
  const screen = { paint: paintFor(false), width: 120, verbose: false };
  const now = new Date(held.updatedAt);
  expect(rolloutsScreen([held], now, screen)).toContain('is held by bea, until it is resumed · production');
  expect(rolloutDetails(held, now, screen)).toMatch(/^is held by bea, until it is resumed/m);
  expect(markdownRollout(held)).toContain('It is held by bea, until it is resumed');
  expect(heldOf(held)?.by).toBe('bea');
  expect(rolloutRow(held)).toMatchObject({
    ...{ status: 'waiting', waitsFor: 'production', now: 'is held by bea, until it is resumed' },
  });
  expect(possibleActions(held).map(({ kind }) => kind)).toEqual(['approve', 'resume', 'rollback']);
});
