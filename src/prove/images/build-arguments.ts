import type { Builder } from './builder.ts';
import { builderCommand } from './builder.ts';
import { HANDED_IN } from './handed-in.ts';
import type { HandedIn } from './handed-in.ts';
import { PROXIES } from './builder-environment.ts';
import type { ImageRequest } from './image-build.ts';

/** By which what fettle has made is found again, whoever made it. */
export const LABEL = 'io.fettle.check';

export interface BuildPlaces {
  readonly context: string;
  readonly dockerfile: string;
  readonly ignoreFile: string | null;
  /** Folder with what is handed in; null: nothing is. */
  readonly handedIn: string | null;
  /** Where the builder writes the digest of what it built. */
  readonly digestFile: string;
}

/**
 * The builder's command. No value stands in it: build arguments are given by name and taken from the environment (documented alike by
 * docker, podman and buildah). Steps are not taken from an earlier build, so that the time is that of a build.
 */
export function buildCommand(
  builder: Builder,
  request: ImageRequest,
  reference: string,
  places: BuildPlaces,
  handed: HandedIn,
  proxies: readonly string[],
): readonly [string, ...string[]] {
  const named = [...handed.variables.keys(), ...Object.keys(request.buildArgs)];
  const shared = [
    ...['--file', places.dockerfile, '--tag', reference, '--no-cache', '--iidfile', places.digestFile],
    ...['--label', `${LABEL}=${request.name}`],
    ...named.flatMap((name) => ['--build-arg', name]),
    ...(request.target === null ? [] : ['--target', request.target]),
  ];
  if (builder.kind === 'docker')
    return [
      ...builderCommand(builder),
      ...['buildx', 'build', '--load', '--progress', 'plain', ...shared],
      ...proxies.flatMap((name) => ['--build-arg', name]),
      ...(places.handedIn === null
        ? []
        : secretNames(handed).flatMap(([id, name]) => [
            '--secret',
            `id=${id},src=${places.handedIn}/${name}`,
          ])),
      places.context,
    ];
  return [
    ...builderCommand(builder),
    ...(builder.kind === 'podman' ? ['build'] : ['bud']),
    ...['--layers', '--format', 'oci', '--network', 'host', ...shared],
    ...(request.offline ? ['--pull-never'] : ['--pull=false']),
    ...(places.ignoreFile === null ? [] : ['--ignorefile', places.ignoreFile]),
    ...(places.handedIn === null ? [] : ['--volume', `${places.handedIn}:${HANDED_IN}:ro`]),
    places.context,
  ];
}

/** For docker, whose builds mount no folder of the machine: each file is a secret of BuildKit, mounted where RUN looks for it. */
export function mountsFor(builder: Builder, handed: HandedIn): readonly string[] {
  if (builder.kind !== 'docker') return [];
  return secretNames(handed).map(
    ([id, name]) => `--mount=type=secret,id=${id},target=${HANDED_IN}/${name},mode=0444`,
  );
}

/** The proxies of this environment; podman and buildah hand them on by themselves (`--http-proxy`). */
export function proxiesOf(environment: Readonly<Record<string, string>>): readonly string[] {
  return PROXIES.filter((name) => environment[name] !== undefined);
}

function secretNames(handed: HandedIn): readonly (readonly [id: string, name: string])[] {
  return [...handed.files.keys()].map((name) => [`fettle-${name.replace('.', '-')}`, name]);
}
