import { isObject, type JsonObject } from './json.ts';
import { invalid, type Refusal } from './refusal.ts';

/** Keys that have a value in every build, and those that have one where a trigger gave it. */
const ALWAYS = [
  'PROJECT_ID',
  'PROJECT_NUMBER',
  'BUILD_ID',
  'LOCATION',
  'SERVICE_ACCOUNT',
  'SERVICE_ACCOUNT_EMAIL',
];
const BY_TRIGGER = [
  'TRIGGER_NAME',
  'COMMIT_SHA',
  'REVISION_ID',
  'SHORT_SHA',
  'REPO_NAME',
  'REPO_FULL_NAME',
  'BRANCH_NAME',
  'TAG_NAME',
  'REF_NAME',
  'TRIGGER_BUILD_CONFIG_PATH',
];

/** "$$" is a dollar sign; else a key is in braces or ends where another sign stands. */
const KEY = /\$\$|\$\{([A-Z_][A-Z0-9_]*)\}|\$([A-Z_][A-Z0-9_]*)/g;

/**
 * The build with its keys replaced (cloud.google.com/build/docs/configuring-builds/substitute-variable-values). A key of the user's own
 * that the template does not name, and one that it names and nobody gave, are refused, unless the build says ALLOW_LOOSE.
 */
export function substituted(
  build: JsonObject,
  given: Readonly<Record<string, string>>,
  builtIn: Readonly<Record<string, string>>,
): JsonObject {
  const isLoose = isObject(build['options']) && build['options']['substitutionOption'] === 'ALLOW_LOOSE';
  for (const key of Object.keys(given)) checkKey(key);
  const used = new Set<string>();
  const replace = (text: string) =>
    text.replace(KEY, (match, braced: string | undefined, bare: string | undefined) => {
      if (match === '$$') return '$';
      const key = (braced ?? bare)!;
      used.add(key);
      const value =
        builtIn[key] ?? given[key] ?? (BY_TRIGGER.includes(key) || ALWAYS.includes(key) ? '' : null);
      if (value === null && !isLoose) throw unmatchedInTemplate(key);
      return value ?? '';
    });
  const { substitutions: _given, ...template } = build;
  const result = walked(template, replace);
  const unused = Object.keys(given).find((key) => key.startsWith('_') && !used.has(key));
  if (unused !== undefined && !isLoose)
    throw refused(`key "${unused}" in the substitution data is not matched in the template`);
  return { ...result, substitutions: { ...given } };
}

function checkKey(key: string): void {
  if (BY_TRIGGER.includes(key) || /^_[A-Z0-9_]+$/.test(key)) return;
  throw refused(`key in the template "${key}" is not a valid built-in substitution`);
}

function unmatchedInTemplate(key: string): Refusal {
  return key.startsWith('_')
    ? refused(`key in the template "${key}" is not matched in the substitution data`)
    : refused(`key in the template "${key}" is not a valid built-in substitution`);
}

function refused(what: string): Refusal {
  return invalid('', `invalid value for 'build.substitutions': ${what}`);
}

function walked(value: JsonObject, replace: (text: string) => string): JsonObject {
  const one = (member: unknown): unknown => {
    if (typeof member === 'string') return replace(member);
    if (Array.isArray(member)) return member.map(one);
    return isObject(member) ? walked(member, replace) : member;
  };
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, one(member)]));
}
