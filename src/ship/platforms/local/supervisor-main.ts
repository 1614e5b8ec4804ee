import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import { daemonWorld } from './daemon-world.ts';
import { localFolders, makeFolders } from './local-folders.ts';
import { SECRETS_VARIABLE, startDaemon } from './start-daemon.ts';
import { supervise } from './supervise.ts';
import { watchOver } from './watch-over.ts';

/**
 * The two that keep services running: one serves, the other watches over it and starts it again when it is killed; the one that serves
 * does the same for the one that watches. Both end when no service is left. Arguments: role, data folder, how long it stays without a
 * service (ms), and how many before it died young.
 */
const Settings = v.strictTuple([
  v.picklist(['serve', 'watch']),
  v.string(),
  v.pipe(v.string(), v.transform(Number), v.minValue(0)),
  v.pipe(v.string(), v.transform(Number), v.minValue(0)),
]);
const Secrets = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));

/** One that lived so long did not die of what it found when it started. */
const YOUNG_MS = 30_000;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [50, 30_000];

const [role, dataFolder, idleMs, restarts] = v.parse(Settings, process.argv.slice(2));
const { [SECRETS_VARIABLE]: given = '{}', ...environment } = process.env;
const script = process.argv[1]!;
const world = daemonWorld(dataFolder, environment);
const folders = localFolders(world);
const start = { script, dataFolder, idleMs };

async function serve(): Promise<void> {
  await makeFolders(folders);
  const why = await supervise(world, {
    ...{ folders, idleMs, secrets: v.parse(Secrets, given) },
    relayScript: join(dirname(script), 'local-relay.js'),
    startWatcher: async () =>
      void (await startDaemon({ ...start, role: 'watch', restarts, secrets: {} }, folders, world)),
    told: (line) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`),
  });
  if (why !== null) throw new Error(why);
}

async function watch(): Promise<void> {
  const watched = await watchOver(folders.socket);
  if (watched.kind === 'ended') return;
  const young = watched.livedMs < YOUNG_MS ? restarts + 1 : 0;
  await setTimeout(Math.min(FIRST_PAUSE_MS * 2 ** young, LONGEST_PAUSE_MS));
  await startDaemon({ ...start, role: 'serve', restarts: young, secrets: watched.secrets }, folders, world);
}

await (role === 'serve' ? serve() : watch());
process.exit(0);
