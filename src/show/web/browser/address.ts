/** An address of this very server, as path and query; null: it is none, or it leads elsewhere. */
export function ownPath(address: string, origin: string): string | null {
  const url = parsed(address, origin);
  return url === null || url.origin !== origin ? null : `${url.pathname}${url.search}${url.hash}`;
}

/** An address that may become a link: HTTP alone, so that no `javascript:` of a hostile answer is followed. Null: none. */
export function webAddress(address: string): string | null {
  const url = parsed(address, undefined);
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
}

/** Where to go after signing in: a view of this page, never another site and never the server's own doors. */
export function returnPath(asked: string | null, origin: string): string {
  const path = asked === null ? null : ownPath(asked, origin);
  return path === null || /^\/(api|sign-in|sign-out)(\/|\?|#|$)/.test(path) ? '/' : path;
}

function parsed(address: string, base: string | undefined): URL | null {
  return URL.canParse(address, base) ? new URL(address, base) : null;
}
