import { counted } from '../report/plain-text.ts';
import type { ReportedRollout } from '../report/reported-rollout.ts';
import { quoted } from './as-data.ts';
import { bounded } from './bounded.ts';
import { input, ROLLOUT } from './input-schemas.ts';
import { answerOf, READS } from './tool.ts';
import type { Answer, Tool } from './tool.ts';

const BOUNDS = { limit: 50, from: 0, text: 2_000, most: 60_000, listAt: () => 'first' as const };

const listRollouts: Tool = {
  ...{ ...READS, name: 'list_rollouts', title: 'List rollouts', output: 'rollout-1' },
  description:
    'Where the rollouts of this machine or engine stand, the youngest first. Changes nothing about them.',
  input: input({ service: { type: 'string', maxLength: 200, description: 'Those of one service.' } }),
  work: async ({ service }, { verbs }) => {
    const rollouts = await verbs.rollouts((service as string | undefined) ?? null);
    const { value, rest } = bounded({ schemaVersion: '1', rollouts }, BOUNDS);
    return answerOf({ ...value, rest }, [`${counted(rollouts.length, 'rollout')}.`], (clean) =>
      clean.rollouts.map(rolloutText),
    );
  },
};

const showRollout: Tool = {
  ...{ ...READS, name: 'show_rollout', title: 'Show a rollout', output: 'rollout-1' },
  description: 'The steps of a rollout, and its canary beside its baseline. Changes nothing about it.',
  input: input(ROLLOUT, ['rollout']),
  work: async ({ rollout }, { verbs }) => rolloutAnswer(await verbs.rollout(rollout as string)),
};

/** One rollout as it stands. */
export function rolloutAnswer(rollout: ReportedRollout): Answer {
  const { value, rest } = bounded({ schemaVersion: '1', rollout }, BOUNDS);
  const said = `The rollout is ${rollout.status}${rollout.waiting === null ? '' : ', and waits'}.`;
  return answerOf({ ...value, rest }, [said], ({ rollout: clean }) => [
    rolloutText(clean),
    ...clean.steps.slice(-20).map((step) => `- ${quoted(step.stage ?? 'service')}: ${quoted(step.said)}`),
  ]);
}

function rolloutText({ id, service, platform, status, waiting, problem }: ReportedRollout): string {
  const waits = waiting === null ? '' : `, waits for ${quoted(waiting.what)} until ${waiting.until}`;
  return `- ${quoted(id)} of ${quoted(service)} on ${platform}: ${status}${waits}${problem === null ? '' : `, ${quoted(problem.what)}`}`;
}

export const ROLLOUT_TOOLS: readonly Tool[] = [listRollouts, showRollout];
