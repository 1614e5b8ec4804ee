import { UserFacingError } from '../../domain/errors.ts';
import { counted } from '../report/plain-text.ts';
import { quoted } from './as-data.ts';
import { bounded } from './bounded.ts';
import { input, PATH, RUN, VIEW } from './input-schemas.ts';
import { reportAnswer } from './report-answer.ts';
import { answerOf, READS } from './tool.ts';
import type { Answer, ObjectSchema, Tool } from './tool.ts';
import type { EvidenceAnswer } from './verbs.ts';

const reportTool: Tool = {
  ...{ ...READS, name: 'report', title: 'Read a report that was made before', output: 'report-1' },
  description:
    'The report of a run that fix or verify left in .fettle/runs, or (with "result") another part or page of a report of this session. Writes nothing.',
  input: input({
    ...{ ...PATH, ...RUN },
    result: { type: 'string', maxLength: 100, description: 'Name of a report of this session, "plan-2".' },
    ...VIEW,
  }),
  work: async (given, { verbs, kept }) => {
    const { path, run, result } = given as { path?: string; run?: string; result?: string };
    if (result === undefined) {
      const report = await verbs.keptReport(path ?? null, run ?? null);
      return reportAnswer(report, kept.keep(report), ['findings', 'changes'], given);
    }
    const report = kept.find(result);
    if (report !== null) return reportAnswer(report, result, ['findings', 'changes'], given);
    throw new UserFacingError('usage', `there is no report ${JSON.stringify(result)} in this session`, {
      hint: 'the last eight are kept; the tools scan and plan make a new one',
    });
  },
};

const EVIDENCE_OUTPUT: ObjectSchema = {
  type: 'object',
  required: ['run', 'intact', 'broken', 'signature', 'subjects', 'records', 'rest'],
  properties: {
    run: { type: 'string' },
    intact: { type: 'boolean' },
    broken: {
      type: 'array',
      items: {
        type: 'object',
        required: ['record', 'why'],
        properties: { record: { type: ['integer', 'null'] }, why: { type: 'string' } },
      },
    },
    signature: { type: 'object', required: ['kind'], properties: { kind: { type: 'string' } } },
    subjects: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'kind', 'state'],
        properties: { name: { type: 'string' }, kind: { type: 'string' }, state: { type: 'string' } },
      },
    },
    records: { type: 'integer', description: 'How many there are.' },
    rest: { type: 'array' },
  },
};

const verifyEvidence: Tool = {
  ...{ ...READS, name: 'verify_evidence', title: 'Check the evidence of a run', output: EVIDENCE_OUTPUT },
  description:
    'Whether the chained records of a run hold, whether the files that they speak of are what they were, and who signed them. Writes nothing.',
  input: input({ ...PATH, ...RUN }),
  work: async (given, { verbs }) => {
    const { path, run } = given as { path?: string; run?: string };
    return evidenceAnswer(await verbs.verifyEvidence(path ?? null, run ?? null));
  },
};

function evidenceAnswer(value: EvidenceAnswer): Answer {
  const bounds = { limit: 100, from: 0, text: 2_000, most: 60_000, listAt: () => 'first' as const };
  const { value: shown, rest } = bounded(value, bounds);
  const said = value.intact
    ? `The evidence is intact: ${counted(value.records, 'record')}, signature ${value.signature.kind}.`
    : `The evidence does not hold: ${counted(value.broken.length, 'thing')} not as it was.`;
  return answerOf({ ...shown, rest }, [said], ({ broken }) =>
    broken.slice(0, 50).map(({ record, why }) => `- record ${record ?? 'none'}: ${quoted(why)}`),
  );
}

/** Tools over what earlier runs have left. */
export const KEPT_TOOLS: readonly Tool[] = [reportTool, verifyEvidence];
