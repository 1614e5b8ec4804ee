import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';

import { MAKERS } from './made-files.mjs';

export const CORPUS = join(import.meta.dirname, '..', 'corpus');

/** How the judge reads what an install takes; see docs/corpus.md. */
export const FORMS = [
  ...['requirements', 'hashes', 'pyproject', 'poetry', 'pipfile', 'setup.cfg', 'setup.py', 'dockerfile'],
  ...['build-system', 'uv.lock', 'poetry.lock', 'pylock'],
];
const TEXT = (value) => typeof value === 'string' && value.trim() !== '';
const FLAG = (value) => typeof value === 'boolean';
const COUNT = (value) => Number.isInteger(value) && value >= 0;
const listOf = (of) => (value) => Array.isArray(value) && value.every(of);
const TEXTS = listOf(TEXT);
const SOME = (value) => TEXTS(value) && value.length > 0;
const optional = (check) => (value) => value === undefined || check(value);
const table = (shape) => (value) => problemsOf(value, shape, '').length === 0;

const INSTALL = {
  name: TEXT,
  form: (value) => FORMS.includes(value),
  file: TEXT,
  constraints: optional(TEXTS),
  extras: optional(TEXTS),
  groups: optional(TEXTS),
  python: (value) => /^3\.\d+(\.\d+)?$/.test(value),
  platform: (value) => ['linux/amd64', 'linux/arm64', 'linux/amd64 musl'].includes(value),
};

const ANSWER = {
  repairable: FLAG,
  resolves: FLAG,
  must_fix: TEXTS,
  may_leave: listOf(table({ advisory: TEXT, because: TEXT })),
  lines_may_change: TEXTS,
  max_changed_lines: COUNT,
  unchanged: optional(TEXTS),
  keeps: optional(TEXTS),
  lacks: optional(TEXTS),
  rewritten: optional(TEXTS),
  imports: optional(TEXTS),
  must_say: optional(TEXTS),
  must_say_unknown: optional(FLAG),
};

const CASE = {
  title: TEXT,
  kinds: SOME,
  wrong: TEXT,
  facts: SOME,
  as_of: (value) => /^\d{4}-\d\d-\d\d$/.test(value),
  needs: optional(TEXTS),
  builds: optional(TEXTS),
  set_aside: optional(TEXTS),
  made: optional(table({ by: (value) => value in MAKERS, pins: TEXTS, manifest: optional(TEXT) })),
  installs: (value) => listOf(table(INSTALL))(value) && value.length > 0,
  before: table({ resolves: FLAG }),
  answer: table(ANSWER),
};

/** What keeps a value from having a shape: fields that are absent, wrong, or not known. */
function problemsOf(value, shape, place) {
  if (typeof value !== 'object' || value === null) return [`${place} is no table`];
  const unknown = Object.keys(value).filter((key) => !(key in shape));
  const wrong = Object.keys(shape).filter((key) => !shape[key](value[key]));
  return [
    ...unknown.map((key) => `${place}${key} is not known`),
    ...wrong.map((key) => `${place}${key} is wrong`),
  ];
}

/** What is wrong with the form of a case, `[]` where nothing is. */
export function formProblems({ told, files }) {
  const problems = problemsOf(told, CASE, '');
  for (const [at, install] of (told.installs ?? []).entries())
    problems.push(...problemsOf(install, INSTALL, `installs.${at}.`));
  problems.push(...problemsOf(told.answer, ANSWER, 'answer.'));
  if (problems.length > 0) return problems;
  const named = [
    ...told.installs.flatMap(({ file, constraints = [] }) => [file, ...constraints]),
    ...(told.answer.unchanged ?? []),
    ...(told.answer.rewritten ?? []),
  ];
  const made = told.made === undefined ? [] : [MAKERS[told.made.by]];
  return named
    .filter((file) => !made.includes(file) && !existsSync(join(files, file)))
    .map((file) => `files/${file} is not there`);
}

/** Every case, in the order of their names; `only`: those of these names. */
export async function readCases(only = []) {
  const names = (await readdir(CORPUS, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const all = names.map(({ name }) => name).sort();
  const absent = only.filter((name) => !all.includes(name));
  if (absent.length > 0) throw new Error(`no case is called ${absent.join(', ')}`);
  return Promise.all(all.filter((name) => only.length === 0 || only.includes(name)).map(readCase));
}

async function readCase(name) {
  const folder = join(CORPUS, name);
  const told = getStaticTOMLValue(parseTOML(await readFile(join(folder, 'case.toml'), 'utf8')));
  return { name, told, files: join(folder, 'files') };
}
