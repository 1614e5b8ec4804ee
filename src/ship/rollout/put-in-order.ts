import { moveTraffic } from './move-traffic.ts';
import type { Deadline } from './run-board.ts';
import { sameTraffic, trafficText } from './service-view.ts';
import type { StageRun } from './stage-run.ts';
import { passed } from './stop.ts';
import type { Outcome } from './stop.ts';
import { allOn, withoutOwnTags } from './traffic-plan.ts';

/**
 * What a rollout that never came to its end left of itself is taken away before anything is made; once in a stage. Gives what is to be
 * said of it.
 */
export async function putInOrder(run: StageRun, until: Deadline): Promise<Outcome<string>> {
  const { began, plan } = run;
  if (began === null || run.isInOrder) return passed('');
  run.isInOrder = true;
  const shares = plan.kind === 'canary' ? allOn(plan.stable, began.traffic) : withoutOwnTags(began.traffic);
  if (sameTraffic(shares, began.traffic)) return passed('');
  const name = 'put what another rollout left in order';
  const written = await moveTraffic(run, shares, { name, until, listens: true });
  if (written.kind !== 'passed') return written;
  return passed(`; another rollout had left ${trafficText(began.traffic)}`);
}
