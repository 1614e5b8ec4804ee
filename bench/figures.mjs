const MEGABYTE = 1e6;

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What runs took: median, least and most. */
export function spreadOf(numbers) {
  return { median: median(numbers), least: Math.min(...numbers), most: Math.max(...numbers) };
}

/** An aim of a row. `of`: what is held against `limit`, which is the most that it may be (the least, where `atLeast`). */
export function aim(of, limit, { atLeast = false } = {}) {
  return { of, limit, atLeast };
}

/**
 * A row of the table about seconds. `mine` and `theirs.costs` are what each run cost, in the order of the rounds, so that the runs at one
 * place were made one after the other: their ratios have a spread of their own. What takes long has fewer. `theirs` null: nothing is beside it.
 */
export function timeRow({ part, what, mine, theirs = null, aim: held = null, note = null }) {
  const pairs = (theirs?.costs ?? []).slice(0, mine.length).map((cost, at) => [mine[at], cost]);
  const processor = median(mine.map((cost) => cost.processor));
  return judged({
    ...{ part, what, unit: 's', mine: spreadOf(mine.map((cost) => cost.wall)) },
    peer: theirs?.name ?? null,
    theirs: theirs === null ? null : spreadOf(theirs.costs.map((cost) => cost.wall)),
    ratios: theirs === null ? null : spreadOf(pairs.map(([one, other]) => one.wall / other.wall)),
    processor,
    theirProcessor: theirs === null ? null : median(theirs.costs.map((cost) => cost.processor)),
    peak: peakOf(mine),
    theirPeak: theirs === null ? null : peakOf(theirs.costs),
    ...{ runs: mine.length, theirRuns: theirs?.costs.length ?? null, aim: held, note },
  });
}

/** A row about one figure that is no time: megabytes, a share, a number of lines. */
export function figureRow({
  part,
  what,
  unit,
  mine,
  peer = null,
  theirs = null,
  runs,
  aim: held = null,
  note = null,
}) {
  const told = (value) => (value === null ? null : { median: value, least: value, most: value });
  return judged({
    ...{ part, what, unit, mine: told(mine), peer, theirs: told(theirs) },
    ratios: theirs === null || theirs === 0 ? null : told(mine / theirs),
    ...{
      processor: null,
      theirProcessor: null,
      peak: null,
      theirPeak: null,
      runs,
      theirRuns: null,
      aim: held,
      note,
    },
  });
}

/** The largest of all runs, in megabytes (10^6 bytes). */
export function peakOf(costs) {
  return Math.max(...costs.map((cost) => cost.peakBytes)) / MEGABYTE;
}

/** A row about the peak of runs, which another row tells the seconds of. */
export function peakRow({ part, what, mine, theirs = null, aim: held = null, note = null }) {
  return figureRow({
    ...{ part, what, unit: 'MB', mine: peakOf(mine), runs: mine.length, aim: held, note },
    peer: theirs?.name ?? null,
    theirs: theirs === null ? null : peakOf(theirs.costs),
  });
}

function judged(row) {
  if (row.aim === null) return { ...row, met: null };
  const held = { ratio: ratioOf, difference: differenceOf, value: ({ mine }) => mine.median }[row.aim.of](
    row,
  );
  return { ...row, met: row.aim.atLeast ? held >= row.aim.limit : held <= row.aim.limit };
}

/** Of the medians. */
export function ratioOf({ mine, theirs }) {
  return theirs === null || theirs.median === 0 ? null : mine.median / theirs.median;
}

function differenceOf({ mine, theirs }) {
  return mine.median - theirs.median;
}

/** The rows that `measured` gives; where it throws, one row that says so: a program that fails is a result, and the rest is measured. */
export async function orFailed({ part, what }, say, measured) {
  try {
    return await measured();
  } catch (error) {
    say(`${what}: ${error.message}`);
    const why = error.message.split('\n').find((line) => line.startsWith('ended with')) ?? error.message;
    return [
      {
        ...{ part, what, unit: 's', mine: null, peer: null, theirs: null, ratios: null, processor: null },
        ...{
          theirProcessor: null,
          peak: null,
          theirPeak: null,
          runs: 0,
          theirRuns: null,
          aim: null,
          met: false,
        },
        note: `failed: ${why.replaceAll(/\s+/g, ' ')}`,
      },
    ];
  }
}
