import { join } from 'node:path';
import { makeStateFolder } from '../../change/state-folder.ts';
import type { World } from '../../io/world.ts';
import { markdownReport } from './markdown.ts';
import type { Report } from './report.ts';

/**
 * Keeps the report of a run beside its journal, as Markdown and as JSON. Returns the Markdown's path relative to the
 * root. Errors as `Files.writeAtomic`.
 */
export async function saveReport(
  root: string,
  run: string,
  report: Report,
  world: Pick<World, 'files'>,
): Promise<string> {
  const folder = await makeStateFolder(root, `runs/${run}`, world.files);
  const encoder = new TextEncoder();
  await world.files.writeAtomic(
    join(folder, 'report.json'),
    encoder.encode(`${JSON.stringify(report, null, 2)}\n`),
  );
  await world.files.writeAtomic(join(folder, 'report.md'), encoder.encode(markdownReport(report)));
  return `.fettle/runs/${run}/report.md`;
}
