import { describe, expect, it } from 'vitest';
import { PageRoom, type Place } from './page-room.ts';

const MB = 1 << 20;

/** As many as there is room for now, of `count`. */
async function entering(room: PageRoom, count: number): Promise<{ places: Place[]; all: Promise<Place[]> }> {
  const places: Place[] = [];
  const all = Promise.all(
    Array.from({ length: count }, async () => {
      const place = await room.enter();
      places.push(place);
      return place;
    }),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return { places, all };
}

describe('room for pages', () => {
  it('is there for hundreds of small ones at once', async () => {
    const room = new PageRoom();
    for (let at = 0; at < 100; at++) {
      const place = await room.enter();
      place.holds(2000);
      place.leave();
    }
    expect((await entering(room, 500)).places).toHaveLength(500);
  });

  it('is there for few large ones, and for the next as each is read', async () => {
    const room = new PageRoom();
    const first = await room.enter();
    first.holds(8 * MB);
    first.leave();
    const { places, all } = await entering(room, 10);
    expect(places).toHaveLength(3);
    places[0]!.holds(4 * MB);
    await new Promise((resolve) => setImmediate(resolve));
    expect(places).toHaveLength(3);
    for (let at = 0; at < 10; at++) {
      if (at > 0) places[at]!.holds(4 * MB);
      places[at]!.leave();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await all).toHaveLength(10);
  });

  it('is there for one that is larger than all of it, alone', async () => {
    const room = new PageRoom();
    const first = await room.enter();
    first.holds(90 * MB);
    const { places } = await entering(room, 2);
    expect(places).toHaveLength(0);
    first.leave();
    await new Promise((resolve) => setImmediate(resolve));
    expect(places).toHaveLength(1);
    // Without an answer.
    places[0]!.leave();
    await new Promise((resolve) => setImmediate(resolve));
    expect(places).toHaveLength(2);
  });
});
