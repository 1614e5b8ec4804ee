import type { World } from '../../io/world.ts';
import { programsOnPath } from '../../read/ecosystems/pypi/default-index.ts';
import { builderEnvironment } from './builder-environment.ts';

export type BuilderKind = 'docker' | 'podman' | 'buildah';

/** Where buildah keeps what it makes for fettle, apart from the user's own images. */
export interface ImageStore {
  readonly root: string;
  readonly runRoot: string;
  readonly driver: string;
}

/** A program that was seen to work as a builder of images on this machine. */
export interface Builder {
  readonly kind: BuilderKind;
  readonly program: string;
  /** Its name and version, and what else decides how it builds. */
  readonly versions: Readonly<Record<string, string>>;
  /** Null: it builds into its own, and what fettle made there is told by its label. */
  readonly store: ImageStore | null;
}

export interface NoBuilder {
  readonly kind: 'no-builder';
  readonly why: string;
  readonly hint: string;
}

const PROBE_MS = 30_000;
const HINT = 'install buildah (it needs no daemon: `apt-get install buildah`), or start docker or podman';

/**
 * The first of docker, podman and buildah that works here: a docker client without a daemon does not. `storeFolder` is where
 * buildah's own store is (made where it is missing).
 */
export async function findBuilder(world: World, storeFolder: string): Promise<Builder | NoBuilder> {
  const reasons: string[] = [];
  for (const probe of [docker, podman, buildah]) {
    const found = await probe(world, storeFolder);
    if (typeof found !== 'string') return found;
    reasons.push(found);
  }
  return { kind: 'no-builder', why: `no builder of images works here: ${reasons.join('; ')}`, hint: HINT };
}

/** Where fettle's own images are kept, given the world's cache: beside its tools. */
export function imageStoreFolder(world: World): string | null {
  const tools = world.machine?.toolsFolder;
  return tools === undefined ? null : tools.replace(/\/+[^/]*\/*$/, '/images');
}

async function docker(world: World): Promise<Builder | string> {
  const [program] = await programsOnPath(world, ['docker']);
  if (program === undefined) return 'docker is not installed';
  const answer = await ask(world, [program, 'version', '--format', '{{.Server.Version}}']);
  const version = answer.stdout.trim();
  if (answer.exitCode !== 0 || version === '') return 'docker is installed, but its daemon does not answer';
  const buildx = await ask(world, [program, 'buildx', 'version']);
  if (buildx.exitCode !== 0)
    return 'docker is installed without BuildKit (the buildx plugin), which passes certificates to a build';
  return { kind: 'docker', program, versions: { docker: version }, store: null };
}

async function podman(world: World): Promise<Builder | string> {
  const [program] = await programsOnPath(world, ['podman']);
  if (program === undefined) return 'podman is not installed';
  const answer = await ask(world, [
    program,
    'info',
    '--format',
    '{{.Version.Version}} {{.Store.GraphDriverName}}',
  ]);
  const [version, driver] = answer.stdout.trim().split(' ');
  if (answer.exitCode !== 0 || !version)
    return `podman is installed, but \`podman info\` fails${lastLine(answer.stderr)}`;
  const versions = { podman: version, ...(driver === undefined ? {} : { 'storage driver': driver }) };
  return { kind: 'podman', program, versions, store: null };
}

/** Layers by overlay where the machine can mount it, else whole copies (vfs), which needs nothing but space. */
async function buildah(world: World, folder: string): Promise<Builder | string> {
  const [program] = await programsOnPath(world, ['buildah']);
  if (program === undefined) return 'buildah is not installed';
  const chosen = world.environment['STORAGE_DRIVER'];
  let said = '';
  for (const driver of chosen ? [chosen] : ['overlay', 'vfs']) {
    const store = { root: `${folder}/${driver}`, runRoot: `${folder}/run-${driver}`, driver };
    const info = await ask(world, [program, ...storeFlags(store), 'info']);
    if (info.exitCode !== 0) {
      said = lastLine(info.stderr);
      continue;
    }
    const { stdout } = await ask(world, [program, '--version']);
    const version = /\d[\w.+~-]*/.exec(stdout)?.[0] ?? 'of unknown version';
    return { kind: 'buildah', program, versions: { buildah: version, 'storage driver': driver }, store };
  }
  return `buildah is installed, but \`buildah info\` fails${said}`;
}

/** buildah(1): global flags that name the store. */
export function storeFlags(store: ImageStore): readonly string[] {
  return ['--root', store.root, '--runroot', store.runRoot, '--storage-driver', store.driver];
}

/** The builder's program with what stands before every command of it. */
export function builderCommand(builder: Builder): readonly [string, ...string[]] {
  return builder.store === null ? [builder.program] : [builder.program, ...storeFlags(builder.store)];
}

function ask(world: World, command: readonly [string, ...string[]]) {
  return world.processes.run({
    command,
    cwd: '/',
    environment: builderEnvironment(world),
    timeoutMs: PROBE_MS,
  });
}

function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  return line === '' ? '' : ` (${line})`;
}
