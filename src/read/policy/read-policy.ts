import { join } from 'node:path';
import { parseToml } from '../../io/parse-toml.ts';
import type { AST } from 'toml-eslint-parser';
import * as v from 'valibot';
import { distance } from 'fastest-levenshtein';
import { UserFacingError } from '../../domain/errors.ts';
import type { Job } from '../../domain/job.ts';
import type { PackageName } from '../../domain/package-name.ts';
import { JUSTIFICATIONS } from '../../domain/policy.ts';
import type { Policy } from '../../domain/policy.ts';
import { SEVERITIES } from '../../domain/advisory.ts';
import { CHANGE_SIZES } from '../../domain/version.ts';
import { tomlAt, tomlTable } from '../../io/toml-table.ts';
import type { TomlTable } from '../../io/toml-table.ts';
import type { World } from '../../io/world.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import { deployPolicy } from './deploy-policy.ts';
import { DeployTable, DeployTableNamed } from './deploy-table.ts';
import { plainTables } from './plain-tables.ts';
import { linePlace, placeOfKeys } from './policy-place.ts';
import { pullRequestPolicy, PullRequestTable } from './pull-request-table.ts';
import { runSettings, RunTable } from './run-table.ts';

type Rules = Omit<Ecosystem, 'openIndex'>;

const DAY = 'expected a day such as 2026-12-31';
const DAYS = 'expected a whole number of days';

const Waiver = v.object(
  {
    id: v.string('expected the id of an advisory'),
    reason: v.pipe(v.string('expected a reason'), v.minLength(1, 'expected a reason')),
    justification: v.optional(v.picklist(JUSTIFICATIONS, oneOf(JUSTIFICATIONS))),
    until: v.optional(v.union([v.pipe(v.string(), v.isoDate(DAY)), v.date()], DAY)),
  },
  'expected a table',
);

const Texts = v.array(v.string('expected a text'), 'expected a list of texts');

const PolicyTable = v.object({
  severity: v.optional(v.picklist(SEVERITIES, oneOf(SEVERITIES))),
  strategy: v.optional(v.picklist(['minimal', 'latest'], oneOf(['minimal', 'latest']))),
  hold: v.optional(Texts),
  ceiling: v.optional(Texts),
  allow: v.optional(v.picklist(CHANGE_SIZES, oneOf(CHANGE_SIZES))),
  cooldown: v.optional(v.pipe(v.number(DAYS), v.integer(DAYS), v.minValue(0, DAYS))),
  prereleases: v.optional(v.boolean('expected true or false')),
  groups: v.optional(v.map(v.string(), Texts, 'expected a table of lists of names')),
  learned: v.optional(Texts),
  ignore: v.optional(v.array(Waiver, 'expected tables: [[ignore]]')),
  run: v.optional(RunTable),
  deploy: v.optional(v.unknown()),
  pr: v.optional(PullRequestTable),
});

/** What holds where nobody says otherwise: every advisory counts, the smallest change, no bound on its size. */
export const DEFAULT_POLICY: Policy = {
  severity: 'low',
  strategy: 'minimal',
  holds: [],
  ceilings: [],
  allowedSize: 'downgrade',
  cooldownDays: 0,
  groups: [],
  ignored: [],
  prereleases: false,
};

/**
 * The policy of `fettle.toml`, or of `[tool.fettle]` in `pyproject.toml`, over the defaults.
 * @throws UserFacingError `invalid-policy` with the place of the key.
 */
export async function readPolicy(root: string, world: World, rules: Rules): Promise<Policy> {
  const own = await readTable(root, world, 'fettle.toml', []);
  const table = own ?? (await readTable(root, world, 'pyproject.toml', ['tool', 'fettle']));
  return table === null ? DEFAULT_POLICY : parsePolicy(table, rules);
}

/** The policy of the files with the flags of one job on top. */
export async function policyOf(job: Job, world: World, rules: Rules): Promise<Policy> {
  const policy = await readPolicy(job.root, world, rules);
  return {
    ...policy,
    severity: job.severity ?? policy.severity,
    strategy: job.strategy ?? policy.strategy,
    prereleases: job.prereleases ?? policy.prereleases,
  };
}

