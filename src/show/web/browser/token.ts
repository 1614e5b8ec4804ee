/**
 * The token of the link that `fettle serve` prints. It stands in the fragment, which no server and no `Referer` gets to see, and is taken out of the
 * history before anything else is done. Null: there is none.
 */
export function tokenOfFragment(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return null;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return token === '' ? null : token;
}
