import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Of new objects: two halves of 4 MB, or of 8 where they have doubled between two looks. Left to itself V8 goes on to 16, which is no quicker. */
const LARGEST_YOUNG_BYTES = 8 * 2 ** 20;
const LOOK_MS = 25;
/** What has not grown by then is a service that waits. */
const LOOKS = 60_000 / LOOK_MS;

/**
 * For commands that may ask the network, whose memory is mostly pages that have been read and let go: V8 collects before there is nearly
 * twice as much, as it would, and its space of new objects is held. What asks no network has few of them, and would only wait for the
 * collecting. With less than this, collecting takes more than the rest gives back (docs/performance.md).
 */
export function collectSooner(): void {
  setFlagsFromString('--heap-growing-percent=50');
  // Of threads that are begun later: they have work for all of their room (io/node-workers.ts) and begin with it, for holding is for all alike.
  setFlagsFromString('--min-semi-space-size=16');
  let looks = 0;
  const looking = setInterval(() => {
    const isLarge = youngBytes() >= LARGEST_YOUNG_BYTES;
    if (isLarge) setFlagsFromString('--semi-space-growth-factor=1');
    if (isLarge || ++looks >= LOOKS) clearInterval(looking);
  }, LOOK_MS);
  looking.unref();
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}
