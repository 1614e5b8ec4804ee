import { join } from 'node:path';
import * as v from 'valibot';
import { nodeWorkplace } from '../../io/workplace.ts';
import type { World } from '../../io/world.ts';
import { builderCommand } from './builder.ts';
import type { Builder } from './builder.ts';
import { builderEnvironment } from './builder-environment.ts';
import type { NotMeasured } from './export-image.ts';
import type { BuiltImage } from './image-build.ts';
import { withStore } from './use-store.ts';

/** The file system of an image, and how the image says that it starts. */
export interface UnpackedImage {
  /** Absolute path of a folder that may be written: it is thrown away afterwards. */
  readonly root: string;
  /** Entry point and command as one; empty: the image says none. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly port: number | null;
}

const UNPACK_MS = 1_200_000;

const Texts = v.nullish(v.array(v.string()), []);
/** The configuration of an image (OCI image specification, "config"). */
const Config = v.object({
  Entrypoint: Texts,
  Cmd: Texts,
  Env: Texts,
  WorkingDir: v.nullish(v.string(), ''),
  ExposedPorts: v.nullish(v.record(v.string(), v.unknown()), {}),
});

/** What `buildah inspect` prints of an image. */
const Inspected = v.object({ OCIv1: v.object({ config: Config }) });

type Run = (...words: readonly string[]) => Promise<string | NotMeasured>;

/** Does something with the file system of an image, which is gone afterwards. Nothing of it is run here. */
export async function withUnpacked<T>(
  image: BuiltImage,
  builder: Builder,
  world: World,
  use: (unpacked: UnpackedImage) => Promise<T>,
): Promise<T | NotMeasured> {
  const run = runner(builder, world);
  return withStore(builder, world, async () => {
    const config = await configOf(image, builder, run);
    if ('kind' in config) return config;
    return builder.kind === 'buildah'
      ? mounted(image, run, (root) => use({ ...config, root }))
      : exported(image, run, world, (root) => use({ ...config, root }));
  });
}

/** What a builder prints, or why it failed. */
function runner(builder: Builder, world: World): Run {
  return async (...words) => {
    const result = await world.processes.run({
      command: [...builderCommand(builder), ...words],
      environment: builderEnvironment(world),
      timeoutMs: UNPACK_MS,
    });
    if (result.exitCode === 0) return result.stdout.trim();
    return notUnpacked(`${builder.kind} ${words[0]!}: ${result.stderr.trim().split('\n').at(-1) ?? ''}`);
  };
}

async function configOf(
  { reference }: BuiltImage,
  { kind }: Builder,
  run: Run,
): Promise<Omit<UnpackedImage, 'root'> | NotMeasured> {
  const words =
    kind === 'buildah'
      ? ['inspect', '--type', 'image', reference]
      : ['image', 'inspect', '--format', '{{json .Config}}', reference];
  const said = await run(...words);
  if (typeof said !== 'string') return said;
  const config =
    kind === 'buildah'
      ? v.safeParse(
          v.pipe(
            v.string(),
            v.parseJson(),
            Inspected,
            v.transform(({ OCIv1 }) => OCIv1.config),
          ),
          said,
        )
      : v.safeParse(v.pipe(v.string(), v.parseJson(), Config), said);
  if (!config.success) return notUnpacked('its configuration cannot be read');
  const { Entrypoint, Cmd, Env, WorkingDir, ExposedPorts } = config.output;
  const port = Number(Object.keys(ExposedPorts)[0]?.split('/')[0]);
  return {
    command: [...Entrypoint, ...Cmd],
    environment: Object.fromEntries(
      Env.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    ),
    workdir: WorkingDir === '' ? '/' : WorkingDir,
    port: port > 0 && port < 65_536 ? port : null,
  };
}

/** buildah's own: a container of the image, whose file system is a folder. `withStore` removes what is left. */
async function mounted<T>(
  { reference }: BuiltImage,
  run: Run,
  use: (root: string) => Promise<T>,
): Promise<T | NotMeasured> {
  const container = await run('from', '--pull-never', reference);
  if (typeof container !== 'string') return container;
  try {
    const root = await run('mount', container);
    return typeof root === 'string' ? await use(root) : root;
  } finally {
    await run('rm', container);
  }
}

/** docker and podman keep theirs where only they get: it is copied out. */
async function exported<T>(
  { reference }: BuiltImage,
  run: Run,
  world: World,
  use: (root: string) => Promise<T>,
): Promise<T | NotMeasured> {
  const folder = await nodeWorkplace.openFolder();
  try {
    const container = await run('create', reference);
    if (typeof container !== 'string') return container;
    const [archive, root] = [join(folder.path, 'image.tar'), join(folder.path, 'root')];
    const said = await run('export', '--output', archive, container);
    await run('rm', container);
    if (typeof said !== 'string') return said;
    await world.files.makeDirectory(root);
    const unpacked = await world.processes.run({
      command: ['tar', '--extract', '--no-same-owner', '--file', archive, '--directory', root],
      environment: builderEnvironment(world),
      timeoutMs: UNPACK_MS,
    });
    return unpacked.exitCode === 0 ? await use(root) : notUnpacked('what was exported cannot be unpacked');
  } finally {
    await folder.remove();
  }
}

function notUnpacked(why: string): NotMeasured {
  return { kind: 'unknown', why };
}