interface LocatedTable {
  readonly file: string;
  readonly text: string;
  readonly path: readonly string[];
  readonly ast: AST.TOMLProgram;
  readonly value: TomlTable;
}

async function readTable(
  root: string,
  world: World,
  file: string,
  path: readonly string[],
): Promise<LocatedTable | null> {
  const bytes = await world.files.read(join(root, file));
  if (bytes === null) return null;
  const text = textOf(bytes, file);
  // Most have no such table, and parsing one is what reading it costs. (A key may be written with escapes.)
  if (!path.every((key) => text.includes(key)) && !text.includes('\\')) return null;
  const ast = parseOrNull(text);
  // A pyproject that is not TOML is told where it is read as a manifest; only the project's own policy file stops here.
  if (ast instanceof Error) {
    if (path.length > 0) return null;
    throw new UserFacingError('invalid-policy', `${file} is not TOML: ${ast.message}`, {
      at: linePlace(file, text, lineOf(ast), 0),
    });
  }
  const value = tomlAt(tomlTable(ast), ...path);
  if (value === undefined) return null;
  if (value instanceof Map) return { file, text, path, ast, value: value as TomlTable };
  const at = placeOfKeys(file, text, ast, path);
  throw new UserFacingError('invalid-policy', `${path.join('.')}: expected a table`, { at, hint: HINT });
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UserFacingError('invalid-policy', `${file} is not UTF-8 text, as TOML has to be`, {
      cause: error,
    });
  }
}

function parseOrNull(text: string): AST.TOMLProgram | Error {
  try {
    return parseToml(text);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function lineOf(error: Error): number {
  return 'lineNumber' in error && typeof error.lineNumber === 'number' ? error.lineNumber : 1;
}

function parsePolicy(table: LocatedTable, rules: Rules): Policy {
  refuseUnknownKeys(table);
  const parsed = v.safeParse(PolicyTable, asObject(table.value));
  if (!parsed.success) throw refusedBy(parsed.issues[0], table, []);
  const { hold, ceiling, groups, ignore, cooldown, allow, run, deploy, pr, ...rest } = parsed.output;
  const members = (name: string, texts: readonly string[]): readonly PackageName[] =>
    texts.map((text, at) => readName(text, ['groups', name, String(at)], table, rules));
  return {
    ...DEFAULT_POLICY,
    ...definedOf(rest),
    holds: boundsOf('hold', hold ?? [], table, rules),
    ceilings: boundsOf('ceiling', ceiling ?? [], table, rules),
    cooldownDays: cooldown ?? DEFAULT_POLICY.cooldownDays,
    allowedSize: allow ?? DEFAULT_POLICY.allowedSize,
    groups: [...(groups ?? [])].map(([name, texts]) => ({ name, members: members(name, texts) })),
    ignored: (ignore ?? []).map(({ until, justification, ...waiver }) => ({
      ...{ ...waiver, until: dayText(until) },
      ...(justification === undefined ? {} : { justification }),
    })),
    ...(run === undefined ? {} : { run: runSettings(run) }),
    ...(deploy === undefined ? {} : { deploy: readDeploy(deploy, table) }),
    ...(pr === undefined ? {} : { pr: pullRequestPolicy(pr) }),
  };
}

/** `[deploy]`, whose stages stand in a list or, each under its name, in a table. */
function readDeploy(value: unknown, table: LocatedTable): Policy['deploy'] & object {
  const schema = tomlAt(value, 'stages') instanceof Map ? DeployTableNamed : DeployTable;
  const plain = plainTables(value, schema, ['deploy']);
  if (plain.unknown !== null) throw unknownKey(table, plain.unknown.path, plain.unknown.known);
  const parsed = v.safeParse(schema, plain.value);
  if (!parsed.success) throw refusedBy(parsed.issues[0], table, ['deploy']);
  return deployPolicy(parsed.output);
}

function refusedBy(
  issue: v.BaseIssue<unknown>,
  table: LocatedTable,
  above: readonly string[],
): UserFacingError {
  const keys = [...above, ...(issue.path ?? []).map((item) => String(item.key))];
  return invalid(table, keys, `${keys.join('.')}: ${issue.message}`);
}

function unknownKey(table: LocatedTable, path: readonly string[], known: readonly string[]): UserFacingError {
  const key = path.at(-1)!;
  const near = known.reduce((best, one) => (distance(key, one) < distance(key, best) ? one : best));
  const meant = distance(key, near) <= FARTHEST_MISSPELLING ? `; "${near}" is near` : '';
  const said = `${path.join('.')}: there is no such key; the keys are ${known.join(', ')}${meant}`;
  return invalid(table, path, said);
}

const FARTHEST_MISSPELLING = 3;

/** Plain objects of the known keys, waivers too; tables that have no fixed keys stay Maps. */
function asObject(value: TomlTable): unknown {
  const waivers = value.get('ignore');
  const ignore: unknown = Array.isArray(waivers)
    ? waivers.map((one: unknown) => (one instanceof Map ? withKeys(one as TomlTable, WAIVER_KEYS) : one))
    : waivers;
  const run = value.get('run');
  const pr = value.get('pr');
  return {
    ...withKeys(value, KEYS),
    ...{ ignore, run: run instanceof Map ? withKeys(run as TomlTable, RUN_KEYS) : run },
    pr: pr instanceof Map ? withKeys(pr as TomlTable, PR_KEYS) : pr,
  };
}

function withKeys(table: TomlTable, keys: readonly string[]): object {
  return Object.fromEntries(keys.map((key) => [key, table.get(key)]));
}

/** Each names a package and the versions that it may have: without versions it would bound nothing. */
function boundsOf(
  key: 'hold' | 'ceiling',
  texts: readonly string[],
  table: LocatedTable,
  rules: Rules,
): Policy['holds'] {
  return texts.map((text, at) => {
    const keys = [key, String(at)];
    const dependency = rules.parseDependency(text);
    if ('kind' in dependency) throw invalid(table, keys, `${key}: ${dependency.message}`);
    const { name, specifier, condition, extras, url } = dependency;
    if (specifier.text === '' || condition !== null || extras.length > 0 || url !== null)
      throw invalid(table, keys, `${key}: expected a package and its versions alone, such as "${name}<3"`);
    return { name, specifier: specifier.text };
  });
}

function readName(text: string, keys: readonly string[], table: LocatedTable, rules: Rules): PackageName {
  const name = rules.name(text);
  if (typeof name === 'string') return name;
  throw invalid(table, keys, `${keys.slice(0, -1).join('.')}: ${name.message}`);
}

function definedOf<T extends object>(values: T): { [K in keyof T]-?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]-?: Exclude<T[K], undefined>;
  };
}

