import { UserFacingError } from '../../../domain/errors.ts';
import { invalid } from './build-file.ts';
import type { BuildFile, BuildText } from './build-file.ts';

/** Given by Cloud Build to every build ("Substituting variable values"). */
const GIVEN = new Set(['PROJECT_ID', 'BUILD_ID', 'PROJECT_NUMBER', 'LOCATION']);
/** Given by a trigger alone; in a build that is submitted they are empty, unless they are given with it. */
const OF_TRIGGERS = new Set([
  ...['TRIGGER_NAME', 'COMMIT_SHA', 'REVISION_ID', 'SHORT_SHA', 'REPO_NAME', 'REPO_FULL_NAME'],
  ...['BRANCH_NAME', 'TAG_NAME', 'REF_NAME', 'TRIGGER_BUILD_CONFIG_PATH', 'SERVICE_ACCOUNT_EMAIL'],
  ...['SERVICE_ACCOUNT', 'HEAD_BRANCH', 'BASE_BRANCH', 'HEAD_REPO_URL', 'PR_NUMBER', 'PULL_REQUEST'],
]);

/** "$$" is a "$"; "$_KEY", "${_KEY}", and with `dynamicSubstitutions` "${_KEY:0:7}" and the like. */
const PATTERN = /\$\$|\$\{([A-Z_][A-Z0-9_]*)([^}]*)\}|\$([A-Z_][A-Z0-9_]*)/g;

export interface UsedKey {
  readonly key: string;
  /** Null: it stands by itself. */
  readonly expansion: string | null;
  readonly at: number;
  readonly length: number;
}

/**
 * Values by key for a build: the file's own with the given ones over them. A key that nothing uses, and one that is used and has no value,
 * is refused with its place, as Cloud Build would refuse it minutes later.
 */
export function checkedSubstitutions(
  file: BuildFile,
  given: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  refuseWrongNames(file, given);
  const values = new Map(Object.entries({ ...file.content.substitutions, ...given }));
  const isLoose = ['ALLOW_LOOSE', 1].includes(file.content.options['substitutionOption'] as string);
  const used = new Set<string>();
  for (const text of file.texts) {
    if (text.under === 'substitutions' && !isDynamic(file)) continue;
    for (const key of keysIn(text, file.source)) {
      used.add(key.key);
      if (!isLoose) refuseUnknown(file, key, values);
    }
  }
  if (!isLoose && !hasScripts(file)) refuseUnused(file, given, used);
  return values;
}

/** Scripts take substitutions as environment variables: which they read cannot be told. */
function hasScripts({ content }: BuildFile): boolean {
  return content.steps.some(({ script }) => script !== undefined);
}

export function isDynamic({ content }: BuildFile): boolean {
  return content.options['dynamicSubstitutions'] === true;
}

function refuseWrongNames(
  { content, path, source }: BuildFile,
  given: Readonly<Record<string, string>>,
): void {
  for (const key of Object.keys(content.substitutions))
    if (!/^_[A-Z0-9_]+$/.test(key))
      throw invalid(`"${key}" is no key of a user's own`, source, path, placeOfKey(source, key), {
        end: placeOfKey(source, key) + key.length,
        hint: 'such a key begins with "_" and has capitals, digits and "_"',
      });
  for (const key of Object.keys(given))
    if (!/^_[A-Z0-9_]+$/.test(key) && !OF_TRIGGERS.has(key))
      throw new UserFacingError('invalid-file', `the substitution "${key}" cannot be given`, {
        hint: 'a key of a user\'s own begins with "_" and has capitals, digits and "_"',
      });
}

function refuseUnknown(
  file: BuildFile,
  { key, at, length }: UsedKey,
  values: ReadonlyMap<string, string>,
): void {
  if (GIVEN.has(key) || values.has(key)) return;
  const hint = OF_TRIGGERS.has(key)
    ? `only a trigger sets it: give it under [deploy.cloud-run.substitutions] (${key} = "…")`
    : key.startsWith('_')
      ? `give it under \`substitutions\` of the file or under [deploy.cloud-run.substitutions] (${key} = "…")`
      : `a shell's own variable is written "$$${key}"`;
  const what = OF_TRIGGERS.has(key) ? 'would be empty in this build' : 'has no value';
  throw invalid(`$${key} ${what}`, file.source, file.path, at, { end: at + length, hint });
}

function refuseUnused(
  { content, path, source }: BuildFile,
  given: Readonly<Record<string, string>>,
  used: ReadonlySet<string>,
): void {
  const own = Object.keys(content.substitutions).find((key) => !used.has(key));
  const hint = 'take it away, or set options.substitutionOption to ALLOW_LOOSE';
  if (own !== undefined) {
    const at = placeOfKey(source, own);
    throw invalid(`nothing in the file uses ${own}`, source, path, at, { end: at + own.length, hint });
  }
  const other = Object.keys(given).find((key) => !used.has(key) && !(key in content.substitutions));
  if (other !== undefined)
    throw new UserFacingError('invalid-file', `nothing in ${path} uses the substitution ${other}`, {
      hint: `it uses ${[...used].sort().join(', ') || 'none'}: mend the name under [deploy.cloud-run.substitutions]`,
    });
}

function placeOfKey(source: string, key: string): number {
  const block = Math.max(0, source.search(/^substitutions\s*:/m));
  const found = source.slice(block).search(new RegExp(`(?<![\\w$])["']?${key}["']?\\s*:`));
  return found === -1 ? block : block + found;
}

/** The keys of a text, with their places in the file. */
function keysIn({ text, start, end }: BuildText, source: string): readonly UsedKey[] {
  let from = start;
  return [...text.matchAll(PATTERN)].flatMap(([whole, braced, expansion, plain]) => {
    const found = source.indexOf(whole, from);
    // In a quoted text a line may be folded: then the text as a whole is its place.
    const at = found === -1 || found >= end ? start : found;
    from = at + (found === -1 ? 0 : whole.length);
    const key = braced ?? plain;
    return key === undefined ? [] : [{ key, expansion: expansion || null, at, length: whole.length }];
  });
}

/** A text with its substitutions made; null: it has a key or an expansion whose value is not known here. */
export function substituted(
  text: string,
  values: ReadonlyMap<string, string>,
  dynamic: boolean,
  depth = 0,
): string | null {
  let isKnown = depth < 10;
  const result = text.replace(PATTERN, (whole, braced?: string, expansion?: string, plain?: string) => {
    if (whole === '$$') return '$';
    const value = values.get(braced ?? plain ?? '');
    if (value === undefined || (expansion !== undefined && expansion !== '')) isKnown = false;
    const inner = dynamic && isKnown ? substituted(value ?? '', values, dynamic, depth + 1) : (value ?? '');
    if (inner === null) isKnown = false;
    return inner ?? '';
  });
  return isKnown ? result : null;
}
