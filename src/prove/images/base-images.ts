import type { World } from '../../io/world.ts';
import { builderCommand } from './builder.ts';
import type { Builder } from './builder.ts';
import { builderEnvironment } from './builder-environment.ts';
import type { BaseImage } from './image-build.ts';

const ASK_MS = 60_000;

/** What the FROMs of a build resolved to, in the order in which the log of the build names them. */
export async function baseImages(builder: Builder, world: World, log: string): Promise<readonly BaseImage[]> {
  if (builder.kind === 'docker') return namedByBuildKit(log);
  const bases: BaseImage[] = [];
  for (const name of namedInSteps(log)) bases.push(await inspect(builder, world, name));
  return bases;
}

/** BuildKit resolves a base before it builds: "[build 1/5] FROM registry/name:tag@sha256:…". */
function namedByBuildKit(log: string): readonly BaseImage[] {
  const found = new Map<string, BaseImage>();
  for (const [, name, digest] of log.matchAll(/ FROM ([^\s@]{1,500})@(sha256:[0-9a-f]{64})/g))
    found.set(name!, { name: name!, digest: digest!, layers: [] });
  return [...found.values()];
}

/** Names that are images: not `scratch`, not an earlier stage (which is named by its image's id). */
function namedInSteps(log: string): readonly string[] {
  const steps = [...log.matchAll(/^(?:\[\d+\/\d+\] )?STEP 1\/\d+: FROM (.{1,1000})$/gm)];
  const aliases = new Set<string>();
  const names = new Set<string>();
  for (const [, text] of steps) {
    const [name, as, alias] = text!.split(/\s+/).filter((word) => !word.startsWith('--'));
    if (
      name !== undefined &&
      name !== 'scratch' &&
      !aliases.has(name.toLowerCase()) &&
      !/^[0-9a-f]{64}$/.test(name)
    )
      names.add(name);
    if (as?.toLowerCase() === 'as' && alias !== undefined) aliases.add(alias.toLowerCase());
  }
  return [...names];
}

async function inspect(builder: Builder, world: World, name: string): Promise<BaseImage> {
  const words =
    builder.kind === 'podman'
      ? ['image', 'inspect', '--format', 'json', name]
      : ['inspect', '--type', 'image', name];
  const result = await world.processes.run({
    command: [...builderCommand(builder), ...words],
    environment: builderEnvironment(world),
    timeoutMs: ASK_MS,
  });
  if (result.exitCode !== 0) return { name, digest: null, layers: [] };
  const [told] = [JSON.parse(result.stdout) as unknown].flat() as readonly Inspected[];
  const digest = told?.FromImageDigest || told?.Digest || null;
  return { name, digest, layers: told?.OCIv1?.rootfs?.diff_ids ?? told?.RootFS?.Layers ?? [] };
}

/** What is read of `buildah inspect` (the first two) and of `podman image inspect`. */
interface Inspected {
  readonly FromImageDigest?: string;
  readonly OCIv1?: { readonly rootfs?: { readonly diff_ids?: readonly string[] } };
  readonly Digest?: string;
  readonly RootFS?: { readonly Layers?: readonly string[] };
}
