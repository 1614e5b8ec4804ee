import type { ReportedAsker, ReportedExplanation, ReportedMove } from '../report/reported-explanation.ts';
import { counted } from '../report/plain-text.ts';
import { quoted } from './as-data.ts';
import { bounded } from './bounded.ts';
import { input, JOB, PLAN, VIEW } from './input-schemas.ts';
import { reportAnswer } from './report-answer.ts';
import { answerOf, READS } from './tool.ts';
import type { Answer, ObjectSchema, Tool } from './tool.ts';
import type { LockedAnswer, MatrixAnswer } from './verbs.ts';

const scan: Tool = {
  ...{ ...READS, name: 'scan', title: 'Find what is wrong with the dependencies', output: 'report-1' },
  description:
    'Finds vulnerable, missing, yanked and conflicting packages of the services in a folder, worst first. Writes nothing.',
  input: input({
    ...JOB,
    frozen: {
      type: 'boolean',
      description: 'Look at locks alone, not at the manifests they were made from.',
    },
    ...VIEW,
  }),
  work: async (given, { verbs, kept }) => {
    const report = await verbs.scan(given);
    return reportAnswer(report, kept.keep(report), ['findings'], given);
  },
};

const plan: Tool = {
  ...{ ...READS, name: 'plan', title: 'Plan the smallest safe set of changes', output: 'report-1' },
  description:
    'Computes the smallest set of line changes that repairs what scan finds, with the reason of each and the patch. Writes nothing.',
  input: input({ ...PLAN, ...VIEW }),
  work: async (given, { verbs, kept }) => {
    const report = await verbs.plan(given);
    return reportAnswer(report, kept.keep(report), ['changes', 'edits'], given);
  },
};

const explain: Tool = {
  ...{ ...READS, name: 'explain', title: 'Explain why a package is there', output: 'explain-1' },
  description:
    'Why a package is here, why at this version, which advisories touch it, what ends them, and what would move it. Writes nothing.',
  input: input(
    { name: { type: 'string', minLength: 1, maxLength: 200, description: 'The package.' }, ...JOB },
    ['name'],
  ),
  work: async ({ name, ...given }, { verbs }) => explained(await verbs.explain(given, name as string)),
};

function explained(value: ReportedExplanation): Answer {
  const { value: shown, rest } = bounded(value, WHOLE);
  const said = [`The package is in ${counted(value.services.length, 'service')}.`];
  return answerOf({ ...shown, rest }, said, ({ services }) => services.flatMap(explanationLines));
}

function explanationLines({
  service,
  explanations,
  advisories,
  ending,
  move,
}: ReportedExplanation['services'][number]): readonly string[] {
  const [first] = explanations;
  return [
    ...explanations.map(
      ({ name, version, target, selectedBy: { kind, place }, newest }) =>
        `- ${quoted(`${name} ${version}`)} in service ${quoted(service)} on ${quoted(target)}: selected by ${kind}${place === null ? '' : ` ${quoted(place)}`}; newest ${quoted(newest ?? version)}`,
    ),
    ...(first?.askers ?? []).map((asker) => `- asked for: ${quoted(askerText(asker))}`),
    ...(first?.whyNotNewer ?? []).map((sentence) => `- not newer: ${quoted(sentence)}`),
    ...advisories.map(
      ({ id, severity, summary }) => `- advisory ${quoted(id)} ${severity}: ${quoted(summary)}`,
    ),
    ...(ending === null ? [] : [`- to end its advisories: ${moveText(ending)}`]),
    `- to the newest without advisories: ${moveText(move)}`,
  ];
}

function askerText(asker: ReportedAsker): string {
  if (!('package' in asker))
    return `${asker.line} asks for ${asker.asks}${asker.holds ? '' : ', and does not hold'}`;
  const via = asker.via.map((name) => `via ${name}, `).join('');
  return `${asker.package} ${asker.version} (${via}${asker.line ?? 'no line'}) needs ${asker.asks}`;
}

function moveText(move: ReportedMove): string {
  if (move.kind === 'none-safe') return 'nothing newer is free of known advisories';
  if (move.kind === 'impossible')
    return `${quoted(move.to)} cannot be had: ${quoted(move.because.join(' '))}`;
  const lines = move.lines.map(({ line, from, to }) => `${line} ${from} -> ${to}`);
  return `${quoted(move.to)}, ${lines.length === 0 ? 'no line has to change' : `change ${quoted(lines.join('; '))}`}`;
}

