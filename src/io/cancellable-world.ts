import type { World } from './world.ts';

/** Work was given up by whoever asked for it. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/**
 * The same world, in which nothing is begun any more once `isOver` says so: whatever reads, asks or runs then throws `GivenUp`, what runs
 * already is ended, and what was asked is no longer waited for. Writes are never cut off.
 */
export function cancellable(world: World, signal: AbortSignal, isOver: () => boolean): World {
  const check = (): void => {
    if (isOver()) throw new GivenUp('the work was given up');
  };
  const { http, files, processes } = world;
  const givenUp = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => isOver() && reject(new GivenUp('the work was given up')), {
      once: true,
    });
  });
  // Where nothing is waited for, nobody hears of it.
  givenUp.catch(() => undefined);
  return {
    ...world,
    http: {
      close: () => http.close(),
      prepare: () => http.prepare?.(),
      request: async (request) => {
        check();
        return Promise.race([http.request(request), givenUp]);
      },
    },
    files: {
      ...files,
      read: async (path, maxBytes) => {
        check();
        return files.read(path, maxBytes);
      },
    },
    processes: {
      ...processes,
      run: async (request) => {
        check();
        return processes.run(request);
      },
      start: (request) => {
        check();
        const running = processes.start(request);
        const end = (): void => running.kill('SIGKILL');
        signal.addEventListener('abort', end, { once: true });
        const done = (): void => signal.removeEventListener('abort', end);
        void running.ended.then(done, done);
        return running;
      },
    },
  };
}
