import type { RolloutRow } from './page-api.ts';

/** What is told to every page that listens. */
export type PageEvent =
  { readonly kind: 'runs' | 'services' } | { readonly kind: 'rollout'; readonly row: RolloutRow };

const MOST_A_SESSION = 8;
const MOST = 500;
const KEPT = 200;
const HEARTBEAT_MS = 15_000;
/** A page that does not read is let go; it comes back by itself, and is told what it missed. */
const MOST_WAITING = 256;

interface Listener {
  readonly session: string;
  readonly send: (text: string) => void;
  readonly end: () => void;
}

/** Server-sent events (HTML, section 9.2): to all who listen, with what was missed for those who come back. */
export class EventStream {
  readonly #listeners = new Set<Listener>();
  readonly #kept: { readonly id: number; readonly text: string }[] = [];
  /** Ids of another start of the server are not taken for this one's. */
  readonly #epoch: string;
  readonly #heartbeat: NodeJS.Timeout;
  #count = 0;

  readonly #current: () => readonly RolloutRow[];

  /** `current`: what a page is told of that came back too late. */
  constructor(epoch: string, current: () => readonly RolloutRow[]) {
    this.#epoch = epoch;
    this.#current = current;
    this.#heartbeat = setInterval(() => {
      for (const listener of this.#listeners) listener.send(': still here\n\n');
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  tell(event: PageEvent): void {
    const id = ++this.#count;
    const data = JSON.stringify(event.kind === 'rollout' ? event.row : {});
    const text = `id: ${this.#epoch}-${id}\nevent: ${event.kind}\ndata: ${data}\n\n`;
    this.#kept.push({ id, text });
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const listener of this.#listeners) listener.send(text);
  }

  /** A body that goes on until the page is left or its session ends; null: there are too many already. */
  open(session: string, lastId: string | undefined): ReadableStream<Uint8Array> | null {
    const own = [...this.#listeners].filter((one) => one.session === session).length;
    if (own >= MOST_A_SESSION || this.#listeners.size >= MOST) return null;
    const encoder = new TextEncoder();
    let listener: Listener;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const end = (): void => {
            if (this.#listeners.delete(listener)) controller.close();
          };
          const send = (text: string): void => {
            if ((controller.desiredSize ?? 0) <= 0) end();
            else controller.enqueue(encoder.encode(text));
          };
          listener = { session, send, end };
          this.#listeners.add(listener);
          for (const text of this.#missed(lastId)) send(text);
        },
        cancel: () => void this.#listeners.delete(listener),
      },
      { highWaterMark: MOST_WAITING + KEPT },
    );
  }

  endSession(session: string): void {
    for (const listener of [...this.#listeners]) if (listener.session === session) listener.end();
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const listener of [...this.#listeners]) listener.end();
  }

  /** Where it is not known any more what was missed, the page reads everything anew. */
  #missed(lastId: string | undefined): readonly string[] {
    const first = 'retry: 2000\n\n';
    if (lastId === undefined) return [first];
    const last = lastId.startsWith(`${this.#epoch}-`) ? Number(lastId.slice(this.#epoch.length + 1)) : NaN;
    const oldest = this.#kept[0]?.id ?? this.#count + 1;
    if (Number.isInteger(last) && last >= oldest - 1 && last <= this.#count)
      return [first, ...this.#kept.filter(({ id }) => id > last).map(({ text }) => text)];
    const all = (kind: string, data: unknown): string =>
      `id: ${this.#epoch}-${this.#count}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
    const rollouts = this.#current().map((row) => all('rollout', row));
    return [first, all('runs', {}), all('services', {}), ...rollouts];
  }
}
