import type { WriteStream } from 'node:tty';
import { plain, wrap } from '../index.ts';
import type { Watch } from '../index.ts';

/** Not more often than this, so that drawing costs nothing. */
const EVERY_MS = 80;

/** One line on a terminal that names what is waited for and how much is left; gone when done, silent elsewhere. */
export class Progress {
  readonly #stream: WriteStream;
  readonly #draws: boolean;
  readonly #onWriting: (writing: Promise<unknown>) => void;
  #stage = '';
  #drawnAt = 0;
  #drawn = false;

  constructor(stream: WriteStream, draws: boolean, onWriting: (writing: Promise<unknown>) => void) {
    this.#stream = stream;
    this.#draws = draws;
    this.#onWriting = onWriting;
  }

  get watch(): Watch {
    return {
      onStage: (stage) => this.#draw((this.#stage = stage), true),
      onProgress: ({ waitingFor, done, asked }) =>
        this.#draw(`${this.#stage} · ${waitingFor} ${done}/${asked}`, false),
      onNotice: (message) => this.notice(message),
      onWriting: this.#onWriting,
    };
  }

  /** Something that stays on the screen. */
  notice(message: string): void {
    this.done();
    const text = plain(message);
    // Where lines are cut by the terminal, words are not.
    this.#stream.write(`note: ${this.#draws ? wrap(text, this.#stream.columns, 6, 6) : text}\n`);
  }

  done(): void {
    if (this.#drawn) this.#stream.write('\r\u001b[2K');
    this.#drawn = false;
  }

  #draw(text: string, now: boolean): void {
    if (!this.#draws) return;
    const time = performance.now();
    if (!now && time - this.#drawnAt < EVERY_MS) return;
    this.#drawnAt = time;
    this.#drawn = true;
    this.#stream.write(`\r\u001b[2K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
  }
}
