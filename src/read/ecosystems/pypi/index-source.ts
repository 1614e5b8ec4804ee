import type { Credentials } from '../../../io/http.ts';

/** One simple-API index. `url` ends with a slash and holds no credentials: it may be shown, logged and hashed. */
export interface IndexSource {
  readonly url: string;
  readonly credentials: Credentials | null;
  /** Where the setting stands: "--index-url", "PIP_INDEX_URL", "requirements file", "/etc/pip.conf". */
  readonly readFrom: string;
}

/** A folder or page of distributions beside the indexes (pip's --find-links). */
export interface FindLinksSource {
  /** A folder's absolute path, or the URL of a page with links, without credentials. */
  readonly location:
    { readonly kind: 'folder'; readonly path: string } | { readonly kind: 'page'; readonly url: string };
  readonly credentials: Credentials | null;
  readonly readFrom: string;
}

/** A setting as it was found, before it is taken apart. */
export interface FoundSetting {
  readonly value: string;
  readonly readFrom: string;
}
