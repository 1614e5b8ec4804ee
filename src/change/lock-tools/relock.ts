import { UserFacingError } from '../../domain/errors.ts';
import { nodeWorkplace, type Workplace } from '../../io/workplace.ts';
import type { World } from '../../io/world.ts';
import { relockWithPipenv } from './pipenv-lock.ts';
import { relockWithPoetry } from './poetry-lock.ts';
import { rewritePylock } from './pylock.ts';
import { refused } from './relock-request.ts';
import type { Relocked, RelockRequest, RelockSettings } from './relock-request.ts';
import { relockWithUv } from './uv-lock.ts';

type Relock = (
  request: RelockRequest,
  settings: RelockSettings,
  world: World,
  workplace: Workplace,
) => Promise<Relocked> | Relocked;

const TOOLS: ReadonlyMap<string, Relock> = new Map<string, Relock>([
  ['uv', relockWithUv],
  ['poetry', relockWithPoetry],
  ['pipenv', relockWithPipenv],
  ['pylock', rewritePylock],
]);

/**
 * The text of a lock after the plan: written by the lock's own tool in a copy of the project, with the plan as exact
 * constraints, and compared with it; `pylock.toml` (PEP 751) belongs to no tool and is edited here. Nothing of the project is
 * touched, and what cannot be written, on a full disk for instance, is a refusal too.
 */
export async function relock(
  request: RelockRequest,
  settings: RelockSettings,
  world: World,
  workplace: Workplace = nodeWorkplace,
): Promise<Relocked> {
  const tool = TOOLS.get(request.tool);
  if (tool === undefined)
    return refused(`no way is known to rewrite the lock ${request.lock}`, 'rewrite it with its own tool');
  try {
    return await tool(request, settings, world, workplace);
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    return refused(error.message, error.hint ?? 'mend that, and run it again');
  }
}
