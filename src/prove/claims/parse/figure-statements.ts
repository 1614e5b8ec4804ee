import { PAST } from './assertion.ts';
import type { Found } from './found.ts';
import type { Span } from './words.ts';

type Dimension = 'bytes' | 'seconds';

/** An amount or a range of amounts. */
interface Amount extends Span {
  readonly dimension: Dimension;
  readonly from: number;
  readonly to: number;
}

/** IEC 80000-13: kibi and the others are powers of 1024; SI's are of 1000. */
const UNITS: Readonly<Record<string, readonly [Dimension, number]>> = {
  ...{ kb: ['bytes', 1e3], mb: ['bytes', 1e6], gb: ['bytes', 1e9], tb: ['bytes', 1e12] },
  ...{ kib: ['bytes', 2 ** 10], mib: ['bytes', 2 ** 20], gib: ['bytes', 2 ** 30], ki: ['bytes', 2 ** 10] },
  ...{ mi: ['bytes', 2 ** 20], gi: ['bytes', 2 ** 30] },
  ...{ s: ['seconds', 1], sec: ['seconds', 1], second: ['seconds', 1], min: ['seconds', 60] },
  ...{ minute: ['seconds', 60], h: ['seconds', 3600], hour: ['seconds', 3600] },
};
const NUMBER = String.raw`(\d{1,9}(?:\.\d{1,6})?)`;
const UNIT = String.raw`(KB|MB|GB|TB|KiB|MiB|GiB|Ki|Mi|Gi|seconds?|secs?|s|minutes?|mins?|hours?|h)(?![\w/])`;
const AMOUNT = new RegExp(
  String.raw`(?<![\w.,])${NUMBER}\s?(?:${UNIT})?(?:\s*(-|–|—|to|and|→|->|=>)\s*[~≈]?${NUMBER}\s?${UNIT}|(?<=[a-zA-Z])\s+(?:and\s+)?${NUMBER}\s?(s|sec|secs|seconds?|min|minutes?)(?!\w))?`,
  'gi',
);

/** Amounts with a unit, in order. Of "from A to B" it is B: what is so now. */
function amountsIn(text: string): readonly Amount[] {
  return [...text.matchAll(AMOUNT)].flatMap((match): readonly Amount[] => {
    const [all, first, ownUnit, between, second, lastUnit, more, moreUnit] = match;
    const [one, other] = [unitOf(ownUnit ?? lastUnit), unitOf(lastUnit)];
    if (one === null) return [];
    const span = { start: match.index, end: match.index + all.length, dimension: one[0] };
    const base = Number(first) * one[1];
    const last = other === null ? null : Number(second) * other[1];
    const small = unitOf(moreUnit);
    const value = base + (more === undefined || small === null ? 0 : Number(more) * small[1]);
    if (last === null || other![0] !== one[0])
      return [{ ...span, from: Math.round(value), to: Math.round(value) }];
    const moved =
      /→|->|=>/.test(between ?? '') ||
      /\bfrom\s*[~≈]?$/i.test(text.slice(Math.max(0, match.index - 10), match.index));
    return [{ ...span, from: Math.round(moved ? last : base), to: Math.round(last) }];
  });
}

function unitOf(text: string | undefined): readonly [Dimension, number] | null {
  if (text === undefined) return null;
  const unit = text.toLowerCase();
  return UNITS[unit] ?? UNITS[unit.replace(/s$/, '')] ?? null;
}

/** What figures are of, the last of which before a figure it is; others than the first of each are no kind. */
const NOUNS: Readonly<Record<Dimension, RegExp>> = {
  bytes:
    /\b(?:(image)(?! process)|(memory|RAM)|disk|responses?|downloads?|wheels?|files?|cache|logs?|artifacts?|uploads?|payload|database|volume|layers?|swap|bandwidth|repository|model)\b/gi,
  seconds:
    /\b(?:(builds?)(?! machine| server)|start-?up|boot|latency|tests?|timeout|time-out|requests?|responses?|cold start|deploy\w*|imports?|queries|query|runs?|job|downtime|install\w*|loading)\b/gi,
};
const NEED =
  /\b(?:needs?|requires?|required|requirements?|recommend\w*|minimum|at least|wants|memory ?(?::|limit|footprint of)|RAM ?:)/i;
const LESSENED =
  /^\s*(?:smaller|less|larger|bigger|more|faster|slower|shorter|saved|free|in total saved|of (?:disk|space|savings))\b/i;

/** `image-size`, `build-time` and `memory` in the words of a sentence. */
export function figureStatements(text: string): readonly Found[] {
  if (PAST.test(text) && !/\bnow\b/i.test(text)) return [];
  const amounts = amountsIn(text);
  return amounts.flatMap((amount, at): readonly Found[] => {
    const kind = kindOf(text, amount, amounts[at - 1]?.end ?? 0);
    if (kind === null) return [];
    const { from, to, start, end } = amount;
    return [{ statement: { kind, from, to }, start, end }];
  });
}

function kindOf(
  text: string,
  { start, end, dimension }: Amount,
  since: number,
): 'image-size' | 'build-time' | 'memory' | null {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  if (LESSENED.test(after) || /\b(?:by|(?:down|up) from|instead of|than|of the)\s*[~≈]?$/i.test(before))
    return null;
  if (dimension === 'bytes' && /^\s*(?:of )?(?:memory|RAM)\b/i.test(after))
    return NEED.test(before) ? 'memory' : null;
  const noun = [...before.matchAll(NOUNS[dimension])].at(-1);
  if (noun === undefined || (noun.index < since && !/\bfrom\b/.test(before.slice(since)) && since > 0))
    return null;
  if (dimension === 'seconds') return noun[1] === undefined ? null : 'build-time';
  if (noun[1] !== undefined) return 'image-size';
  return noun[2] !== undefined && NEED.test(text) ? 'memory' : null;
}
