import { pageOf, type GoogleWorld, type Handlers } from './google-world.ts';
import { textAt, type JsonObject } from './json.ts';
import { invalid, Refusal } from './refusal.ts';

export interface RegistryImage {
  /** Within the repository: "web". */
  readonly image: string;
  readonly digest: string;
  readonly tags: Set<string>;
  readonly uploadTime: string;
}

/** Repositories by full name ("projects/p/locations/l/repositories/r"). */
export interface RegistryState {
  readonly repositories: Map<
    string,
    { readonly format: 'DOCKER' | 'PYTHON'; readonly images: RegistryImage[] }
  >;
  addRepository(name: string, format?: 'DOCKER' | 'PYTHON'): void;
  /** `reference` is "host/project/repository/image:tag" as it is pushed. False: there is no such repository. */
  push(location: string, reference: string, digest: string): boolean;
  /** Whether "host/project/repository/image@sha256:…" is there; null: its repository is none of these. */
  has(reference: string): boolean | null;
}

export function createRegistry(world: GoogleWorld): RegistryState {
  const repositories: RegistryState['repositories'] = new Map();
  return {
    repositories,
    has: (reference) => {
      const [, location, project, repository, image, digest] =
        /^([a-z0-9-]+)-docker\.[^/]+\/([^/]+)\/([^/]+)\/([^:@]+)(?::[\w.-]+)?@(.+)$/.exec(reference) ?? [];
      const found = repositories.get(`projects/${project}/locations/${location}/repositories/${repository}`);
      if (found === undefined) return null;
      return found.images.some((one) => one.image === image && one.digest === digest);
    },
    addRepository: (name, format = 'DOCKER') => void repositories.set(name, { format, images: [] }),
    push: (location, reference, digest) => {
      const [, project, repository, image, tag] =
        /^[^/]+\/([^/]+)\/([^/]+)\/([^:@]+)(?::([\w.-]+))?/.exec(reference) ?? [];
      const found = repositories.get(`projects/${project}/locations/${location}/repositories/${repository}`);
      if (found === undefined || image === undefined) return false;
      const label = tag ?? 'latest';
      for (const other of found.images) if (other.image === image) other.tags.delete(label);
      const same = found.images.find((one) => one.image === image && one.digest === digest);
      if (same !== undefined) same.tags.add(label);
      else
        found.images.push({ image, digest, tags: new Set([label]), uploadTime: world.now().toISOString() });
      return true;
    },
  };
}

/** google.devtools.artifactregistry.v1.ArtifactRegistry, as far as it tells what is there. */
export function registryHandlers(state: RegistryState): Handlers {
  return {
    'ArtifactRegistry.GetRepository': (request) => {
      const name = textAt(request, 'name');
      return repositoryMessage(name, found(state, name).format);
    },
    'ArtifactRegistry.ListRepositories': (request) => {
      const names = [...state.repositories.keys()].filter((name) =>
        name.startsWith(`${textAt(request, 'parent')}/`),
      );
      const { page, ...more } = pageOf(names, request, 100);
      return {
        repositories: page.map((name) => repositoryMessage(name, found(state, name).format)),
        ...more,
      };
    },
    'ArtifactRegistry.ListDockerImages': (request) => {
      const parent = textAt(request, 'parent');
      const { page, ...more } = pageOf(dockerImages(state, parent), request, 100);
      return { dockerImages: page.map((image) => imageMessage(parent, image)), ...more };
    },
    'ArtifactRegistry.GetDockerImage': (request) => getDockerImage(state, textAt(request, 'name')),
    'ArtifactRegistry.ListTags': (request) => {
      const { repository, image } = packageOf(textAt(request, 'parent'));
      const tags = dockerImages(state, repository)
        .filter((one) => one.image === image)
        .flatMap((one) => [...one.tags].map((tag) => tagMessage(repository, one, tag)));
      const { page, ...more } = pageOf(tags, request, 100);
      return { tags: page, ...more };
    },
    'ArtifactRegistry.GetTag': (request) => getTag(state, textAt(request, 'name')),
  };
}

function found(state: RegistryState, name: string) {
  const repository = state.repositories.get(name);
  if (repository === undefined) throw missing(name);
  return repository;
}

function dockerImages(state: RegistryState, repository: string): readonly RegistryImage[] {
  const { format, images } = found(state, repository);
  if (format !== 'DOCKER') throw invalid('parent', `the repository's format is ${format}, not DOCKER`);
  return images;
}

/** "…/dockerImages/web@sha256:…"; slashes within the image's name are escaped twice. */
function getDockerImage(state: RegistryState, name: string): JsonObject {
  const [repository, id] = name.split('/dockerImages/') as [string, string];
  const [image, digest] = decodeURIComponent(id).split('@');
  if (digest === undefined) throw invalid('name', 'an image is named by its digest');
  const match = dockerImages(state, repository).find((one) => one.image === image && one.digest === digest);
  if (match === undefined) throw missing(name);
  return imageMessage(repository, match);
}

function getTag(state: RegistryState, name: string): JsonObject {
  const [parent, tag] = name.split('/tags/') as [string, string];
  const { repository, image } = packageOf(parent);
  const match = dockerImages(state, repository).find((one) => one.image === image && one.tags.has(tag));
  if (match === undefined) throw missing(name);
  return tagMessage(repository, match, tag);
}

function packageOf(name: string): { readonly repository: string; readonly image: string } {
  const [repository, image] = name.split('/packages/') as [string, string];
  return { repository, image: decodeURIComponent(image) };
}

function repositoryMessage(name: string, format: string): JsonObject {
  return { name, format, mode: 'STANDARD_REPOSITORY' };
}

function imageMessage(repository: string, { image, digest, tags, uploadTime }: RegistryImage): JsonObject {
  const [, project, , location, , id] = repository.split('/');
  return {
    name: `${repository}/dockerImages/${encodeURIComponent(image)}@${digest}`,
    uri: `${location}-docker.registry.example/${project}/${id}/${image}@${digest}`,
    tags: [...tags],
    uploadTime,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
  };
}

function tagMessage(repository: string, { image, digest }: RegistryImage, tag: string): JsonObject {
  const parent = `${repository}/packages/${encodeURIComponent(image)}`;
  return { name: `${parent}/tags/${tag}`, version: `${parent}/versions/${digest}` };
}

function missing(name: string): Refusal {
  return new Refusal('NOT_FOUND', `Requested entity was not found: ${name}`);
}
