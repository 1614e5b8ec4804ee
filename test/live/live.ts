import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { afterAll } from 'vitest';
import type { Job } from '../../src/domain/job.ts';
import type { LockedSet } from '../../src/domain/plan.ts';
import { closeWorld, openWorld } from '../../src/io/real-world.ts';
import type { World } from '../../src/io/world.ts';
import { UV_COMPILE } from '../support/uv-compile-words.ts';

/*
 * Tests on the real index, with uv as the judge: both are asked in the same minutes, so what they say must agree
 * whatever was published since. They share one cache, so that the index is asked once.
 */

const ROOT = join(import.meta.dirname, '..', '..');
const SHARED = join(ROOT, '..', 'shared');
const CACHE = join(ROOT, '.cache', 'live');
/** Where .ci/run puts uv and `packaging`; the machine's own come first. */
const PATH = [process.env['PATH'], join(ROOT, '.cache', 'tools', 'bin')].join(delimiter);
const PYTHONPATH = [process.env['PYTHONPATH'], join(ROOT, '.cache', 'oracle')]
  .filter(Boolean)
  .join(delimiter);
const JUDGES = {
  ...process.env,
  ...{ PATH, PYTHONPATH, UV_CACHE_DIR: join(CACHE, 'uv'), UV_HTTP_TIMEOUT: '120' },
  // Resolving for another Python needs none of that version, but uv would look for one to download, at length.
  UV_PYTHON_DOWNLOADS: 'never',
};

export const EXAMPLE = join(ROOT, 'examples', 'omni-backend');
export const OSV = join(SHARED, 'osv');
export const FLASK_14 = join(SHARED, 'case', 'flask-14.txt');
/** Generous: cold caches and busy machines. What is slow is the index. */
export const PATIENCE_MS = 900_000;

/** Why these tests cannot run on this machine, or null. */
export const missing = whatIsMissing();

/** For a suite's title: what it is about, and why it is skipped. */
export function title(text: string): string {
  return missing === null ? text : `${text} (skipped: ${missing})`;
}

function whatIsMissing(): string | null {
  for (const place of [join(OSV, 'PyPI', 'all.zip'), FLASK_14])
    if (!existsSync(place)) return `${relative(ROOT, place)} is not there`;
  const runs = (program: string, ...words: readonly string[]) =>
    spawnSync(program, words, { env: JUDGES }).status === 0;
  if (!runs('uv', '--version')) return 'uv is not there';
  if (
    !['packaging.requirements', 'pip._vendor.packaging.requirements'].some((module) =>
      runs('python3', '-c', `import ${module}`),
    )
  )
    return 'python3 with packaging (or pip) is not there';
  const asked = spawnSync(
    'uv',
    ['pip', 'compile', '--python', 'python3', '--quiet', '--no-cache', '--no-deps', '-'],
    {
      input: 'six==1.17.0\n',
      env: { ...JUDGES, UV_HTTP_TIMEOUT: '20', UV_HTTP_RETRIES: '1' },
      timeout: 60_000,
    },
  );
  return asked.status === 0 ? null : 'no package index can be reached';
}

let opened: Promise<World> | null = null;

/** The machine's own world over the shared cache; closed when the tests of the file are done. */
export function liveWorld(): Promise<World> {
  opened ??= openWorld({
    cacheDir: join(CACHE, 'fettle'),
    environment: { ...process.env, PATH },
    onWarning: (message) => console.warn(message),
  });
  return opened;
}

const folders: string[] = [];
afterAll(async () => {
  if (opened !== null) await closeWorld(await opened);
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A new folder with these files; a value that is a path of this machine is copied, text is written. */
export function folderWith(files: Readonly<Record<string, string | { readonly from: string }>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-live-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    if (typeof content === 'string') writeFileSync(path, content);
    else cpSync(content.from, path);
  }
  return folder;
}

export function jobOn(root: string, more: Partial<Job> = {}): Job {
  return {
    ...{
      root,
      paths: [],
      service: null,
      pythons: [],
      platforms: [],
      indexUrl: null,
      offline: false,
      asOf: null,
    },
    ...{ allowBuild: false, advisories: [OSV], severity: null, strategy: null, prereleases: null },
    ...{ only: [], bundle: null },
    ...more,
  };
}

/** `platform` in uv's words. */
export interface UvTarget {
  readonly python: string;
  readonly platform: string;
}

export type UvAnswer =
  | { readonly kind: 'solved'; readonly pins: readonly string[] }
  | { readonly kind: 'unsolvable'; readonly why: string };

/** `uv pip compile` of one file, as sorted `name==version` lines, or its words where there is no solution. */
export async function uvCompile(
  file: string,
  target: UvTarget,
  options: readonly string[] = [],
): Promise<UvAnswer> {
  const words = [
    ...[...UV_COMPILE, '--no-strip-extras', file],
    ...['--python-version', target.python, '--python-platform', target.platform, ...options],
  ];
  const { status, stdout, stderr } = await run('uv', words);
  if (status === 0)
    return {
      kind: 'solved',
      // With extras a package may be told twice.
      pins: [...new Set(stdout.split('\n').map(withoutExtras))].filter((line) => line !== '').sort(),
    };
  if (stderr.includes('No solution found')) return { kind: 'unsolvable', why: stderr.replace(/\s+/g, ' ') };
  throw new Error(`uv ${words.join(' ')}: ${stderr}`);
}

/** A lock in the words of uv's output. */
export function pinsOf(lock: LockedSet): readonly string[] {
  return lock.packages.map(({ name, version }) => `${name}==${version.text}`).sort();
}

function withoutExtras(line: string): string {
  return line.replace(/\[[^\]]*\]/, '').trim();
}

/** What unreachable.py says of a repair. */
export interface Judgement {
  readonly selected: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly left: readonly {
    readonly package: string;
    readonly ids: readonly string[];
    readonly pythons: readonly string[];
    readonly reachable: boolean;
    readonly unreadable: boolean;
    readonly tries: readonly {
      readonly python: string;
      readonly constraint: string;
      readonly said: string;
    }[];
  }[];
}

/** Asks the independent script about a repair: `before` and `written` are requirements files. */
export async function judge(
  before: string,
  written: string,
  targets: readonly UvTarget[],
  options: readonly string[] = [],
): Promise<Judgement> {
  const words = [
    ...[join(import.meta.dirname, 'unreachable.py'), join(OSV, 'PyPI', 'all.zip'), 'uv', before, written],
    ...targets.flatMap(({ python }) => ['--python', python]),
    ...['--platform', targets[0]!.platform, ...options],
  ];
  const { status, stdout, stderr } = await run('python3', words);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Judgement;
}

function run(
  program: string,
  words: readonly string[],
): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const options = { env: JUDGES, maxBuffer: 2 ** 26, cwd: tmpdir() };
    const child = execFile(program, words, options, (_, stdout, stderr) => {
      resolve({ status: child.exitCode, stdout, stderr });
    });
  });
}
