import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { ImportOutcome } from '../imports/import-check.ts';
import type { Blame } from './blame.ts';
import { blame } from './blame-import.ts';
import type { BlameNeeds } from './blame-needs.ts';
import { breakId, learn } from './learn.ts';

/** What one round of imports taught. */
export interface Lesson {
  /** Of each import that failed, in their order. */
  readonly blames: readonly { readonly outcome: ImportOutcome; readonly blame: Blame }[];
  /** Each once, by id. */
  readonly learned: readonly LearnedBreak[];
}

/** Blames every failed import, and learns each pair once however many imports it broke. */
export async function learnFrom(outcomes: readonly ImportOutcome[], needs: BlameNeeds): Promise<Lesson> {
  const blames: Lesson['blames'][number][] = [];
  const learned = new Map<string, LearnedBreak>();
  for (const outcome of outcomes) {
    const found = await blame(outcome, needs);
    if (found === null) continue;
    blames.push({ outcome, blame: found });
    if (found.kind === 'pair' && !learned.has(breakId(found)))
      learned.set(breakId(found), await learn(found, needs));
  }
  return { blames, learned: [...learned.values()] };
}
