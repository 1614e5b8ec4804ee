import * as v from 'valibot';

const MOST_BREAKS = 10_000;
const MOST_VERSIONS = 20_000;

/** A line of text that is shown: without control characters, which a terminal would obey. */
function line(most: number, what: string): v.GenericSchema<string> {
  return v.pipe(
    v.string(`expected ${what}`),
    v.minLength(1, `expected ${what}`),
    v.maxLength(most, `longer than ${most} characters`),
    v.regex(/^\P{Cc}*$/u, 'has a control character'),
  );
}

const Texts = v.pipe(
  v.array(line(200, 'the text of a version'), 'expected a list of versions'),
  v.maxLength(MOST_VERSIONS, `more than ${MOST_VERSIONS} versions`),
);

const Versions = v.strictObject({ read: Texts, between: Texts }, shape);

const Side = v.strictObject({ name: line(200, 'the name of a package'), versions: Versions }, shape);

const Break = v.strictObject(
  {
    id: line(1000, 'an id'),
    importer: v.nullable(Side),
    service: v.optional(line(1000, 'the name of a service')),
    provider: Side,
    kind: v.picklist(['forbidden', 'needed'], 'expected "forbidden" or "needed"'),
    module: line(500, 'the dotted name of a module'),
    symbol: v.nullable(line(500, 'the name that is imported, or null')),
    because: line(2000, 'a sentence'),
    seen: v.pipe(v.string('expected a text'), v.maxLength(20_000, 'longer than 20000 characters')),
  },
  shape,
);

/** schemas/learned-1.json. */
export const LearnedFile = v.strictObject(
  {
    $schema: v.optional(v.string()),
    schemaVersion: v.literal('1', 'expected "1": the file is of another version of fettle'),
    breaks: v.pipe(
      v.array(Break, 'expected a list of breaks'),
      v.maxLength(MOST_BREAKS, `more than ${MOST_BREAKS} breaks`),
    ),
  },
  shape,
);

export type WrittenBreak = v.InferOutput<typeof Break>;

/** Said of an object: a key that it lacks, one that it must not have, or that it is none. */
function shape(issue: v.BaseIssue<unknown>): string {
  const key = issue.path?.at(-1)?.key;
  if (issue.expected === 'never') return 'there is no such key';
  return key === undefined || issue.received !== 'undefined' ? 'expected an object' : 'is missing';
}
