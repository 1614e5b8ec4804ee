import type { World } from '../../io/world.ts';
import { fitsPattern } from './name-pattern.ts';

/** pytest's `norecursedirs`, and folders that hold what others wrote. */
const CLOSED = ['*.egg', '.*', '_darcs', 'build', 'CVS', 'dist', 'node_modules', 'venv', '{arch}'];
const ELSEWHERE = ['__pycache__', 'site-packages'];
const MAX_ENTRIES = 50_000;
const MAX_DEPTH = 20;

/** Paths below the folder whose name fits one of the patterns, relative to it, sorted; virtual environments are left out. */
export async function filesNamed(
  files: World['files'],
  folder: string,
  below: readonly string[],
  patterns: readonly string[],
): Promise<readonly string[]> {
  const found = new Set<string>();
  const waiting = below.map((path) => ({ path, depth: 0 }));
  for (let seen = 0; waiting.length > 0 && seen < MAX_ENTRIES;) {
    const { path, depth } = waiting.shift()!;
    const entries = (await files.list(path === '' ? folder : `${folder}/${path}`)) ?? [];
    if (entries.some(({ name }) => name === 'pyvenv.cfg')) continue;
    for (const { name, kind } of entries) {
      seen++;
      const inner = path === '' ? name : `${path}/${name}`;
      if (kind === 'directory') {
        if (depth < MAX_DEPTH && isOpen(name)) waiting.push({ path: inner, depth: depth + 1 });
      } else if (kind === 'file' && fitsOne(name, inner, patterns)) found.add(inner);
    }
  }
  return [...found].sort();
}

function isOpen(name: string): boolean {
  return !ELSEWHERE.includes(name) && !CLOSED.some((pattern) => fitsPattern(name, pattern));
}

function fitsOne(name: string, path: string, patterns: readonly string[]): boolean {
  return (
    name.endsWith('.py') &&
    patterns.some((pattern) =>
      pattern.includes('/') ? fitsPattern(path, `*${pattern}`) : fitsPattern(name, pattern),
    )
  );
}
