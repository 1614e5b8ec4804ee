import { join } from 'node:path';
import { bytesOf } from '../../change/source-bytes.ts';
import { makeStateFolder } from '../../change/state-folder.ts';
import type { Rollout } from '../../domain/rollout.ts';
import type { World } from '../../io/world.ts';
import type { Signer } from '../../prove/evidence/signing-key.ts';
import type { Subject } from '../../prove/evidence/subject.ts';
import { writeEvidence } from '../../prove/evidence/write-evidence.ts';
import { markdownRollout } from './markdown-rollout.ts';

/**
 * Keeps the report of a rollout and its evidence in `.fettle/runs/<id>`, in place of what it left there before. Gives the report's path,
 * relative to the root. Errors as `Files.writeAtomic`.
 */
export async function saveRollout(
  root: string,
  rollout: Rollout,
  version: string | null,
  world: Pick<World, 'environment' | 'files'>,
  signer: Signer | null = null,
): Promise<string> {
  const { request, evidence, artifact } = rollout;
  const { id, createdAt, source } = request;
  const folder = await makeStateFolder(root, `runs/${id}`, world.files);
  await world.files.writeAtomic(join(folder, 'report.md'), bytesOf(`${markdownRollout(rollout)}\n`));
  const run = {
    ...{ id, tool: { name: 'fettle', version } as const, startedAt: createdAt },
    inputs: inputsOf(source),
  };
  await writeEvidence(
    root,
    { run, evidence, subjects: subjectsOf(request.settings.service, artifact) },
    world,
    signer,
  );
  return `.fettle/runs/${id}/report.md`;
}

/** What was deployed, by its digest: the files themselves may have been changed since. */
function inputsOf(source: Rollout['request']['source']): Readonly<Record<string, string>> {
  if (source.kind === 'snapshot') return { 'build context': source.digest };
  return source.kind === 'image' ? { image: source.reference.replace(/^.*@/, '') } : {};
}

function subjectsOf(service: string, artifact: string | null): readonly Subject[] {
  const sha256 = /^sha256:([0-9a-f]{64})$/.exec(artifact ?? '')?.[1];
  return sha256 === undefined ? [] : [{ kind: 'image', name: service, sha256 }];
}