function dayText(until: string | Date | undefined): string | null {
  return until instanceof Date ? until.toISOString().slice(0, 10) : (until ?? null);
}

const WAIVER_KEYS = Object.keys(Waiver.entries);
const RUN_KEYS = Object.keys(RunTable.entries);
const PR_KEYS = Object.keys(PullRequestTable.entries);
const KEYS = Object.keys(PolicyTable.entries);

/** A misspelt key would otherwise be a rule that nobody keeps. */
function refuseUnknownKeys(table: LocatedTable): void {
  const known = (keys: readonly string[], among: readonly string[], path: readonly string[]): void => {
    const unknown = keys.find((key) => !among.includes(key));
    if (unknown === undefined) return;
    throw unknownKey(table, [...path, unknown], among);
  };
  known([...table.value.keys()], KEYS, []);
  const run = table.value.get('run');
  if (run instanceof Map) known([...(run as TomlTable).keys()], RUN_KEYS, ['run']);
  const pr = table.value.get('pr');
  if (pr instanceof Map) known([...(pr as TomlTable).keys()], PR_KEYS, ['pr']);
  const waivers: unknown = table.value.get('ignore');
  if (!Array.isArray(waivers)) return;
  for (const [at, waiver] of waivers.entries())
    if (waiver instanceof Map) known([...(waiver as TomlTable).keys()], WAIVER_KEYS, ['ignore', String(at)]);
}

const HINT = 'docs/policy.md lists every key';

function invalid(table: LocatedTable, keys: readonly string[], message: string): UserFacingError {
  const at = placeOfKeys(table.file, table.text, table.ast, [...table.path, ...keys]);
  return new UserFacingError('invalid-policy', message, { at, hint: HINT });
}

function oneOf(words: readonly string[]): string {
  return `expected one of ${words.join(', ')}`;
}
