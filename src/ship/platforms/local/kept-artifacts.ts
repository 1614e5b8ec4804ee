import { rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { isAbsent } from '../../../io/file-problems.ts';
import type { World } from '../../../io/world.ts';
import type { Artifact, Built } from '../../deployment/platform.ts';
import type { LocalFolders } from './local-folders.ts';

/** What can be started, in a folder of its own. */
export interface KeptArtifact {
  readonly digest: string;
  /** The whole file system of an image, or the service's files with an environment beside them. */
  readonly kind: 'image' | 'environment';
  /** As the image says it; empty: it says nothing. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workdir: string;
  /** Whether each start writes a copy of its working folder. */
  readonly copiesWorkdir: boolean;
  readonly port: number | null;
  /** Absolute places that an environment needs to see. */
  readonly readable: readonly string[];
}

const FORM = 1;
const Kept = v.object({
  form: v.literal(FORM),
  digest: v.string(),
  kind: v.picklist(['image', 'environment']),
  command: v.array(v.string()),
  environment: v.record(v.string(), v.string()),
  workdir: v.string(),
  copiesWorkdir: v.optional(v.boolean(), false),
  port: v.nullable(v.number()),
  readable: v.array(v.string()),
});

const Check = v.object({
  command: v.array(v.string()),
  exitCode: v.nullable(v.number()),
  startedAt: v.string(),
  durationMs: v.number(),
  versions: v.record(v.string(), v.string()),
  digests: v.record(v.string(), v.string()),
  limits: v.array(v.string()),
  output: v.string(),
});

const KeptBuild = v.object({
  artifact: v.object({ digest: v.string(), reference: v.string() }),
  check: v.nullable(Check),
  notes: v.array(v.string()),
});

const DIGEST = /^sha256:([0-9a-f]{64})$/;
const MARKER = 'artifact.json';
/** So long one that no revision uses is left: a rollout builds first and creates its revision later. */
const UNUSED_MS = 3_600_000;

/** Null: no digest that this platform gives. */
export function artifactFolder(folders: LocalFolders, digest: string): string | null {
  const hex = DIGEST.exec(digest)?.[1];
  return hex === undefined ? null : join(folders.artifacts, hex);
}

/** Null: it is not there, or not whole: the marker is written last. */
export async function readArtifact(
  folders: LocalFolders,
  digest: string,
  { files }: Pick<World, 'files'>,
): Promise<KeptArtifact | null> {
  const folder = artifactFolder(folders, digest);
  const bytes = folder === null ? null : await files.read(join(folder, MARKER), 4 << 20);
  if (bytes === null) return null;
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Kept), new TextDecoder().decode(bytes));
  return read.success ? read.output : null;
}

export async function markArtifact(
  folder: string,
  kept: KeptArtifact,
  { files }: Pick<World, 'files'>,
): Promise<void> {
  await files.writeAtomic(join(folder, MARKER), Buffer.from(JSON.stringify({ form: FORM, ...kept })));
}

/** It is about to be used: the next sweep leaves it. */
export async function touchArtifact(folders: LocalFolders, digest: string, now: Date): Promise<void> {
  const folder = artifactFolder(folders, digest);
  if (folder !== null) await utimes(join(folder, MARKER), now, now);
}

/** What was built under a key, where it is still there. */
export async function keptBuild(folders: LocalFolders, key: string, world: World): Promise<Built | null> {
  const bytes = await world.files.read(buildFile(folders, key), 4 << 20);
  if (bytes === null) return null;
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), KeptBuild), new TextDecoder().decode(bytes));
  if (!read.success || (await readArtifact(folders, read.output.artifact.digest, world)) === null)
    return null;
  await touchArtifact(folders, read.output.artifact.digest, world.clock.now());
  return read.output;
}

export async function keepBuild(
  folders: LocalFolders,
  key: string,
  built: Built,
  world: World,
): Promise<void> {
  await world.files.writeAtomic(buildFile(folders, key), Buffer.from(JSON.stringify(built)));
}

/** A key is any text. */
function buildFile(folders: LocalFolders, key: string): string {
  return join(folders.builds, `${Buffer.from(key).toString('base64url').slice(0, 200)}.json`);
}

/** Takes away what no revision uses, and what killed builds left. */
export async function sweepArtifacts(
  folders: LocalFolders,
  used: readonly Artifact[],
  { files, clock }: Pick<World, 'files' | 'clock'>,
): Promise<void> {
  const names = new Set(used.map(({ digest }) => DIGEST.exec(digest)?.[1]));
  for (const { name } of (await files.list(folders.artifacts)) ?? []) {
    if (names.has(name)) continue;
    const path = join(folders.artifacts, name);
    if (clock.now().getTime() - (await lastTouched(path)) < UNUSED_MS) continue;
    // Without its marker nobody takes it for whole while it is removed.
    await rm(join(path, MARKER), { force: true });
    await rm(path, { recursive: true, force: true });
  }
  await sweepEnvironments(folders, { files, clock });
  for (const { name } of (await files.list(folders.builds)) ?? []) {
    const path = join(folders.builds, name);
    if (clock.now().getTime() - (await lastTouched(path)) > 30 * 24 * UNUSED_MS)
      await rm(path, { force: true });
  }
}

/** Takes away what no artifact that is left needs to see. */
async function sweepEnvironments(
  folders: LocalFolders,
  { files, clock }: Pick<World, 'files' | 'clock'>,
): Promise<void> {
  const names = ((await files.list(folders.artifacts)) ?? []).map(({ name }) => `sha256:${name}`);
  const left = await Promise.all(names.map((digest) => readArtifact(folders, digest, { files })));
  const needed = left.flatMap((one) => one?.readable ?? []);
  for (const { name } of (await files.list(folders.environments)) ?? []) {
    const path = join(folders.environments, name);
    if (needed.some((one) => one.startsWith(`${path}/`))) continue;
    if (clock.now().getTime() - (await lastTouched(path)) > UNUSED_MS)
      await rm(path, { recursive: true, force: true });
  }
}

async function lastTouched(path: string): Promise<number> {
  for (const place of [join(path, MARKER), path]) {
    try {
      return (await stat(place)).mtimeMs;
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
  return 0;
}
