import { SEVERITIES } from '../../domain/advisory.ts';
import { LEVELS } from '../../domain/verification.ts';
import { REPORT_PARTS } from './report-answer.ts';
import type { ObjectSchema } from './tool.ts';

type Properties = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** No line ends, no NUL: a name, a path or a version is one line. */
const LINE = '^[^\\u0000\\r\\n]+$';

function text(description: string, more: Readonly<Record<string, unknown>> = {}): Properties[string] {
  return { type: 'string', minLength: 1, maxLength: 500, pattern: LINE, description, ...more };
}

function texts(description: string): Properties[string] {
  const items = { type: 'string', minLength: 1, maxLength: 500, pattern: LINE };
  return { type: 'array', items, maxItems: 100, description };
}

/** Nothing but these members, each checked. */
export function input(properties: Properties, required: readonly string[] = []): ObjectSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

export const PATH: Properties = {
  path: text('Folder or manifest, absolute or relative to the first root. Default: the first root.'),
};

export const RUN: Properties = {
  run: text('Name of a run in .fettle/runs. Default: the newest.', { pattern: '^\\w[\\w.-]{0,199}$' }),
};

/** Which project is looked at, and how. */
export const JOB: Properties = {
  ...PATH,
  files: texts('Read these files only, relative to the folder.'),
  service: text('Look at one service of the tree: its folder.'),
  development: { type: 'boolean', description: 'False: leave out what only development needs.' },
  pythons: texts('Python versions of the target, "3.12" or "3.12.4".'),
  platforms: texts('Platforms of the target, "linux/arm64".'),
  severity: { enum: [...SEVERITIES], description: 'Look at advisories from this severity on.' },
  asOf: text('Judge as on this day (YYYY-MM-DD); approximate.', { pattern: '^\\d{4}-\\d\\d-\\d\\d$' }),
  prereleases: { type: 'boolean', description: 'Let pre-releases in.' },
};

export const PLAN: Properties = {
  ...JOB,
  strategy: { enum: ['minimal', 'latest'], description: 'Smallest change, or newest that is safe.' },
  only: texts('Repair these advisories or packages and what cannot be installed, nothing else.'),
  raisePython: text('Plan for this newer Python, and move all places that say the older one.'),
  timeLimit: {
    ...{ type: 'integer', minimum: 1, maximum: 600 },
    description: 'Seconds after which planning stops with the best plan in hand. Default 120.',
  },
};

/** How much of a report is shown. */
export const VIEW: Properties = {
  parts: {
    ...{ type: 'array', items: { enum: [...REPORT_PARTS] }, uniqueItems: true },
    description: 'Which lists to show; the others are counted in "rest".',
  },
  findingSeverity: { enum: [...SEVERITIES], description: 'Show findings of this severity only.' },
  package: text('Show findings and changes of this package only.'),
  from: { type: 'integer', minimum: 0, description: 'Show lists from this position on (0).' },
  limit: { type: 'integer', minimum: 1, maximum: 200, description: 'Members of each list (20).' },
};

export const LEVEL: Properties = {
  level: {
    enum: [...LEVELS],
    description: 'How far the set is tried out; each level holds those before it.',
  },
};

export const ROLLOUT: Properties = {
  rollout: text('Id of the rollout.', { pattern: '^\\w[\\w.-]{0,199}$' }),
};
