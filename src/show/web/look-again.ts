import type { Clock } from '../../io/clock.ts';

const AFTER_A_BUG_MS = 10_000;

/** Does it over and over until it is told to end, each time after as long as it gave itself. A bug in it is told, and the rest goes on. */
export async function lookAgain(
  look: () => Promise<number>,
  { clock, onBug }: { readonly clock: Clock; readonly onBug: (error: unknown) => void },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const ms = await look().catch((error: unknown) => {
      onBug(error);
      return AFTER_A_BUG_MS;
    });
    try {
      await clock.sleep(ms, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
