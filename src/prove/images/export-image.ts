import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../../io/world.ts';
import { builderCommand } from './builder.ts';
import type { Builder } from './builder.ts';
import { builderEnvironment } from './builder-environment.ts';

/** An image on disk as its layers, lowest first. */
export interface ExportedImage {
  readonly kind: 'exported';
  readonly layers: readonly { readonly path: string; readonly digest: string }[];
  /** The instruction that made each layer, as the image's history has it; "" where it has none. */
  readonly madeBy: readonly string[];
  /** "sha256:…" of the manifest of what was exported; null where the builder gives none. */
  readonly manifestDigest: string | null;
}

export interface NotMeasured {
  readonly kind: 'unknown';
  readonly why: string;
}

const EXPORT_MS = 1_200_000;
const MAX_DOCUMENT = 8 << 20;

/** Writes an image into a folder that is there and empty: as the builder gives it. Nothing of it is run. */
export async function exportImage(
  reference: string,
  builder: Builder,
  world: World,
  folder: string,
): Promise<ExportedImage | NotMeasured> {
  const run = (command: readonly [string, ...string[]]) =>
    world.processes.run({
      command,
      environment: builderEnvironment(world),
      timeoutMs: EXPORT_MS,
      keepsEnd: true,
    });
  const out = join(folder, 'image');
  const words =
    builder.kind === 'buildah'
      ? ['push', '--quiet', '--disable-compression', reference, `dir:${out}`]
      : builder.kind === 'podman'
        ? ['save', '--quiet', '--format', 'oci-dir', '--output', out, reference]
        : ['image', 'save', '--output', `${out}.tar`, reference];
  const saved = await run([...builderCommand(builder), ...words]);
  if (saved.exitCode !== 0) return failed(`the image cannot be exported: ${lastLine(saved.stderr)}`);
  if (builder.kind === 'buildah') return readDirectory(out);
  if (builder.kind === 'podman') return readOciLayout(out);
  await world.files.makeDirectory(out);
  const unpacked = await run([
    'tar',
    '--extract',
    '--no-same-owner',
    '--no-same-permissions',
    '--file',
    `${out}.tar`,
    '--directory',
    out,
  ]);
  return unpacked.exitCode === 0
    ? readDockerArchive(out)
    : failed(`what docker has saved cannot be unpacked: ${lastLine(unpacked.stderr)}`);
}

/** OCI image layout specification, version 1.0. */
export async function readOciLayout(folder: string): Promise<ExportedImage | NotMeasured> {
  const index = await document<{ manifests?: readonly Descriptor[] }>(folder, 'index.json');
  const first = index?.manifests?.[0]?.digest;
  const manifest = first === undefined ? null : await document<Manifest>(folder, blob(first));
  const config =
    manifest?.config?.digest === undefined
      ? null
      : await document<Config>(folder, blob(manifest.config.digest));
  if (first === undefined || manifest === null || config === null)
    return failed('the exported image has no manifest that can be read');
  const paths = (manifest.layers ?? []).map(({ digest }) => join(folder, blob(digest)));
  return exported(paths, config, first);
}

/** containers-transports(5), `dir:`: the manifest beside the blobs, each named by its digest. It is the one that buildah does not compress. */
export async function readDirectory(folder: string): Promise<ExportedImage | NotMeasured> {
  const manifest = await document<Manifest>(folder, 'manifest.json');
  const name = ({ digest }: Descriptor) => inside(digest.replace(/^sha256:/, ''));
  const config =
    manifest?.config === undefined ? null : await document<Config>(folder, name(manifest.config));
  if (manifest === null || config === null)
    return failed('the exported image has no manifest that can be read');
  const digest = createHash('sha256')
    .update(await readFile(join(folder, 'manifest.json')))
    .digest('hex');
  const paths = (manifest.layers ?? []).map((layer) => join(folder, name(layer)));
  return exported(paths, config, `sha256:${digest}`);
}

/** `docker save`: manifest.json beside the layers, in releases with an OCI layout too. */
export async function readDockerArchive(folder: string): Promise<ExportedImage | NotMeasured> {
  const [saved] =
    (await document<readonly { Config?: string; Layers?: readonly string[] }[]>(folder, 'manifest.json')) ??
    [];
  const config = saved?.Config === undefined ? null : await document<Config>(folder, inside(saved.Config));
  if (config === null) return failed('what docker has saved has no manifest.json that can be read');
  return exported(
    (saved?.Layers ?? []).map((path) => join(folder, inside(path))),
    config,
    null,
  );
}

function exported(
  paths: readonly string[],
  config: Config,
  manifestDigest: string | null,
): ExportedImage | NotMeasured {
  const digests = config.rootfs?.diff_ids ?? [];
  if (digests.length !== paths.length)
    return failed('the exported image has not the layers that its configuration names');
  const steps = (config.history ?? [])
    .filter((step) => step.empty_layer !== true)
    .map((step) => step.created_by ?? '');
  return {
    kind: 'exported',
    layers: paths.map((path, at) => ({ path, digest: digests[at]! })),
    madeBy: paths.map((_, at) => instructionOf(steps[at] ?? '')),
    manifestDigest,
  };
}

/** "/bin/sh -c #(nop) COPY …", "|3 A=b C=d /bin/sh -c pip install …" and "RUN --mount=… /bin/sh -c …" as they would stand in a Dockerfile. */
export function instructionOf(createdBy: string): string {
  const text = createdBy
    .replace(/\s+/g, ' ')
    .replace(/ # buildkit$/, '')
    .trim();
  if (text === '' || text === '/bin/sh') return '';
  const noOperation = /#\(nop\) +(.*)$/.exec(text)?.[1];
  if (noOperation !== undefined) return noOperation;
  const shell = text.indexOf('/bin/sh -c ');
  if (shell !== -1) return `RUN ${text.slice(shell + '/bin/sh -c '.length)}`;
  return text;
}

interface Descriptor {
  readonly digest: string;
}
interface Manifest {
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}
interface Config {
  readonly rootfs?: { readonly diff_ids?: readonly string[] };
  readonly history?: readonly { readonly created_by?: string; readonly empty_layer?: boolean }[];
}

async function document<T>(folder: string, path: string): Promise<T | null> {
  const place = join(folder, path);
  try {
    if ((await stat(place)).size > MAX_DOCUMENT) return null;
    return JSON.parse(await readFile(place, 'utf8')) as T;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function blob(digest: string): string {
  return inside(`blobs/${digest.replace(':', '/')}`);
}

/** A path that a document names, kept inside of the folder. */
function inside(path: string): string {
  return join('/', path).slice(1);
}

function failed(why: string): NotMeasured {
  return { kind: 'unknown', why };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 500) ?? '';
}
