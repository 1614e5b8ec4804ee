import type { LockFile } from '../../../src/domain/lock-file.ts';
import { pypiRules } from '../../../src/read/ecosystems/pypi/rules.ts';
import { decodeText } from '../../../src/read/manifests/decode-text.ts';
import { lockAsRequirements } from '../../../src/read/manifests/locks/lock-as-requirements.ts';
import { lockedOn } from '../../../src/read/manifests/locks/locked-on.ts';
import { lockKind, readLock } from '../../../src/read/manifests/locks/lock-readers.ts';
import type { Placed, PlacedValue } from '../../../src/read/manifests/placed/placed.ts';
import { readPlacedJson } from '../../../src/read/manifests/placed/placed-json.ts';
import { parsePlacedToml } from '../../../src/read/manifests/placed/placed-toml.ts';
import { scanToml } from '../../../src/read/manifests/placed/scan-toml.ts';
import type { ReadingContext } from '../../../src/read/manifests/manifest-reader.ts';
import { SourceText } from '../../../src/read/manifests/source-text.ts';
import { asText, broken } from '../fuzz-target.ts';
import type { FuzzTarget } from '../fuzz-target.ts';
import { MACHINES } from './test-targets.ts';

const BESIDE: Readonly<Record<string, string>> = {
  'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["flask>=2"]\n',
  Pipfile: '[packages]\nflask = "*"\n',
};

async function readOne(path: string, input: Uint8Array): Promise<void> {
  const { text } = decodeText(input, path);
  const source = (name: string, content: string): SourceText =>
    new SourceText({ path: name, text: content, digest: '' });
  const beside = (name: string): string | null => BESIDE[name] ?? null;
  const context = {
    rules: pypiRules,
    environment: {},
    open: (name: string) => Promise.resolve(beside(name) === null ? null : source(name, beside(name)!)),
    peek: (name: string) => Promise.resolve(beside(name)),
  } as unknown as ReadingContext;
  const lock = await readLock(lockKind(path)!, source(path, text), context);
  used(lock, text);
}

function used(lock: LockFile, text: string): void {
  for (const { span, name } of lock.entries)
    if (span.start > span.end || span.end > text.length) broken('an entry stands in its lock', name, span);
  for (const machine of MACHINES) {
    const names = lockedOn(lock, machine, pypiRules, { development: true }).map(({ entry }) => entry);
    if (new Set(names).size !== names.length) broken('an entry is installed once', lock.tool);
  }
  lockAsRequirements(lock, MACHINES, pypiRules);
}

/** The quick reader of TOML and the full one say the same wherever the quick one says anything. */
function readBoth(text: string): void {
  const quick = scanToml(text);
  if (quick === null) return;
  const full = parsePlacedToml(text);
  // The full parser alone has a bound on the length of one text.
  if (!(full instanceof Map) && full.message.includes('too long')) return;
  if (!(full instanceof Map)) return broken('what the quick reader takes is TOML', full.message, text);
  const [a, b] = [plain(quick), plain(full)].map((one) => JSON.stringify(one));
  if (a !== b) broken('both readers of TOML read the same', text, a, b);
}

function readJson(text: string): void {
  const { root, unreadable } = readPlacedJson(new SourceText({ path: 'a.json', text, digest: '' }));
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (unreadable.length === 0) broken('what is no JSON is told', text);
    return;
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const isTold = unreadable.length > 0;
  if (
    isObject &&
    !isTold &&
    JSON.stringify(sortedKeys(plain(root))) !== JSON.stringify(sortedKeys(rounded(value)))
  )
    broken('JSON is read as it is', text);
  if (!isObject && !isTold) broken('what is no object is told', text);
}

/** Values with their places for tables made as pairs: keys of every kind are only keys. */
function plain(value: PlacedValue): unknown {
  if (value instanceof Map)
    return {
      table: [...(value as ReadonlyMap<string, Placed>)].map(([key, one]) => [key, plain(one.value)]),
    };
  return Array.isArray(value) ? (value as readonly Placed[]).map((one) => plain(one.value)) : value;
}

