import type { Answer } from '../../deployment/platform.ts';
import type { Cloud } from './cloud.ts';
import { andThen, done, ONCE, readIfThere } from './google-call.ts';
import { refused } from './google-failure.ts';
import { isLoopback } from './google-endpoint.ts';
import { artifactPackage, bareName } from './image-names.ts';
import type { ImageName } from './image-names.ts';

/** What a registry gives for an image that an instance could run (image specification, distribution specification). */
const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** The digest that stands behind an image's tag or digest; null: there is no such image. */
export async function findImage(cloud: Cloud, image: ImageName): Promise<Answer<string | null>> {
  const place = artifactPackage(image);
  if (place === null) return askRegistry(cloud, image);
  const name = encodeURIComponent(place.name);
  if (image.digest !== null) {
    const of = `${place.repository}/dockerImages/${name}@${image.digest}`;
    const found = await readIfThere(cloud.world, async () =>
      (await cloud.clients.images()).getDockerImage({ name: of }, ONCE),
    );
    return andThen(found, (answer) => done(answer === null ? null : image.digest));
  }
  const tag = `${place.repository}/packages/${name}/tags/${image.tag ?? 'latest'}`;
  const found = await readIfThere(cloud.world, async () =>
    (await cloud.clients.images()).getTag({ name: tag }, ONCE),
  );
  return andThen(found, (answer) =>
    done(answer === null ? null : (/sha256:[0-9a-f]{64}/.exec(answer[0].version ?? '')?.[0] ?? null)),
  );
}

/** Any other registry by its own protocol, as nobody: what it does not show to everyone it does not tell. */
async function askRegistry({ world }: Cloud, image: ImageName): Promise<Answer<string | null>> {
  const scheme = isLoopback(image.host.replace(/:\d+$/, '')) ? 'http' : 'https';
  const answer = await world.http.request({
    url: `${scheme}://${image.host}/v2/${image.path}/manifests/${image.digest ?? image.tag ?? 'latest'}`,
    method: 'HEAD',
    headers: { accept: MANIFESTS },
  });
  if (answer.kind === 'failure') return { kind: 'unreachable', why: answer.reason };
  if (answer.status === 404) return done(null);
  const digest = answer.headers['docker-content-digest'];
  if (answer.status === 200 && digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest))
    return done(digest);
  return refused(
    'permission',
    `${bareName(image)}: the registry answered ${answer.status}`,
    'push to Artifact Registry, or let the registry show its images',
  );
}
