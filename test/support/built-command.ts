import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

const ROOT = join(import.meta.dirname, '..', '..');

declare module 'vitest' {
  interface ProvidedContext {
    /** The command as users run it, built once before all tests: an absolute path for `node`. */
    readonly command: string;
  }
}

/** Builds into a folder of this run alone: another run, or somebody at work, may build at the same time. */
export default function build(project: TestProject): () => void {
  const folder = join(ROOT, '.cache', `build-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  // As the package is laid out.
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  cpSync(join(ROOT, 'schemas'), join(folder, 'schemas'), { recursive: true });
  execFileSync('node', ['scripts/build.mjs', join(folder, 'dist')], { cwd: ROOT, stdio: 'inherit' });
  // Under the name by which a package manager links it.
  symlinkSync(join('dist', 'cli', 'main.js'), join(folder, 'fettle'));
  project.provide('command', join(folder, 'fettle'));
  return () => rmSync(folder, { recursive: true, force: true });
}
