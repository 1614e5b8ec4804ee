import * as v from 'valibot';
import { LEVELS } from '../../domain/verification.ts';
import { Duration, Memory } from './written-amounts.ts';

const TABLE = 'expected a table';
const TEXT = 'expected a text';
const LABEL = 'expected small letters, digits and hyphens, beginning with a letter, at most 49 of them';
const STEPS = 'expected shares in per cent that rise from 1 to 100, such as [1, 10, 50, 100]';

function oneOf<const T extends readonly string[]>(words: T): v.PicklistSchema<T, string> {
  return v.picklist(words, `expected one of ${words.join(', ')}`);
}

function whole(
  least: number,
  most: number,
): v.SchemaWithPipe<
  readonly [
    v.NumberSchema<string>,
    v.IntegerAction<number, string>,
    v.MinValueAction<number, number, string>,
    v.MaxValueAction<number, number, string>,
  ]
> {
  const said = `expected a whole number from ${least} to ${most}`;
  return v.pipe(v.number(said), v.integer(said), v.minValue(least, said), v.maxValue(most, said));
}

function number(
  least: number,
  most: number,
): v.SchemaWithPipe<
  readonly [
    v.NumberSchema<string>,
    v.MinValueAction<number, number, string>,
    v.MaxValueAction<number, number, string>,
  ]
> {
  const said = `expected a number from ${least} to ${most}`;
  return v.pipe(v.number(said), v.minValue(least, said), v.maxValue(most, said));
}

const Text = v.pipe(v.string(TEXT), v.minLength(1, TEXT));
const Flag = v.boolean('expected true or false');
const Port = whole(1, 65_535);
/** Room is left for what fettle adds to it in names of revisions (RFC 1035 takes 63). */
const Label = v.pipe(v.string(LABEL), v.regex(/^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?$/, LABEL));
const Path = v.pipe(
  v.string('expected a path such as "/health"'),
  v.regex(/^\/[^\s#]*$/, 'expected a path that begins with "/"'),
);
const Texts = v.map(
  v.pipe(v.string(), v.regex(/^\w+$/, 'expected a name of letters, digits and underscores')),
  v.string(TEXT),
  'expected a table of texts',
);

const DeadlinesTable = v.object(
  {
    build: v.optional(Duration),
    ready: v.optional(Duration),
    checks: v.optional(Duration),
    step: v.optional(Duration),
    soak: v.optional(Duration),
    approval: v.optional(Duration),
  },
  TABLE,
);

const STAGE = {
  service: v.optional(Label),
  steps: v.optional(
    v.pipe(
      v.array(whole(1, 100), STEPS),
      v.minLength(1, STEPS),
      v.check((steps) => steps.every((step, at) => at === 0 || step > steps[at - 1]!), STEPS),
      v.check((steps) => steps.at(-1) === 100, STEPS),
    ),
  ),
  approval: v.optional(Flag),
  port: v.optional(Port),
  project: v.optional(Text),
  region: v.optional(Text),
  deadlines: v.optional(DeadlinesTable),
};

const ProbeTable = v.object(
  {
    path: v.optional(Path),
    period: v.optional(Duration),
    timeout: v.optional(Duration),
    failures: v.optional(whole(1, 240)),
  },
  TABLE,
);

const ShapeTable = v.object(
  {
    port: v.optional(Port),
    memory: v.optional(Memory),
    cpu: v.optional(number(0.08, 8)),
    concurrency: v.optional(whole(1, 1000)),
    'min-instances': v.optional(whole(0, 1000)),
    'max-instances': v.optional(whole(1, 1000)),
    public: v.optional(Flag),
    'service-account': v.optional(Text),
    environment: v.optional(Texts),
    secrets: v.optional(Texts),
    'startup-probe': v.optional(ProbeTable),
  },
  TABLE,
);

const CheckTable = v.object(
  {
    path: Path,
    method: v.optional(oneOf(['GET', 'POST', 'PUT', 'HEAD'])),
    body: v.optional(v.string(TEXT)),
    'content-type': v.optional(Text),
    status: v.optional(whole(100, 599)),
    contains: v.optional(Text),
    within: v.optional(Duration),
  },
  TABLE,
);

const AnalysisTable = v.object(
  {
    'total-error': v.optional(number(0.0001, 0.5)),
    'error-tolerance': v.optional(number(0, 1)),
    'slow-tolerance': v.optional(number(0, 0.95)),
    'memory-factor': v.optional(number(1, 100)),
    'minimum-requests': v.optional(whole(1, 10_000_000)),
    interval: v.optional(Duration),
    'probes-per-second': v.optional(whole(0, 1000)),
  },
  TABLE,
);

const LocalTable = v.object({ network: v.optional(Flag), sticky: v.optional(Flag) }, TABLE);

const CloudRunTable = v.object(
  {
    project: v.optional(Text),
    region: v.optional(Text),
    repository: v.optional(Text),
    'build-file': v.optional(Text),
    substitutions: v.optional(Texts),
    builder: v.optional(oneOf(['cloud-build', 'here'])),
  },
  TABLE,
);

const REST = {
  platform: v.optional(oneOf(['local', 'cloud-run'])),
  service: v.optional(Label),
  'at-once': v.optional(whole(1, 100)),
  'require-verified': v.optional(oneOf(LEVELS)),
  shape: v.optional(ShapeTable),
  checks: v.optional(v.array(CheckTable, 'expected tables: [[deploy.checks]]')),
  analysis: v.optional(AnalysisTable),
  deadlines: v.optional(DeadlinesTable),
  local: v.optional(LocalTable),
  'cloud-run': v.optional(CloudRunTable),
};

const ONE = 'expected at least one stage';
const StageName = Label;

/** `[[deploy.stages]]`: in the order in which they stand there. */
export const DeployTable = v.object(
  {
    ...REST,
    stages: v.optional(
      v.pipe(
        v.array(v.object({ name: StageName, ...STAGE }, TABLE), 'expected tables: [[deploy.stages]]'),
        v.minLength(1, ONE),
        v.check(
          (stages) => new Set(stages.map(({ name }) => name)).size === stages.length,
          'expected each stage to have a name of its own',
        ),
      ),
    ),
  },
  TABLE,
);

/** `[deploy.stages.production]`: named by the key. */
export const DeployTableNamed = v.object(
  {
    ...REST,
    stages: v.optional(v.pipe(v.map(StageName, v.object(STAGE, TABLE)), v.minSize(1, ONE))),
  },
  TABLE,
);

export type WrittenDeploy = v.InferOutput<typeof DeployTable> | v.InferOutput<typeof DeployTableNamed>;
