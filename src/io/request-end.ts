/**
 * That a request has to end, whatever it waits for: its time is up, or the program ends. An AbortSignal says the same, and takes a hundred
 * times as much to make and to listen to, for each of thousands of requests.
 */
export class RequestEnd {
  readonly #listeners = new Set<() => void>();
  #hasCome = false;

  get hasCome(): boolean {
    return this.#hasCome;
  }

  come(): void {
    this.#hasCome = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  /** Calls once it comes, if it has not come yet. What is returned takes that back. */
  onceItComes(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
