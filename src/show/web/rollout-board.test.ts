import { expect, it } from 'vitest';
import { UserFacingError } from '../../domain/errors.ts';
import { RolloutBoard } from './rollout-board.ts';
import type { RolloutSource } from './rollout-source.ts';

/** An engine whose next answer is this error. */
function boardOver(error: Error): { readonly board: RolloutBoard; readonly closed: () => number } {
  let closed = 0;
  const source: RolloutSource = {
    name: 'an engine',
    list: () => Promise.resolve([]),
    read: () => Promise.reject(error),
    tell: () => Promise.reject(error),
    keepWorking: () => Promise.resolve(),
    close: () => Promise.resolve(void closed++),
  };
  return {
    board: new RolloutBoard(
      () => Promise.resolve(source),
      () => undefined,
    ),
    closed: () => closed,
  };
}

it('takes an engine that is away for that, and reaches it anew', async () => {
  const { board, closed } = boardOver(
    new UserFacingError('engine-unavailable', 'the database is away', { outside: true }),
  );
  await board.look();
  expect(await board.read('shop-1')).toBeNull();
  expect([board.engine(), closed()]).toEqual([{ problem: 'the database is away' }, 1]);
  await board.look();
  expect(board.engine()).toEqual({ name: 'an engine' });
});

it('lets a bug be one, whatever code its error has', async () => {
  const bug = Object.assign(new TypeError('of fettle'), { code: 'ERR_INVALID_ARG_TYPE' });
  const { board, closed } = boardOver(bug);
  await board.look();
  await expect(board.read('shop-1')).rejects.toBe(bug);
  expect([board.engine(), closed()]).toEqual([{ name: 'an engine' }, 0]);
});