const LOCK_OUTPUT: ObjectSchema = {
  type: 'object',
  required: ['kind', 'service', 'text', 'packages', 'notes', 'derivations', 'rest'],
  properties: {
    kind: { enum: ['locked', 'unsolvable'] },
    service: { type: 'string' },
    text: { type: ['string', 'null'], description: 'The lock as a file.' },
    packages: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'version', 'condition'],
        properties: {
          name: { type: 'string' },
          version: { type: 'string' },
          condition: { type: ['string', 'null'] },
        },
      },
    },
    notes: { type: 'array', items: { type: 'string' }, description: 'What the lock does not hold.' },
    derivations: {
      type: 'array',
      items: { type: 'array', items: { type: 'string' } },
      description: 'Why the lines cannot be installed together.',
    },
    rest: { type: 'array' },
  },
};

const lock: Tool = {
  ...{ ...READS, name: 'lock', title: 'Tell the whole set that the files select', output: LOCK_OUTPUT },
  description:
    'The whole set of packages and versions that an installer takes from the files of one service, as a lock. Gives it back and writes nothing.',
  input: input({
    ...JOB,
    format: {
      enum: ['requirements', 'pylock'],
      description: 'Lines of a requirements file, or pylock.toml.',
    },
    hashes: { type: 'boolean', description: 'With the hash of every file.' },
  }),
  work: async ({ format, hashes, ...given }, { verbs }) =>
    locked(await verbs.lock(given, format === 'pylock' ? 'pylock' : 'requirements', hashes === true)),
};

/** Lists are whole as far as the answer holds them. */
const WHOLE = {
  ...{ limit: 1000, from: 0, text: 30_000, most: 60_000 },
  listAt: () => 'first' as const,
};

function locked(value: LockedAnswer): Answer {
  const { value: shown, rest } = bounded(value, WHOLE);
  const said =
    value.kind === 'locked'
      ? `${counted(value.packages.length, 'package')}, ${counted(value.notes.length, 'note')} about what the lock does not hold.`
      : `The lines cannot be installed together: ${counted(value.derivations.length, 'conflict')}.`;
  return answerOf({ ...shown, rest }, [said], ({ packages, notes, derivations }) => [
    ...packages.map(({ name, version }) => `- ${quoted(`${name}==${version}`)}`),
    ...notes.slice(0, 20).map((note) => `- note: ${quoted(note)}`),
    ...derivations.slice(0, 5).map((sentences) => `- conflict: ${quoted(sentences.join(' '))}`),
  ]);
}

const matrix: Tool = {
  ...{
    ...READS,
    name: 'matrix',
    title: 'Tell on which Pythons and platforms the files hold',
    output: 'matrix-1',
  },
  description:
    'On which Pythons and platforms the files can be installed, as they are and as the plan would write them, and which packages forbid the others. Writes nothing.',
  input: input({
    ...PLAN,
    plan: { type: 'boolean', description: 'False: judge the files alone, without planning.' },
  }),
  work: async ({ plan: withPlan, ...given }, { verbs }) =>
    matrixAnswer(await verbs.matrix(given, withPlan !== false)),
};

function matrixAnswer(value: MatrixAnswer): Answer {
  const { value: shown, rest } = bounded(value, { ...WHOLE, limit: 100 });
  const cells = value.services.flatMap((service) => service.matrix.today.cells);
  const counts = (['ok', 'built', 'no', 'unknown'] as const).map(
    (answer) => `${cells.filter((cell) => cell.answer === answer).length} ${answer}`,
  );
  const said = [`${counted(cells.length, 'cell')} as the files are: ${counts.join(', ')}.`];
  return answerOf({ ...shown, rest }, said, ({ services }) =>
    services.flatMap(({ name, matrix: { today } }) =>
      today.reasons.slice(0, 20).map(({ kind, packages, why, cells: found }) => {
        const reason = quoted(`${packages.join(', ')}: ${why.join(' ')}`);
        return `- service ${quoted(name)}, ${kind} in ${counted(found.length, 'cell')}: ${reason}`;
      }),
    ),
  );
}

export const PROJECT_TOOLS: readonly Tool[] = [scan, plan, explain, lock, matrix];
