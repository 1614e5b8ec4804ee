import type { ReportedEvidence } from './report.ts';

/** The records that a text refers to, numbered e1, e2 and so on in the order in which they are first referred to. */
export class References {
  readonly #records: ReadonlyMap<string, ReportedEvidence>;
  readonly #numbers = new Map<string, number>();

  constructor(records: readonly ReportedEvidence[]) {
    this.#records = new Map(records.map((record) => [record.id, record]));
  }

  /** " [e1] [e2]" for the records with these ids. A sentence without a record is a bug: throws a RangeError. */
  to(...ids: readonly (readonly string[])[]): string {
    const unique = [...new Set(ids.flat())];
    if (unique.length === 0) throw new RangeError('a sentence of the report rests on no record');
    return unique.map((id) => ` [e${this.#number(id)}]`).join('');
  }

  /** The records referred to so far, by number. */
  get used(): readonly { readonly number: number; readonly record: ReportedEvidence }[] {
    return [...this.#numbers].map(([id, number]) => ({ number, record: this.#records.get(id)! }));
  }

  #number(id: string): number {
    if (!this.#records.has(id)) throw new RangeError(`no record ${id} in the report`);
    const number = this.#numbers.get(id) ?? this.#numbers.size + 1;
    this.#numbers.set(id, number);
    return number;
  }
}
