import type { Report } from '../report/report.ts';

const MOST = 8;

/** The last reports of a session by a short name, so that a caller can go on reading in the same one. */
export class KeptResults {
  readonly #reports = new Map<string, Report>();
  #made = 0;

  /** Gives the name: "scan-1". */
  keep(report: Report): string {
    const name = `${report.stage}-${++this.#made}`;
    this.#reports.set(name, report);
    const oldest = this.#reports.keys().next().value;
    if (this.#reports.size > MOST && oldest !== undefined) this.#reports.delete(oldest);
    return name;
  }

  /** Null: it was never made, or is too old. */
  find(name: string): Report | null {
    return this.#reports.get(name) ?? null;
  }
}
