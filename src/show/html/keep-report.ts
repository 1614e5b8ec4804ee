import { join } from 'node:path';
import { bytesOf } from '../../change/source-bytes.ts';
import { makeStateFolder } from '../../change/state-folder.ts';
import type { Rollout } from '../../domain/rollout.ts';
import type { World } from '../../io/world.ts';
import type { Signer } from '../../prove/evidence/signing-key.ts';
import { writeEvidence } from '../../prove/evidence/write-evidence.ts';
import { markdownRollout } from '../report/markdown-rollout.ts';
import { markdownReport } from '../report/markdown.ts';
import type { Report } from '../report/report.ts';
import { rolloutEvidence } from '../report/rollout-evidence.ts';
import { htmlOf, htmlOfRollout } from './html-of.ts';

/**
 * Keeps the report of a run beside its journal, as JSON, Markdown and HTML. Gives the HTML's path relative to the root. Errors as
 * `Files.writeAtomic`.
 */
export async function keepReport(
  root: string,
  run: string,
  report: Report,
  world: Pick<World, 'files'>,
): Promise<string> {
  return keepFiles(root, run, world, {
    'report.json': `${JSON.stringify(report, null, 2)}\n`,
    'report.md': markdownReport(report),
    'report.html': await htmlOf(report, world),
  });
}

/**
 * Keeps the report of a rollout as Markdown and HTML, and its evidence, in place of what it left there before. Gives the HTML's path,
 * relative to the root. Errors as `Files.writeAtomic`.
 */
export async function keepRollout(
  root: string,
  rollout: Rollout,
  version: string | null,
  world: Pick<World, 'environment' | 'files'>,
  signer: Signer | null = null,
): Promise<string> {
  const path = await keepFiles(root, rollout.request.id, world, {
    'report.md': `${markdownRollout(rollout)}\n`,
    'report.html': await htmlOfRollout(rollout, world),
  });
  await writeEvidence(root, rolloutEvidence(rollout, version), world, signer);
  return path;
}

async function keepFiles(
  root: string,
  run: string,
  { files }: Pick<World, 'files'>,
  texts: Readonly<Record<string, string>> & { readonly 'report.html': string },
): Promise<string> {
  const folder = await makeStateFolder(root, `runs/${run}`, files);
  for (const [name, text] of Object.entries(texts))
    await files.writeAtomic(join(folder, name), bytesOf(text));
  return `.fettle/runs/${run}/report.html`;
}
