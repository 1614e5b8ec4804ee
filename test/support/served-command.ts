import { startCommand } from './run-command.ts';
import type { RunningCommand } from './run-command.ts';

/** `fettle serve` as a process of its own, which answers. */
export interface ServedCommand extends RunningCommand {
  readonly origin: string;
  /** The address that it printed, with the token in its fragment. */
  readonly address: string;
  readonly token: string;
}

/** Where a server has its data and its cache, and what it serves. */
export interface ServedFolders {
  readonly root: string;
  readonly data: string;
  readonly cache: string;
}

export function startServe(folders: ServedFolders, flags: readonly string[]): RunningCommand {
  return startCommand(['serve', ...flags], folders.root, {
    ...{ FETTLE_DATA_DIR: folders.data, FETTLE_CACHE_DIR: folders.cache, LANG: 'C.UTF-8' },
  });
}

/** Waits until it has printed its address. `listen`: any free port of loopback, unless it is to come back where it was. */
export async function servedCommand(
  folders: ServedFolders,
  flags: readonly string[] = [],
  listen = '127.0.0.1:0',
): Promise<ServedCommand> {
  const running = startServe(folders, ['--listen', listen, ...flags]);
  let printed = '';
  const address = await new Promise<string>((resolve, reject) => {
    running.child.stdout!.on('data', (part: Buffer) => {
      printed += part.toString();
      const [found] = /http:\S+#token=\S+/.exec(printed) ?? [];
      if (found !== undefined) resolve(found);
    });
    void running.result.then(({ stderr }) => reject(new Error(stderr)));
  });
  const { origin, hash } = new URL(address);
  return { ...running, origin, address, token: hash.slice('#token='.length) };
}
