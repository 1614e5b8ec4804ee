/** "registry.example:5000/team/shop" in parts. */
export interface ImageName {
  readonly host: string;
  /** "team/shop". */
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

const NAME =
  /^(?<host>[a-z0-9.-]+(?::\d{1,5})?)\/(?<path>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** A whole reference with its registry (distribution specification); null: it is none. */
export function parseImage(text: string): ImageName | null {
  const groups = NAME.exec(text)?.groups;
  if (groups === undefined || !/[.:]|^localhost$/.test(groups['host']!)) return null;
  return {
    host: groups['host']!,
    path: groups['path']!,
    tag: groups['tag'] ?? null,
    digest: groups['digest'] ?? null,
  };
}

/** A name without tag and digest. */
export function parseRepository(text: string): ImageName | null {
  const image = parseImage(text);
  return image === null || image.tag !== null || image.digest !== null ? null : image;
}

/** Without tag and digest. */
export function bareName({ host, path }: ImageName): string {
  return `${host}/${path}`;
}

/** Hosts whose registries take the login of Google Cloud: it is shown to no other. */
export function takesGoogleLogin(host: string): boolean {
  return /^(?:[a-z0-9-]+-docker\.pkg\.dev|(?:[a-z]+\.)?gcr\.io)$/.test(host);
}

/** Where Artifact Registry keeps an image, told by the form of the host's name; null: it is kept elsewhere. */
export function artifactPackage(
  image: ImageName,
): { readonly repository: string; readonly name: string } | null {
  const location = /^([a-z]+(?:-[a-z]+\d+)?)-docker\./.exec(image.host)?.[1];
  const [project, repository, ...rest] = image.path.split('/');
  if (location === undefined || project === undefined || repository === undefined || rest.length === 0)
    return null;
  return {
    repository: `projects/${project}/locations/${location}/repositories/${repository}`,
    name: rest.join('/'),
  };
}
