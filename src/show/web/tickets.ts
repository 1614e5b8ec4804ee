import type { Clock } from '../../io/clock.ts';
import type { RolloutAction } from './rollout-source.ts';
import { randomSecret, secretKey } from './secrets.ts';

/** What a ticket is good for. */
export interface TicketUse {
  readonly session: string;
  readonly rollout: string;
  readonly action: RolloutAction;
  readonly stage: string | null;
}

interface Ticket extends TicketUse {
  /** The state of the rollout that it was given for. */
  readonly mark: string;
  readonly until: number;
  isUsed: boolean;
}

const GOOD_FOR_MS = 10 * 60_000;
const MOST = 20_000;
const MOST_A_SESSION = 400;

/**
 * Tickets are kept here and not signed, for they are good once: what was used is known as used until its time is over, so that a replay is
 * told from a guess.
 */
export class Tickets {
  readonly #tickets = new Map<string, Ticket>();
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  give(use: TicketUse, mark: string): string {
    this.#sweep(use.session);
    const ticket = randomSecret();
    const until = this.#clock.now().getTime() + GOOD_FOR_MS;
    this.#tickets.set(secretKey(ticket), { ...use, mark, until, isUsed: false });
    return ticket;
  }

  /** Null: it is good, and is used from now on. Else why it is refused. Between the look and the use nothing else can happen. */
  take(ticket: string, use: TicketUse, mark: string): string | null {
    const found = this.#tickets.get(secretKey(ticket));
    if (found === undefined) return 'there is no such ticket, or its time is over';
    if (found.session !== use.session) return 'the ticket was given to another session';
    if (found.isUsed) return 'the ticket was used before';
    if (found.until < this.#clock.now().getTime()) return 'the time of the ticket is over';
    if (found.rollout !== use.rollout || found.action !== use.action || found.stage !== use.stage)
      return 'the ticket is for something else';
    found.isUsed = true;
    return found.mark === mark ? null : 'the rollout has moved on since the ticket was given';
  }

  endSession(session: string): void {
    for (const [key, ticket] of this.#tickets) if (ticket.session === session) this.#tickets.delete(key);
  }

  /** A Map gives its entries in the order of their coming: the oldest goes first. */
  #sweep(session: string): void {
    const now = this.#clock.now().getTime();
    const own: string[] = [];
    for (const [key, ticket] of this.#tickets) {
      if (ticket.until < now) this.#tickets.delete(key);
      else if (ticket.session === session) own.push(key);
    }
    for (const key of own.slice(0, Math.max(0, own.length - MOST_A_SESSION + 1))) this.#tickets.delete(key);
    const [oldest] = this.#tickets.keys();
    if (this.#tickets.size >= MOST && oldest !== undefined) this.#tickets.delete(oldest);
  }
}
