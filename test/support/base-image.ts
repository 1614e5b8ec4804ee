import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Builder } from '../../src/prove/images/builder.ts';
import { builderCommand } from '../../src/prove/images/builder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** The images of all tests; what is made once is kept here. */
export const IMAGES = join(ROOT, '.cache', 'images');
const ARCHIVE = join(IMAGES, 'python-3.11-slim.tar');

/** Why tests that build on the stand-in for python:3.11-slim cannot run on this machine, or null. */
export const noBaseImage = whyNot();

/** For a suite's title: what it is about, and why it is skipped. */
export function imageTitle(text: string): string {
  return noBaseImage === null ? text : `${text} (skipped: ${noBaseImage})`;
}

function whyNot(): string | null {
  if (process.platform !== 'linux') return 'images are built on Linux alone';
  if (spawnSync('buildah', ['--version']).status !== 0) return 'buildah is not installed';
  if (existsSync(ARCHIVE)) return null;
  if (process.getuid?.() !== 0) return 'debootstrap needs root';
  if (spawnSync('debootstrap', ['--version']).status !== 0) return 'debootstrap is not installed';
  // Several may ask for it at once: it is made once.
  const made = spawnSync(join(ROOT, 'scripts', 'make-base-image.sh'), [ARCHIVE], {
    encoding: 'utf8',
    timeout: 900_000,
  });
  if (existsSync(ARCHIVE)) return null;
  return `the base image cannot be made: ${made.stderr.trim().split('\n').at(-1)}`;
}

/** Puts `python:3.11-slim` into a builder's own store, where it is not yet. */
export function withBaseImage(builder: Builder): void {
  const [program, ...words] = builderCommand(builder);
  if (spawnSync(program, [...words, 'inspect', '--type', 'image', 'python:3.11-slim']).status === 0) return;
  execFileSync(program, [...words, 'pull', '--quiet', `oci-archive:${ARCHIVE}`]);
}
