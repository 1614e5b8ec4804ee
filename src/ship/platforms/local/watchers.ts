import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** Those who watch over this process and start it again. They are told the secrets, which no file has. */
export interface Watchers {
  readonly watched: (answer: ServerResponse) => void;
  /** The secrets have changed: what is written here reaches them though this process is killed right after. */
  tell(): void;
  /** There is always one: where it is gone, another is started. */
  keepOne(start: () => Promise<void>, off: AbortSignal): Promise<void>;
  /** It ends as it should: nobody needs to start it again. */
  dismiss(): void;
}

const LOOK_MS = 250;
/** How long one that was started may take to come. */
const LOOKS = 20;

/** `secrets`: by name, as they are at the time. */
export function openWatchers(secrets: ReadonlyMap<string, string>): Watchers {
  const open = new Set<ServerResponse>();
  const tellOne = (answer: ServerResponse): void => {
    answer.write(`${JSON.stringify({ secrets: Object.fromEntries(secrets) })}\n`);
  };
  return {
    watched: (answer) => {
      open.add(answer);
      answer.on('close', () => open.delete(answer));
      answer.writeHead(200, { 'content-type': 'application/json' });
      tellOne(answer);
    },
    tell: () => {
      for (const answer of open) tellOne(answer);
    },
    keepOne: async (start, off) => {
      while (!off.aborted) {
        if (open.size === 0) await start();
        for (let looks = LOOKS; open.size === 0 && looks > 0 && !off.aborted; looks--)
          await setTimeout(LOOK_MS);
        await setTimeout(LOOK_MS);
      }
    },
    dismiss: () => {
      for (const answer of open) answer.end(`${JSON.stringify({ ended: true })}\n`);
    },
  };
}
