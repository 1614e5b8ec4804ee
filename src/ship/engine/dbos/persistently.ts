import { setTimeout } from 'node:timers/promises';
import { isPassing } from '../postgres/database-problems.ts';

const PAUSE_MS = 200;

/** Does it again while the database does not answer and `mayGoOn`; other errors are passed on. What it does may be done twice. */
export async function persistently<T>(work: () => Promise<T>, mayGoOn: () => boolean): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || !mayGoOn()) throw error;
      await setTimeout(PAUSE_MS);
    }
  }
}
