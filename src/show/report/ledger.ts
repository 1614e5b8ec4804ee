import type { Evidence } from '../../domain/evidence.ts';
import type { Found } from '../../decide/findings/found.ts';
import type { ReportedEvidence } from './report.ts';

/** A derivation can be long, and a record is read by people: what is beyond is cut. */
const LONGEST = 4000;

/** The records of one report, each under an id of its own, in the order in which they were first referred to. */
export class Ledger {
  readonly #records = new Map<string, ReportedEvidence>();

  /** Takes in a record and gives the id that it has here: two records that were given one id are told apart by a number. */
  add(
    record: Pick<Evidence, 'id' | 'claim' | 'verdict' | 'how' | 'seen' | 'check'> & {
      readonly approximate?: boolean;
    },
  ): string {
    const kept = {
      ...record,
      seen: cut(record.seen),
      claim: cut(record.claim),
      approximate: record.approximate ?? false,
    };
    for (let n = 1; ; n++) {
      const id = n === 1 ? record.id : `${record.id}#${n}`;
      const known = this.#records.get(id);
      if (known === undefined) this.#records.set(id, { ...kept, id });
      else if (JSON.stringify({ ...known, id: '' }) !== JSON.stringify({ ...kept, id: '' })) continue;
      return id;
    }
  }

  /** The records of a finding, and under which ids they stand here. */
  addFound(found: Found, prefix = ''): readonly string[] {
    return found.evidence.map((record) => this.add({ ...record, id: `${prefix}${record.id}` }));
  }

  get records(): readonly ReportedEvidence[] {
    return [...this.#records.values()];
  }
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
