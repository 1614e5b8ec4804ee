import type { Credentials, HttpFailure, HttpRequest, HttpResponse } from '../../../io/http.ts';
import { credentialsFromNetrc } from '../../../io/netrc.ts';
import type { World } from '../../../io/world.ts';

/** How many requests are under way at once; more wait their turn, since what has come waits in memory until it is read. */
const AT_ONCE = 64;

/**
 * Requests to indexes and their file hosts, with the credentials of each origin: those of the index settings, else
 * those of netrc. Bounded in number, so that a thousand questions do not become a thousand open streams.
 */
export class IndexHttp {
  readonly #world: World;
  readonly #known: ReadonlyMap<string, Credentials>;
  readonly #netrc: string;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor(world: World, known: ReadonlyMap<string, Credentials>, netrc: string) {
    this.#world = world;
    this.#known = known;
    this.#netrc = netrc;
  }

  async request(request: Omit<HttpRequest, 'credentials'>): Promise<HttpResponse | HttpFailure> {
    if (this.#underWay >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#underWay++;
    try {
      return await this.#world.http.request({ ...request, credentials: this.#credentials(request.url) });
    } finally {
      this.#underWay--;
      this.#waiting.shift()?.();
    }
  }

  #credentials(url: string): Credentials | null {
    const { origin, hostname } = new URL(url);
    return this.#known.get(origin) ?? credentialsFromNetrc(this.#netrc, hostname);
  }
}

/** Opens it with the credentials of these sources; a netrc file stands at $NETRC or in the home folder. */
export async function openIndexHttp(
  world: World,
  sources: readonly { readonly url: string; readonly credentials: Credentials | null }[],
): Promise<IndexHttp> {
  const known = new Map<string, Credentials>();
  for (const { url, credentials } of sources.toReversed())
    if (credentials !== null) known.set(new URL(url).origin, credentials);
  const home = world.environment['HOME'] ?? '';
  const path = world.environment['NETRC'] || (home === '' ? '' : `${home}/.netrc`);
  const bytes = path.startsWith('/') ? await world.files.read(path, 1 << 20) : null;
  return new IndexHttp(world, known, bytes === null ? '' : new TextDecoder().decode(bytes));
}
