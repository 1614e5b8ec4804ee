import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** The command as users run it: built once before all tests. */
export const COMMAND = join(ROOT, 'dist', 'cli', 'main.js');

export default function build(): void {
  execFileSync('node', ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' });
}
