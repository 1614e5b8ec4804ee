/** An image's name in its parts: `registry/repository:tag@digest`. */
export interface ImageReference {
  readonly registry: string | null;
  /** Without the registry: "library/python", "astral-sh/uv". */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** By the rules of the distribution reference grammar: a first part with a dot, a colon or "localhost" is a registry. */
export function parseImageReference(text: string): ImageReference {
  const [name = '', digest = null] = text.split('@', 2);
  const colon = name.lastIndexOf(':');
  const tagged = colon > name.lastIndexOf('/');
  const path = (tagged ? name.slice(0, colon) : name).split('/');
  const first = path[0]!;
  const hasRegistry = path.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  return {
    registry: hasRegistry ? first : null,
    repository: (hasRegistry ? path.slice(1) : path).join('/'),
    tag: tagged ? name.slice(colon + 1) : null,
    digest,
  };
}
