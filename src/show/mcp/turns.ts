/**
 * Who may work at a project at the same time: those who read together, who writes alone. Turns are taken in the order in which they were
 * asked for.
 */
export class Turns {
  readonly #lines = new Map<
    string,
    { readonly writer: Promise<unknown>; readonly readers: Promise<unknown> }
  >();

  async take<T>(place: string, writes: boolean, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(place) ?? { writer: Promise.resolve(), readers: Promise.resolve() };
    const before = writes ? Promise.all([line.writer, line.readers]) : line.writer;
    const working = before.then(work);
    // Those who come later wait for its end, however it ends.
    const over = working.then(nothing, nothing);
    this.#lines.set(
      place,
      writes
        ? { writer: over, readers: Promise.resolve() }
        : { ...line, readers: Promise.all([line.readers, over]) },
    );
    return working;
  }

  /** Settles once nobody works any more. */
  async idle(): Promise<void> {
    await Promise.all([...this.#lines.values()].flatMap(({ writer, readers }) => [writer, readers]));
  }
}

function nothing(): void {
  return undefined;
}
