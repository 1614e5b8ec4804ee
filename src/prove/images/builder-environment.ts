import type { World } from '../../io/world.ts';

/** What finds a builder's configuration, its daemon, its registries' credentials, and the way to the network. */
const PASSED =
  /^(PATH|HOME|USER|LOGNAME|LANG|TMPDIR|XDG_[A-Z_]+|DOCKER_(HOST|CONTEXT|CONFIG|CERT_PATH|TLS_VERIFY|API_VERSION)|BUILDX_[A-Z_]+|CONTAINER(S)?_[A-Z_]+|REGISTRY_AUTH_FILE|SSL_CERT_(FILE|DIR)|(https?|all|no)_proxy|(HTTPS?|ALL|NO)_PROXY)$/;

/** Variables by which a proxy is named; builders hand these to every RUN and keep them out of the image. */
export const PROXIES = [
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'all_proxy',
];

/**
 * The environment of a builder. Chroot isolation (buildah(1)) needs no privileges beyond those of this user; whoever has set
 * another one keeps it.
 */
export function builderEnvironment(world: World): Record<string, string> {
  const environment: Record<string, string> = {
    BUILDAH_ISOLATION: world.environment['BUILDAH_ISOLATION'] || 'chroot',
    DOCKER_BUILDKIT: '1',
    BUILDKIT_PROGRESS: 'plain',
  };
  for (const [name, value] of Object.entries(world.environment))
    if (value !== undefined && value !== '' && PASSED.test(name)) environment[name] = value;
  return environment;
}
