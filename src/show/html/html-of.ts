import type { Rollout } from '../../domain/rollout.ts';
import type { World } from '../../io/world.ts';
import { browserAsset } from '../report/browser-asset.ts';
import type { Report } from '../report/report.ts';
import { htmlReport } from './html-report.tsx';
import { htmlRollout } from './html-rollout.tsx';
import type { PageAssets } from './page.tsx';

/** A report as HTML with the script and the style that the build made. */
export async function htmlOf(
  report: Report,
  world: Pick<World, 'files'>,
  rollouts: readonly Rollout[] = [],
): Promise<string> {
  return htmlReport(report, rollouts, await pageAssets(world));
}

/** The same of one rollout. */
export async function htmlOfRollout(rollout: Rollout, world: Pick<World, 'files'>): Promise<string> {
  return htmlRollout(rollout, await pageAssets(world));
}

export async function pageAssets(world: Pick<World, 'files'>): Promise<PageAssets> {
  const [script, style] = [await browserAsset('report.js', world), await browserAsset('report.css', world)];
  return { script, style };
}
