import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import type { World } from '../../../io/world.ts';
import type { Answer } from '../../deployment/platform.ts';
import { localFolders, makeFolders } from './local-folders.ts';
import type { LocalFolders } from './local-folders.ts';
import { loopbackRequest } from './loopback-request.ts';
import type { LoopbackAnswer } from './loopback-request.ts';
import { VERSION } from './requests.ts';
import { startDaemon } from './start-daemon.ts';

export interface SupervisorClient {
  readonly folders: LocalFolders;
  /** Asks the supervisor, which is started where there is none; asked again where it dies meanwhile. */
  readonly ask: <T>(what: string, body: unknown) => Promise<Answer<T>>;
  /** Asks it where it is; null: there is none. */
  readonly askIfThere: <T>(what: string, body: unknown) => Promise<Answer<T> | null>;
}

/** A route may wait for a revision to start. */
const ANSWER_MS = 300_000;
const MOST_BYTES = 64 << 20;
const START_MS = 20_000;
const LOOK_MS = 40;
/** Every request may be asked again; one that died each time is not the supervisor's misfortune. */
const TRIES = 4;

const Told = v.looseObject({
  kind: v.picklist(['done', 'conflict', 'fenced', 'refused', 'unreachable']),
});

export function supervisorClient(
  world: World,
  { script, idleMs }: { readonly script: string; readonly idleMs: number },
): SupervisorClient {
  const folders = localFolders(world);
  const dataFolder = world.machine!.dataFolder;
  const send = (what: string, body: unknown): Promise<LoopbackAnswer> =>
    loopbackRequest({
      to: { kind: 'unix', path: folders.socket },
      ...{ method: 'POST', path: `/${VERSION}/${what}`, headers: { host: 'supervisor' } },
      ...{ body: JSON.stringify(body), timeoutMs: ANSWER_MS, mostBytes: MOST_BYTES },
    });
  /** Two that start one at once leave one: the lock decides. */
  const ensure = async (): Promise<string | null> => {
    await makeFolders(folders);
    const until = performance.now() + START_MS;
    for (let started = 0; performance.now() < until; started++) {
      if (started % 100 === 0) {
        const pid = await startDaemon(
          { script, role: 'serve', dataFolder, idleMs, restarts: 0, secrets: {} },
          folders,
          world,
        );
        if (pid === null) return 'the supervisor of local services could not be started';
      }
      await setTimeout(LOOK_MS);
      const { status } = await send('list', {});
      if (status !== null) return null;
    }
    return `the supervisor of local services did not start: see ${folders.supervisorLog}`;
  };
  return {
    folders,
    askIfThere: async <T>(what: string, body: unknown) => {
      const answer = await send(what, body);
      return answer.status === null ? null : told<T>(answer);
    },
    ask: async <T>(what: string, body: unknown) => {
      let why = '';
      for (let tries = TRIES; tries > 0; tries--) {
        const answer = await send(what, body);
        if (answer.status !== null) return told<T>(answer);
        why = answer.error ?? 'no answer';
        const problem = await ensure();
        if (problem !== null) return { kind: 'unreachable', why: problem };
      }
      return { kind: 'unreachable', why: `the supervisor of local services gave no answer (${why})` };
    },
  };
}

/** What a supervisor of this version says; another version is to be ended first. */
function told<T>({ status, body }: LoopbackAnswer): Answer<T> {
  if (status === 404)
    return {
      kind: 'unreachable',
      why: 'the supervisor that runs local services is of another version of fettle: end it, and ask again',
    };
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Told), body);
  if (status === 200 && read.success) return read.output as unknown as Answer<T>;
  if (status === 400) throw new Error(`the supervisor did not understand what it was asked: ${body}`);
  return { kind: 'unreachable', why: `the supervisor of local services failed: ${body.slice(0, 500)}` };
}
