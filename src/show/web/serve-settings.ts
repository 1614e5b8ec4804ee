import { parseToml } from '../../io/parse-toml.ts';
import type { AST } from 'toml-eslint-parser';
import * as v from 'valibot';
import { UserFacingError } from '../../domain/errors.ts';
import { tomlTable } from '../../io/toml-table.ts';
import { linePlace, placeOfKeys } from '../../read/policy/policy-place.ts';
import { plainTables } from '../../read/policy/plain-tables.ts';

/** What `serve.toml` says; what it leaves out is undefined. Its shape is published: `schemas/serve-1.json`. */
export type ServeFile = v.InferOutput<typeof ServeTable>;

const Text = v.pipe(v.string('expected a text'), v.minLength(1, 'expected a text'));
const Minutes = v.pipe(
  v.number('expected a number of minutes'),
  v.integer('expected a whole number of minutes'),
  v.minValue(1, 'expected at least one minute'),
  v.maxValue(44_640, 'expected at most a month'),
);
const Who = v.pipe(
  v.string('expected "group:NAME" or "user:NAME"'),
  v.regex(/^(?:group|user):./, 'expected "group:NAME" or "user:NAME"'),
);
const WhoList = v.optional(v.array(Who, 'expected a list such as ["group:ops"]'));

const ServeTable = v.object({
  listen: v.optional(Text),
  'public-url': v.optional(Text),
  roots: v.optional(v.pipe(v.array(Text, 'expected a list of folders'), v.minLength(1, 'expected a folder'))),
  engine: v.optional(Text),
  session: v.optional(
    v.object({ idle: v.optional(Minutes), longest: v.optional(Minutes) }, 'expected a table'),
  ),
  oidc: v.optional(
    v.object(
      {
        issuer: Text,
        'client-id': Text,
        'client-secret-file': v.optional(Text),
        'groups-claim': v.optional(Text),
        scope: v.optional(Text),
      },
      'expected a table',
    ),
  ),
  roles: v.optional(v.object({ viewer: WhoList, operator: WhoList, approver: WhoList }, 'expected a table')),
});

const HINT = 'docs/serve.md lists the keys';

/** The file, checked. Errors: UserFacingError `invalid-settings`, with the place. */
export function readServeFile(file: string, bytes: Uint8Array): ServeFile {
  const text = textOf(file, bytes);
  const ast = parsed(file, text);
  const wrong = (keys: readonly string[], message: string): UserFacingError =>
    new UserFacingError('invalid-settings', `${keys.join('.')}: ${message}`, {
      ...{ at: placeOfKeys(file, text, ast, keys), hint: HINT },
    });
  const { value, unknown } = plainTables(tomlTable(ast), ServeTable, []);
  if (unknown !== null)
    throw wrong(unknown.path, `there is no such key here; there are ${unknown.known.join(', ')}`);
  const read = v.safeParse(ServeTable, value, { abortEarly: true });
  if (read.success) return read.output;
  const [issue] = read.issues;
  const keys = (issue.path ?? []).map(({ key }) => String(key));
  // A secret that was written here is not repeated: valibot's own messages would.
  throw wrong(keys, issue.input === undefined ? 'it is missing' : issue.message);
}

function textOf(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UserFacingError('invalid-settings', `${file} is not UTF-8 text, as TOML has to be`, {
      cause: error,
    });
  }
}

function parsed(file: string, text: string): AST.TOMLProgram {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const line = 'lineNumber' in error && typeof error.lineNumber === 'number' ? error.lineNumber : 1;
    throw new UserFacingError('invalid-settings', `${file} is not TOML: ${error.message}`, {
      at: linePlace(file, text, line, 0),
    });
  }
}
