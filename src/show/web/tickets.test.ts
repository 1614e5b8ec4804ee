import { expect, it } from 'vitest';
import { Tickets } from './tickets.ts';

const USE = { session: 's', rollout: 'shop-1', action: 'hold', stage: null } as const;

it('is good for ten minutes, and no longer', () => {
  let now = Date.UTC(2026, 10, 27, 9);
  const tickets = new Tickets({ now: () => new Date(now) });
  const [early, late] = [tickets.give(USE, 'state'), tickets.give(USE, 'state')];
  now += 10 * 60_000;
  expect(tickets.take(early, USE, 'state')).toBeNull();
  now += 1;
  expect(tickets.take(late, USE, 'state')).toBe('the time of the ticket is over');
  // With the next one that is given, those whose time is over are forgotten.
  tickets.give(USE, 'state');
  expect(tickets.take(late, USE, 'state')).toBe('there is no such ticket, or its time is over');
});

it('is kept of a session up to 400 times, the youngest', () => {
  const tickets = new Tickets({ now: () => new Date(0) });
  const other = tickets.give({ ...USE, session: 'another' }, 'state');
  const given = Array.from({ length: 401 }, () => tickets.give(USE, 'state'));
  expect(tickets.take(given[0]!, USE, 'state')).not.toBeNull();
  expect(tickets.take(given[1]!, USE, 'state')).toBeNull();
  expect(tickets.take(other, { ...USE, session: 'another' }, 'state')).toBeNull();
});
