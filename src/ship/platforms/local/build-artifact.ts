import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import type { World } from '../../../io/world.ts';
import type { Answer, BuildRequest, Built } from '../../deployment/platform.ts';
import { environmentArtifact } from './environment-artifact.ts';
import { imageArtifact } from './image-artifact.ts';
import { keepBuild, keptBuild } from './kept-artifacts.ts';
import { makeFolders } from './local-folders.ts';
import type { LocalFolders } from './local-folders.ts';
import { notEnforced } from './not-enforced.ts';

const TURN_MS = 250;

/** Builds what can be started. What was built under the same key is not built again; two that build at once take turns. */
export async function buildArtifact(
  request: BuildRequest,
  folders: LocalFolders,
  world: World,
  told: (line: string) => void,
): Promise<Answer<Built>> {
  await makeFolders(folders);
  const lock = await turn(join(folders.base, 'build.lock'), world, request.timeMs);
  if (lock === null) return { kind: 'unreachable', why: 'another build on this machine has not ended' };
  try {
    const earlier = await keptBuild(folders, request.key, world);
    if (earlier !== null) return { kind: 'done', value: withNotes(earlier, request) };
    const { dockerfile } = request;
    const answer =
      dockerfile === null
        ? await environmentArtifact(request, folders, world, told)
        : await imageArtifact({ ...request, dockerfile }, folders, world, told);
    if (answer.kind !== 'done') return answer;
    await keepBuild(folders, request.key, answer.value, world);
    return { kind: 'done', value: withNotes(answer.value, request) };
  } finally {
    await lock.release();
  }
}

function withNotes(built: Built, { settings }: BuildRequest): Built {
  return { ...built, notes: [...built.notes, ...notEnforced(settings)] };
}

async function turn(
  path: string,
  world: World,
  timeMs: number,
): Promise<{ release(): Promise<void> } | null> {
  const until = performance.now() + timeMs;
  for (;;) {
    const lock = await world.files.lock(path);
    if (lock !== null || performance.now() > until) return lock;
    await setTimeout(TURN_MS);
  }
}
