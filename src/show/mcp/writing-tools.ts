import type { Level } from '../../domain/verification.ts';
import { counted } from '../report/plain-text.ts';
import { quoted } from './as-data.ts';
import { input, JOB, LEVEL, PATH, PLAN, ROLLOUT, VIEW } from './input-schemas.ts';
import { reportAnswer } from './report-answer.ts';
import { rolloutAnswer } from './rollout-tools.ts';
import { answerOf } from './tool.ts';
import type { ObjectSchema, Tool } from './tool.ts';

const WRITES = { writes: true, destructive: true, repeatable: false } as const;

const fix: Tool = {
  ...{ ...WRITES, repeatable: true, name: 'fix', title: 'Write the plan', output: 'report-1' },
  description:
    'Plans, writes all or nothing, and reads it again. With "level" the plan is tried out in the sandbox first, and written where nothing fails that did not fail before. "undo" takes it back.',
  input: input({ ...PLAN, ...LEVEL, ...VIEW }),
  work: async ({ level, ...given }, { verbs, kept }) => {
    const report = await verbs.fix(given, (level as Level | undefined) ?? null);
    return reportAnswer(report, kept.keep(report), ['findings', 'changes', 'verification'], given);
  },
};

const verify: Tool = {
  ...{ ...WRITES, destructive: false, name: 'verify', title: 'Try the dependencies out', output: 'report-1' },
  description:
    "Installs, imports, tests, builds and starts what the files give, in a sandbox: it runs the packages' own code and the project's, may take minutes, and leaves a run in .fettle/runs.",
  input: input({ ...JOB, ...LEVEL, ...VIEW }, ['level']),
  work: async ({ level, ...given }, { verbs, kept }) => {
    const report = await verbs.verify(given, level as Level);
    return reportAnswer(report, kept.keep(report), ['findings', 'verification'], given);
  },
};

const UNDONE: ObjectSchema = {
  type: 'object',
  required: ['run', 'paths'],
  properties: { run: { type: 'string' }, paths: { type: 'array', items: { type: 'string' } } },
};

const undo: Tool = {
  ...{ ...WRITES, name: 'undo', title: 'Take back the last fix', output: UNDONE },
  description: 'The files are again as before the last fix; refused where somebody changed them since.',
  input: input(PATH),
  work: async ({ path }, { verbs }) => {
    const { run, paths } = await verbs.undo((path as string | undefined) ?? null);
    const said = [`${counted(paths.length, 'file')} as before that run.`];
    return answerOf({ run, paths }, said, (clean) => clean.paths.map((one) => `- ${quoted(one)}`));
  },
};

const promote: Tool = {
  ...{ ...WRITES, name: 'promote', title: 'Approve of a stage', output: 'rollout-1' },
  description:
    'Approves of the stage of a rollout that waits for approval: traffic moves to the new revision.',
  input: input(ROLLOUT, ['rollout']),
  work: async ({ rollout }, { verbs }) => rolloutAnswer(await verbs.promote(rollout as string)),
};

const rollback: Tool = {
  ...{ ...WRITES, name: 'rollback', title: 'Roll back', output: 'rollout-1' },
  description:
    'Puts the traffic back on the revision before: of a rollout under way, or of a stage that is done.',
  input: input(
    {
      ...ROLLOUT,
      to: { type: 'string', minLength: 1, maxLength: 100, description: 'The stage that goes back.' },
    },
    ['rollout'],
  ),
  work: async ({ rollout, to }, { verbs }) =>
    rolloutAnswer(await verbs.rollBack(rollout as string, (to as string | undefined) ?? null)),
};

const hold: Tool = {
  ...{
    ...WRITES,
    destructive: false,
    repeatable: true,
    name: 'hold',
    title: 'Hold a rollout',
    output: 'rollout-1',
  },
  description: 'A rollout stays where it is; a hold that nobody ends is rolled back at its deadline.',
  input: input(ROLLOUT, ['rollout']),
  work: async ({ rollout }, { verbs }) => rolloutAnswer(await verbs.hold(rollout as string)),
};

const resume: Tool = {
  ...{ ...WRITES, repeatable: true, name: 'resume', title: 'Go on with a rollout', output: 'rollout-1' },
  description: 'Ends the hold of a rollout.',
  input: input(ROLLOUT, ['rollout']),
  work: async ({ rollout }, { verbs }) => rolloutAnswer(await verbs.resume(rollout as string)),
};

export const WRITING_TOOLS: readonly Tool[] = [fix, verify, undo, promote, rollback, hold, resume];
