import type { Clock } from '../../io/clock.ts';
import type { Role } from './page-api.ts';
import { randomSecret, secretKey } from './secrets.ts';

/** Who is signed in. */
export interface SignedIn {
  /** As the page shows it. */
  readonly user: string;
  /** As it stands in evidence: with who vouches for it. */
  readonly by: string;
  readonly role: Role;
}

export interface Session extends SignedIn {
  /** Names the session and opens nothing. */
  readonly key: string;
  readonly csrf: string;
  readonly createdAt: number;
  readonly usedAt: number;
}

export interface SessionTimes {
  /** Unused for so long it ends. */
  readonly idleMs: number;
  /** However it is used, it ends after so long, and whoever goes on signs in again. */
  readonly longestMs: number;
}

const MOST = 10_000;

/** Sessions live in this process alone: what a cookie holds is a random number, and a restart ends them all. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #clock: Pick<Clock, 'now'>;
  readonly #times: SessionTimes;
  readonly #onEnd: (key: string) => void;

  constructor(clock: Pick<Clock, 'now'>, times: SessionTimes, onEnd: (key: string) => void) {
    this.#clock = clock;
    this.#times = times;
    this.#onEnd = onEnd;
  }

  /** Gives what the cookie holds. Always a new one: an id that was known before the sign-in is never the one after it. */
  begin(who: SignedIn): string {
    this.sweep();
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= MOST && oldest !== undefined) this.end(oldest);
    const secret = randomSecret();
    const key = secretKey(secret);
    const now = this.#clock.now().getTime();
    this.#sessions.set(key, { ...who, key, csrf: randomSecret(), createdAt: now, usedAt: now });
    return secret;
  }

  /** The session of a cookie, used now; null: there is none, or it is over. */
  use(secret: string | undefined): Session | null {
    if (secret === undefined) return null;
    const key = secretKey(secret);
    const found = this.#sessions.get(key);
    if (found === undefined) return null;
    if (this.#isOver(found)) {
      this.end(key);
      return null;
    }
    const used = { ...found, usedAt: this.#clock.now().getTime() };
    this.#sessions.set(key, used);
    return used;
  }

  end(key: string): void {
    if (this.#sessions.delete(key)) this.#onEnd(key);
  }

  /** Ends those whose time is over; nobody may come and ask for them. */
  sweep(): void {
    for (const session of [...this.#sessions.values()]) if (this.#isOver(session)) this.end(session.key);
  }

  #isOver({ createdAt, usedAt }: Session): boolean {
    const now = this.#clock.now().getTime();
    return now - usedAt > this.#times.idleMs || now - createdAt > this.#times.longestMs;
  }
}
