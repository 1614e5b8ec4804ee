import { join } from 'node:path';
import { bytesOf } from '../../change/source-bytes.ts';
import { makeStateFolder } from '../../change/state-folder.ts';
import type { Rollout } from '../../domain/rollout.ts';
import type { World } from '../../io/world.ts';
import type { Signer } from '../../prove/evidence/signing-key.ts';
import type { Report } from '../report/report.ts';
import { saveReport } from '../report/save-report.ts';
import { saveRollout } from '../report/save-rollout.ts';
import { htmlOf, htmlOfRollout } from './html-of.ts';

/** Keeps the report of a run as Markdown, JSON and HTML. Gives the HTML's path relative to the root. Errors as `Files.writeAtomic`. */
export async function keepReport(
  root: string,
  run: string,
  report: Report,
  world: Pick<World, 'files'>,
): Promise<string> {
  await saveReport(root, run, report, world);
  return keepHtml(root, run, await htmlOf(report, world), world);
}

/** Keeps the report of a rollout and its evidence, as `saveRollout` does, with an HTML report. Gives the HTML's path. */
export async function keepRollout(
  root: string,
  rollout: Rollout,
  version: string | null,
  world: Pick<World, 'environment' | 'files'>,
  signer: Signer | null = null,
): Promise<string> {
  await saveRollout(root, rollout, version, world, signer);
  return keepHtml(root, rollout.request.id, await htmlOfRollout(rollout, world), world);
}

async function keepHtml(
  root: string,
  run: string,
  html: string,
  world: Pick<World, 'files'>,
): Promise<string> {
  const folder = await makeStateFolder(root, `runs/${run}`, world.files);
  await world.files.writeAtomic(join(folder, 'report.html'), bytesOf(html));
  return `.fettle/runs/${run}/report.html`;
}
