/** Bytes of pages that may be under way or wait to be read. */
const MOST_BYTES = 16 << 20;
/** What is taken for a page's size before the first ones have come. */
const USUAL_BYTES = 128 << 10;

/** A page's place among those that are held. */
export interface Place {
  /** So many bytes of it have come, and wait to be read. */
  holds(bytes: number): void;
  /** It has been read. */
  leave(): void;
}

/**
 * Bounds what pages hold of memory between the network and their being read: a line may bring them several times as fast as they are read.
 * A page that is under way counts as much as pages did so far, so that small ones are asked for by the hundred and large ones are not.
 */
export class PageRoom {
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;
  #held = 0;
  #seen = 1;
  #seenBytes = USUAL_BYTES;

  /** A place, when there is room. One page may always be under way, however large it is. */
  async enter(): Promise<Place> {
    if (!this.#hasRoom()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#underWay++;
    return this.#place();
  }

  #place(): Place {
    let held: number | null = null;
    return {
      holds: (bytes) => {
        this.#underWay--;
        this.#seen++;
        this.#seenBytes += bytes;
        this.#held += held = bytes;
        this.#letIn();
      },
      leave: () => {
        if (held === null) this.#underWay--;
        else this.#held -= held;
        this.#letIn();
      },
    };
  }

  #letIn(): void {
    while (this.#waiting.length > 0 && this.#hasRoom()) {
      this.#underWay++;
      this.#waiting.shift()!();
    }
  }

  #hasRoom(): boolean {
    const next = this.#seenBytes / this.#seen;
    const empty = this.#underWay === 0 && this.#held === 0;
    return empty || this.#held + (this.#underWay + 1) * next <= MOST_BYTES;
  }
}
