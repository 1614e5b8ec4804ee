import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventStream } from './event-stream.ts';
import type { RolloutRow } from './page-api.ts';

const ROW = { id: 'shop-1' } as RolloutRow;

let stream: EventStream;
beforeEach(() => {
  stream = new EventStream('now', () => [ROW]);
});
afterEach(() => stream.close());

/** What a page is told that comes back with the id of the last event that it saw, up to now. */
async function toldAfter(lastId: string | undefined): Promise<string> {
  const body = stream.open('a session', lastId)!;
  stream.endSession('a session');
  return new Response(body).text();
}

it('tells who comes back what was missed, and nothing twice', async () => {
  stream.tell({ kind: 'runs' });
  stream.tell({ kind: 'rollout', row: ROW });
  stream.tell({ kind: 'services' });
  expect(await toldAfter('now-1')).toBe(
    `retry: 2000\n\nid: now-2\nevent: rollout\ndata: {"id":"shop-1"}\n\nid: now-3\nevent: services\ndata: {}\n\n`,
  );
  expect(await toldAfter('now-3')).toBe('retry: 2000\n\n');
  expect(await toldAfter(undefined)).toBe('retry: 2000\n\n');
});

it('tells all anew to who was away for too long, or comes from another start or from the future', async () => {
  for (let count = 0; count < 300; count++) stream.tell({ kind: 'runs' });
  for (const id of ['now-1', 'before-299', 'now-301', 'now-x', '']) {
    const told = await toldAfter(id);
    expect(told.match(/^event: .*$/gm)).toEqual(['event: runs', 'event: services', 'event: rollout']);
    expect(told.match(/^id: now-300$/gm)).toHaveLength(3);
  }
});