/** Numbers that no lock's reader looks at are null there. */
function rounded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value === 'object' && value !== null)
    return { table: Object.entries(value).map(([key, one]) => [key, rounded(one)]) };
  return value;
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value === 'number') return null;
  if (typeof value !== 'object' || value === null) return value;
  const { table } = value as { readonly table: readonly (readonly [string, unknown])[] };
  return {
    table: [...table]
      .map(([key, one]) => [key, sortedKeys(one)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

const WORDS = [
  '[[package]]',
  'name = "flask"',
  'version = "2.0"',
  'marker = "',
  'dependencies = [',
  '{',
  '}',
  ', ',
  '"""',
  '\\"',
  'extra == ',
  '[metadata]',
  '[package.dependencies]',
  '__proto__',
  'files = [',
  '\n',
];
const JSON_WORDS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\u00e9',
  'null',
  '1e999',
  '"default": {',
  '"__proto__": ',
  '"version": "==1.0"',
  '"markers": "',
];

export const LOCK_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'uv-locks',
    seeds: [
      { path: 'test/projects/fix/uv-lock/tree/uv.lock' },
      { path: 'test/projects/fix/uv-workspace/tree/uv.lock' },
    ],
    words: WORDS,
    read: (input) => readOne('uv.lock', input),
  },
  {
    name: 'poetry-locks',
    seeds: [{ path: 'test/projects/fix/poetry-lock/tree/poetry.lock' }, poetryLock()],
    words: [...WORDS, 'optional = true', 'groups = ["main"]', '[extras]', 'content-hash = "'],
    read: (input) => readOne('poetry.lock', input),
  },
  {
    name: 'pylocks',
    seeds: [
      { path: 'test/projects/fix/pylock/tree/pylock.toml' },
      'lock-version = "1.0"\nextras = ["a"]\ncreated-by = "x"\n[[packages]]\nname = "b"\nversion = "1"\nmarker = "\'a\' in extras"\n[packages.directory]\npath = "."\n',
    ],
    words: [...WORDS, '[[packages]]', 'lock-version = "1.0"', '[packages.vcs]'],
    read: (input) => readOne('pylock.toml', input),
  },
  {
    name: 'pipfile-locks',
    seeds: [
      { path: 'test/projects/fix/pipfile-lock/tree/Pipfile.lock' },
      { path: 'test/locks/pipenv/Pipfile.lock' },
    ],
    words: JSON_WORDS,
    read: (input) => readOne('Pipfile.lock', input),
  },
  {
    name: 'toml-readers',
    seeds: [
      poetryLock(),
      'a = "b" # c\n[x]\ny = [1, true, "z", { k = "v" }]\n[[t]]\nd = 1979-05-27T07:32:00Z\n["q.r"]\ns = \'t\'\n',
    ],
    words: WORDS,
    read: (input) => readBoth(asText(input)),
  },
  {
    name: 'json-reader',
    seeds: ['{"a": [1, -2.5e3, null, true, "x\\u00e9\\n"], "b": {"c": {}, "a": []}, "a": 2}', ' \ufeff{}'],
    words: JSON_WORDS,
    read: (input) => readJson(asText(input)),
  },
];

function poetryLock(): string {
  return [
    '# This file is automatically @generated by Poetry 2.1.1 and should not be changed by hand.\n\n[[package]]\nname = "anyio"\nversion = "4.4.0"\n',
    'description = "High level \\"compatibility\\" layer"\noptional = false\npython-versions = ">=3.8"\ngroups = ["main", "dev"]\n',
    'markers = "python_version < \\"3.11\\""\nfiles = [\n    {file = "anyio-4.4.0-py3-none-any.whl", hash = "sha256:abc"},\n]\n\n',
    '[package.dependencies]\nexceptiongroup = {version = ">=1.0.2", markers = "python_version < \\"3.11\\""}\nidna = ">=2.8"\n\n',
    '[package.extras]\ntrio = ["trio (>=0.23)"]\n\n[[package]]\nname = "idna"\nversion = "3.7"\ndescription = ""\noptional = true\npython-versions = "*"\nfiles = []\n\n',
    '[extras]\nall = ["idna"]\n\n[metadata]\nlock-version = "2.1"\npython-versions = ">=3.9"\ncontent-hash = "0123"\n',
  ].join('');
}
