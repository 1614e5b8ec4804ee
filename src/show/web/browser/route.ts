/** The lists, and by what each may be filtered: the same names in the page's address and in the server's. */
const LISTS = {
  services: ['q', 'state', 'page'],
  runs: ['q', 'service', 'project', 'verdict', 'stage', 'from', 'to', 'page'],
  rollouts: ['q', 'service', 'status', 'page'],
  audit: ['page'],
} as const;

export type ListName = keyof typeof LISTS;

export type Route =
  | { readonly kind: 'list'; readonly list: ListName; readonly query: URLSearchParams }
  | { readonly kind: 'run' | 'rollout'; readonly id: string }
  | { readonly kind: 'sign-in' }
  | { readonly kind: 'unknown' };

/** Which view an address of the page (path and query) is. */
export function routeOf(address: string): Route {
  const [path = '', query = ''] = address.split('#', 1)[0]!.split('?', 2);
  const [first = '', second, ...rest] = path.split('/').filter((part) => part !== '');
  if (rest.length > 0) return { kind: 'unknown' };
  if (second !== undefined) return detailsRoute(first, second);
  if (first === 'sign-in') return { kind: 'sign-in' };
  const list = first === '' ? 'services' : first;
  return isList(list)
    ? { kind: 'list', list, query: known(list, new URLSearchParams(query)) }
    : { kind: 'unknown' };
}

function detailsRoute(list: string, written: string): Route {
  const id = decoded(written);
  if (id === null || (list !== 'runs' && list !== 'rollouts')) return { kind: 'unknown' };
  return { kind: list === 'runs' ? 'run' : 'rollout', id };
}

function decoded(written: string): string | null {
  // What is no percent-encoding is no address of ours either.
  return /%(?![0-9a-f]{2})/i.test(written) ? null : decodeURIComponent(written);
}

function isList(name: string): name is ListName {
  return Object.hasOwn(LISTS, name);
}

/** Filters that are set, in one order: equal questions have equal addresses. */
function known(list: ListName, query: URLSearchParams): URLSearchParams {
  const set = LISTS[list].flatMap((name): [string, string][] => {
    const value = query.get(name) ?? '';
    return value === '' || (name === 'page' && value === '1') ? [] : [[name, value]];
  });
  return new URLSearchParams(set);
}

/** Where the server answers what this view shows; null: the view shows nothing of the server's. */
export function apiPathOf(route: Route): string | null {
  if (route.kind === 'list') return listApiPath(route.list, route.query);
  if (route.kind === 'run' || route.kind === 'rollout')
    return `/api/${route.kind}s/${encodeURIComponent(route.id)}`;
  return null;
}

export function listApiPath(list: ListName, query: URLSearchParams): string {
  return `/api/${list}${queryText(known(list, query))}`;
}

/** The page's own address of a list. */
export function listPath(
  list: ListName,
  query: Readonly<Record<string, string>> | URLSearchParams = {},
): string {
  return `/${list}${queryText(known(list, new URLSearchParams(query)))}`;
}

export function runPath(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}

export function rolloutPath(id: string): string {
  return `/rollouts/${encodeURIComponent(id)}`;
}

function queryText(query: URLSearchParams): string {
  return query.size === 0 ? '' : `?${query.toString()}`;
}
