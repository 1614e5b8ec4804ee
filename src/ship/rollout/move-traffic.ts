import type { TrafficShare } from '../deployment/platform.ts';
import { guardedWrite } from './guarded-write.ts';
import type { GuardedWrite } from './guarded-write.ts';
import { sameTraffic } from './service-view.ts';
import type { ServiceView } from './service-view.ts';
import type { StageRun } from './stage-run.ts';
import type { Outcome } from './stop.ts';

/** Traffic and tags as given; which revisions are the stable one and the one before stays as it was when the stage began. */
export function moveTraffic(
  run: StageRun,
  shares: readonly TrafficShare[],
  write: Pick<GuardedWrite, 'name' | 'until' | 'listens'>,
): Promise<Outcome<ServiceView>> {
  const stable = run.began?.stable ?? null;
  const previous = run.began?.previous ?? null;
  return guardedWrite(run, {
    ...write,
    makes: shares,
    isDone: ({ traffic }) => sameTraffic(traffic, shares),
    send: (platform, _state, guard) => platform.route(run.place, { shares, stable, previous }, guard),
  });
}
