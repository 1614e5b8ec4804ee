import type { Rollout } from '../../src/domain/rollout.ts';
import { chain, headOf, verifyChain } from '../../src/prove/evidence/records.ts';
import { evidenceIdOf } from '../../src/ship/rollout/rollout-state.ts';

/** What is wrong with how a rollout ended and with what it tells of itself; empty: nothing. */
export function wrongEnd(rollout: Rollout): readonly string[] {
  const { status, steps, evidence, problem, request } = rollout;
  const ids = new Set(evidence.map(({ id }) => id));
  const lacking = steps.flatMap(({ endedAt }, at) =>
    endedAt !== null && !ids.has(evidenceIdOf(steps, at)) ? [evidenceIdOf(steps, at)] : [],
  );
  const tool = { name: 'fettle', version: null } as const;
  const records = chain({ id: request.id, tool, startedAt: request.createdAt, inputs: {} }, evidence);
  return [
    ...(['done', 'rolled-back', 'failed'].includes(status) ? [] : [`it ended as ${status}`]),
    ...(status === 'done' || (problem !== null && problem.what !== '' && problem.hint !== '')
      ? []
      : [`${status} without a problem and a hint`]),
    ...(steps.some(({ outcome }) => outcome === 'running') ? ['a step is still running'] : []),
    ...lacking.map((id) => `no evidence of ${id}`),
    ...(ids.size === evidence.length ? [] : ['an evidence stands twice']),
    ...(verifyChain(records, headOf(records)).kind === 'intact' ? [] : ['the chain is broken']),
  ];
}
