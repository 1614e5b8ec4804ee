/** What reading one version answered. */
export type Answer = 'yes' | 'no' | 'unknown';

export interface SurveyLimits {
  /** Versions that are read, at most. */
  readonly most: number;
  readonly atOnce: number;
}

export const SURVEY_LIMITS: SurveyLimits = { most: 40, atOnce: 6 };

/**
 * Finds where an answer changes over `count` versions in order, from one (`start`) whose answer is known: first those near to it and
 * farther and farther away, and both ends; then the middle of each stretch whose ends answer differently, nearest to the start first,
 * until every change lies between two neighbours or `most` versions were read.
 */
export async function survey(
  count: number,
  start: { readonly at: number; readonly answer: Answer },
  read: (at: number) => Promise<Answer>,
  limits: SurveyLimits = SURVEY_LIMITS,
): Promise<ReadonlyMap<number, Answer>> {
  const answers = new Map<number, Answer>([[start.at, start.answer]]);
  let next = firstLook(count, start.at);
  let left = limits.most;
  while (next.length > 0 && left > 0) {
    const batch = next.slice(0, Math.min(limits.atOnce, left));
    left -= batch.length;
    const found = await Promise.all(batch.map(read));
    batch.forEach((at, i) => answers.set(at, found[i]!));
    const rest = next.slice(batch.length);
    next = rest.length > 0 ? rest : middles(answers, start.at);
  }
  return answers;
}

/** 1, 2, 4, … below and above, lower first, and both ends. */
export function firstLook(count: number, start: number): readonly number[] {
  const looked: number[] = [];
  for (let step = 1; step < count; step *= 2) looked.push(start - step, start + step);
  return [...new Set([...looked, 0, count - 1])].filter((at) => at >= 0 && at < count && at !== start);
}

function middles(answers: ReadonlyMap<number, Answer>, start: number): readonly number[] {
  const told = [...answers].filter(([, answer]) => answer !== 'unknown').sort(([a], [b]) => a - b);
  return told
    .slice(1)
    .flatMap(([end, answer], i) => {
      const [from, other] = told[i]!;
      const middle = answer === other ? null : unreadMiddle(answers, from, end);
      return middle === null ? [] : [middle];
    })
    .sort((a, b) => Math.abs(a - start) - Math.abs(b - start));
}

/** The unread one nearest to the middle; null where all in between were read. */
function unreadMiddle(answers: ReadonlyMap<number, Answer>, from: number, end: number): number | null {
  const middle = (from + end) >> 1;
  for (let off = 0; off <= end - from; off++)
    for (const at of [middle - off, middle + off]) if (at > from && at < end && !answers.has(at)) return at;
  return null;
}

/** Of those that were not read, the ones that stand between two read ones which both gave this answer, with no other answer between. */
export function between(answers: ReadonlyMap<number, Answer>, answer: Answer): readonly number[] {
  const read = [...answers].sort(([a], [b]) => a - b);
  return read.slice(1).flatMap(([end, last], i) => {
    const [from, first] = read[i]!;
    if (first !== answer || last !== answer) return [];
    return Array.from({ length: end - from - 1 }, (_, n) => from + 1 + n);
  });
}
