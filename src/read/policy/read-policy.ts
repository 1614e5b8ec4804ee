import { join } from 'node:path';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import type { AST } from 'toml-eslint-parser';
import * as v from 'valibot';
import { UserFacingError } from '../../domain/errors.ts';
import type { ErrorPlace } from '../../domain/errors.ts';
import type { Job } from '../../domain/job.ts';
import type { Policy } from '../../domain/policy.ts';
import { SEVERITIES } from '../../domain/advisory.ts';
import { CHANGE_SIZES } from '../../domain/version.ts';
import type { World } from '../../io/world.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';

type Rules = Omit<Ecosystem, 'openIndex'>;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

const PolicyTable = v.strictObject({
  severity: v.optional(v.picklist(SEVERITIES)),
  strategy: v.optional(v.picklist(['minimal', 'latest'])),
  hold: v.optional(v.array(v.string())),
  ceiling: v.optional(v.array(v.string())),
  allow: v.optional(v.picklist(CHANGE_SIZES)),
  cooldown: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  prereleases: v.optional(v.boolean()),
  groups: v.optional(v.record(v.string(), v.array(v.string()))),
  ignore: v.optional(
    v.array(
      v.strictObject({
        id: v.string(),
        reason: v.pipe(v.string(), v.minLength(1)),
        until: v.optional(v.union([v.pipe(v.string(), v.regex(DAY)), v.date()])),
      }),
    ),
  ),
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
  readonly value: unknown;
}

async function readTable(
  root: string,
  world: World,
  file: string,
  path: readonly string[],
): Promise<LocatedTable | null> {
  const bytes = await world.files.read(join(root, file));
  if (bytes === null) return null;
  const text = new TextDecoder().decode(bytes);
  const ast = parseOrNull(text);
  // A pyproject that is not TOML is told where it is read as a manifest; only the project's own policy file stops here.
  if (ast instanceof Error) {
    if (path.length > 0) return null;
    throw new UserFacingError('invalid-policy', `${file} is not TOML: ${ast.message}`, {
      at: place(file, text, lineOf(ast), 0),
    });
  }
  let value: unknown = getStaticTOMLValue(ast);
  for (const key of path)
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return value === undefined ? null : { file, text, path, ast, value };
}

function parseOrNull(text: string): AST.TOMLProgram | Error {
  try {
    return parseTOML(text);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function lineOf(error: Error): number {
  return 'lineNumber' in error && typeof error.lineNumber === 'number' ? error.lineNumber : 1;
}

function parsePolicy(table: LocatedTable, rules: Rules): Policy {
  const parsed = v.safeParse(PolicyTable, table.value);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const keys = (issue.path ?? []).map((item) => String(item.key));
    throw invalid(table, keys, `${keys.join('.') || 'the policy'}: ${issue.message}`);
  }
  const { hold, ceiling, groups, ignore, cooldown, allow, ...rest } = parsed.output;
  const bounds = (key: string, texts: readonly string[] = []): Policy['holds'] =>
    texts.map((text, at) => {
      const dependency = rules.parseDependency(text);
      if ('kind' in dependency) throw invalid(table, [key, String(at)], `${key}: ${dependency.message}`);
      return { name: dependency.name, specifier: dependency.specifier.text };
    });
  return {
    ...DEFAULT_POLICY,
    ...definedOf(rest),
    holds: bounds('hold', hold),
    ceilings: bounds('ceiling', ceiling),
    cooldownDays: cooldown ?? DEFAULT_POLICY.cooldownDays,
    allowedSize: allow ?? DEFAULT_POLICY.allowedSize,
    groups: Object.entries(groups ?? {}).map(([name, members]) => ({
      name,
      members: bounds(`groups.${name}`, members).map((member) => member.name),
    })),
    ignored: (ignore ?? []).map((waiver) => ({ ...waiver, until: dayText(waiver.until) })),
  };
}

function definedOf<T extends object>(values: T): { [K in keyof T]-?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]-?: Exclude<T[K], undefined>;
  };
}

function dayText(until: string | Date | undefined): string | null {
  return until instanceof Date ? until.toISOString().slice(0, 10) : (until ?? null);
}

function invalid(table: LocatedTable, keys: readonly string[], message: string): UserFacingError {
  const found = nodeAt(table.ast, [...table.path, ...keys]);
  const at = place(table.file, table.text, found.loc.start.line, found.loc.start.column, found.range);
  return new UserFacingError('invalid-policy', message, { at, hint: 'docs/policy.md lists every key' });
}

/** The node whose resolved key is the longest beginning of `keys`. */
function nodeAt(ast: AST.TOMLProgram, keys: readonly string[]): AST.TOMLNode {
  let best: AST.TOMLNode = ast;
  let length = 0;
  const visit = (
    node: AST.TOMLTable | AST.TOMLKeyValue | AST.TOMLContentNode,
    prefix: readonly string[],
  ): void => {
    if (node.type === 'TOMLTable') {
      consider(node.key, node.resolvedKey.map(String));
      for (const entry of node.body) visit(entry, node.resolvedKey.map(String));
    } else if (node.type === 'TOMLKeyValue') {
      const path = [
        ...prefix,
        ...node.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value)),
      ];
      consider(node.value, path);
      visit(node.value, path);
    } else if (node.type === 'TOMLArray')
      node.elements.forEach((element, at) => visitElement(element, [...prefix, String(at)]));
    else if (node.type === 'TOMLInlineTable') for (const entry of node.body) visit(entry, prefix);
  };
  const visitElement = (node: AST.TOMLContentNode, path: readonly string[]): void => {
    consider(node, path);
    visit(node, path);
  };
  const consider = (node: AST.TOMLNode, path: readonly string[]): void => {
    const matches = path.length <= keys.length && path.every((key, at) => key === keys[at]);
    if (matches && path.length > length) [best, length] = [node, path.length];
  };
  for (const entry of ast.body[0].body) visit(entry, []);
  return best;
}

function place(
  file: string,
  text: string,
  line: number,
  column: number,
  range?: readonly [number, number],
): ErrorPlace {
  const sourceLine = text.split('\n')[line - 1] ?? '';
  const start =
    range?.[0] ??
    text
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length + column;
  return {
    span: { file, start, end: range?.[1] ?? start + sourceLine.length - column, line, column: column + 1 },
    sourceLine: sourceLine.replace(/\r$/, ''),
  };
}
