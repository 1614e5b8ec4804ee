import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** What valid-set.py is asked; see there. */
export interface ValidityQuestion {
  readonly python: string;
  readonly platform: string;
  readonly machine: string;
  readonly requires: readonly string[];
  readonly constraints: readonly string[];
  readonly prereleases: boolean;
  readonly no_build: readonly string[];
  readonly no_binary: readonly string[];
  readonly pins: Readonly<Record<string, string>> | null;
  readonly packages: Readonly<Record<string, Readonly<Record<string, JudgedRelease>>>>;
}

export interface JudgedRelease {
  readonly requires: readonly string[];
  readonly python: string | null;
  readonly yanked: boolean;
  readonly wheels: readonly string[];
  readonly sdist: boolean;
}

const ROOT = join(import.meta.dirname, '..', '..');
const PYTHONPATH = [process.env['PYTHONPATH'], join(ROOT, '.cache', 'oracle')]
  .filter(Boolean)
  .join(delimiter);

/** The judgements of a Python program that shares no code with fettle; null where python3 has no `packaging`. */
export function judgeSets(questions: readonly ValidityQuestion[]): readonly unknown[] | null {
  const { status, stdout, stderr, error } = spawnSync(
    'python3',
    [join(import.meta.dirname, 'valid-set.py')],
    {
      input: JSON.stringify(questions),
      env: { ...process.env, PYTHONPATH },
      maxBuffer: 2 ** 26,
      encoding: 'utf8',
    },
  );
  if (error !== undefined || stderr.includes('ModuleNotFoundError')) return null;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as readonly unknown[];
}
