import type { Rollout } from '../../domain/rollout.ts';
import type { Subject } from '../../prove/evidence/subject.ts';
import type { writeEvidence } from '../../prove/evidence/write-evidence.ts';

/** What a rollout leaves as evidence: its records, what it was made of, and what was deployed. `version`: of the tool that says so. */
export function rolloutEvidence(
  { request, evidence, artifact }: Rollout,
  version: string | null,
): Parameters<typeof writeEvidence>[1] {
  const { id, createdAt, source, settings } = request;
  const run = {
    ...{ id, tool: { name: 'fettle', version } as const, startedAt: createdAt },
    inputs: inputsOf(source),
  };
  return { run, evidence, subjects: subjectsOf(settings.service, artifact) };
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
