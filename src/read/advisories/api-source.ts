import { createHash } from 'node:crypto';
import type { PackageName } from '../../domain/package-name.ts';
import { asBuffer } from '../../io/as-buffer.ts';
import type { World } from '../../io/world.ts';
import type { AdvisoryProblem, AdvisorySource, SourceState } from './advisory-source.ts';
import type { IndexRules } from './build-index.ts';
import { inParallel } from './in-parallel.ts';
import { isoDay } from './known-since.ts';
import type { OsvApi, RecordList } from './osv-query.ts';
import { queryPackages } from './osv-query.ts';
import type { WholeRecord } from './stored-record.ts';
import { STORED_FORMAT } from './stored-record.ts';

const RECORDS_AT_ONCE = 32;

/** A record as the cache keeps it: every package that it speaks of. */
type ByPackage = readonly (readonly [PackageName, WholeRecord])[];

/** Which records there were for a package, and on which day that was asked. */
interface KeptList {
  readonly day: string;
  readonly records: readonly (readonly [string, string])[];
}

/**
 * An OSV API: which records speak of a package is asked anew in each run, a record itself only when its id or its
 * `modified` is new. Where it does not answer, what it said before is used and the package stays unanswered; with
 * `offline` the earlier answer counts.
 */
export class ApiSource implements AdvisorySource {
  readonly #world: World;
  readonly #api: OsvApi;
  readonly #rules: IndexRules;
  readonly #offline: boolean;
  /** Where the cache has what this API said. */
  readonly #place: string;
  readonly #lists = new Map<PackageName, RecordList>();
  readonly #unanswered = new Map<PackageName, string>();
  readonly #records = new Map<string, ByPackage>();
  readonly #problems: AdvisoryProblem[] = [];
  readonly #days = new Set<string>();
  /** Set when the API as a whole does not answer: it is not asked again in this run. */
  #down: string | null = null;
  /** The first thing that was not answered. */
  #why: string | null = null;

  constructor(world: World, api: OsvApi, rules: IndexRules, offline: boolean) {
    this.#world = world;
    this.#api = api;
    this.#rules = rules;
    this.#offline = offline;
    const place = `${STORED_FORMAT} ${api.base} ${api.ecosystemName}`;
    this.#place = `${createHash('sha256').update(place).digest('hex').slice(0, 24)}/`;
  }

  get state(): SourceState {
    return {
      name: this.#api.base,
      date: [...this.#days].sort()[0] ?? null,
      records: this.#records.size,
      reachable: this.#why === null,
      why: this.#why,
    };
  }

  get problems(): readonly AdvisoryProblem[] {
    return this.#problems;
  }

  records(name: PackageName): readonly WholeRecord[] {
    const ids = [...(this.#lists.get(name)?.keys() ?? [])];
    return ids.flatMap((id) =>
      (this.#records.get(id) ?? []).flatMap(([of, record]) => (of === name ? [record] : [])),
    );
  }

  details(name: PackageName): readonly string[] {
    return this.records(name).map(({ details }) => details);
  }

  unanswered(name: PackageName): string | null {
    return this.#unanswered.get(name) ?? null;
  }

  async load(names: readonly PackageName[]): Promise<void> {
    const asked = names.filter((name) => !this.#lists.has(name) && !this.#unanswered.has(name));
    if (asked.length === 0) return;
    if (this.#offline) this.#recallLists(asked);
    else if (this.#down === null) await this.#askLists(asked);
    else for (const name of asked) this.#fail(name, this.#down);
    await this.#loadRecords(asked);
  }

  async #askLists(names: readonly PackageName[]): Promise<void> {
    const { lists, failures, unreachable } = await queryPackages(this.#api, names);
    const day = isoDay(this.#rules.now);
    if (lists.size > 0) this.#days.add(day);
    for (const [name, list] of lists) {
      this.#lists.set(name, list);
      const kept: KeptList = { day, records: [...list] };
      this.#putNew(`list/${name}`, kept);
    }
    for (const [name, why] of failures) {
      this.#recallList(name);
      this.#fail(name, why);
    }
    this.#down ??= unreachable;
  }

  /** What was answered on an earlier day; false where nothing was. */
  #recallList(name: PackageName): boolean {
    const kept = this.#get<KeptList>(`list/${name}`);
    if (kept === null) return false;
    this.#lists.set(name, new Map(kept.records));
    this.#days.add(kept.day);
    return true;
  }

  #recallLists(names: readonly PackageName[]): void {
    for (const name of names)
      if (!this.#recallList(name))
        this.#fail(name, `offline, and ${this.#api.base} was never asked about ${name}`);
  }

  async #loadRecords(names: readonly PackageName[]): Promise<void> {
    const wanted = new Map<string, { modified: string; readonly asking: PackageName[] }>();
    for (const name of names)
      for (const [id, modified] of this.#lists.get(name) ?? []) {
        const one = wanted.get(id) ?? { modified, asking: [] };
        one.asking.push(name);
        wanted.set(id, one);
      }
    const missing = [...wanted].filter(([id, { modified }]) => !this.#recallRecord(id, modified));
    await inParallel(missing, RECORDS_AT_ONCE, async ([id, { modified, asking }]) => {
      const why = await this.#fetchRecord(id, modified);
      if (why === null) return;
      for (const name of asking) {
        this.#fail(name, `${id}: ${why}`);
        const problem = { kind: 'unreadable-record', id, ids: [id], package: name, why } as const;
        this.#problems.push({ ...problem, source: this.#api.base });
      }
    });
  }

  #recallRecord(id: string, modified: string): boolean {
    if (this.#records.has(id)) return true;
    const kept = this.#get<{ modified: string; packages: ByPackage }>(`record/${id}`);
    if (kept?.modified !== modified) return false;
    this.#records.set(id, kept.packages);
    return true;
  }

  /** Null, or why the record could not be had. */
  async #fetchRecord(id: string, modified: string): Promise<string | null> {
    if (this.#offline) return 'offline, and the record was never read';
    if (this.#down !== null) return this.#down;
    const { http, base, credentials } = this.#api;
    const response = await http.request({ url: `${base}/v1/vulns/${encodeURIComponent(id)}`, credentials });
    if (response.kind === 'failure') {
      this.#down ??= response.reason;
      return response.reason;
    }
    if (response.status !== 200) return `${base} answered ${response.status}`;
    const { readRecordBytes } = await import('./build-index.ts');
    const packages = readRecordBytes(response.body, this.#rules);
    if (typeof packages === 'string') return packages;
    this.#records.set(id, packages);
    this.#put(`record/${id}`, { modified, packages });
    return null;
  }

  #fail(name: PackageName, why: string): void {
    this.#unanswered.set(name, why);
    this.#why ??= why;
  }

  #get<T>(key: string): T | null {
    const bytes = this.#world.cache.get('advisories', this.#place + key);
    return bytes === null ? null : (JSON.parse(asBuffer(bytes).toString('utf8')) as T);
  }

  #put(key: string, value: unknown): void {
    this.#world.cache.put('advisories', this.#place + key, Buffer.from(JSON.stringify(value)));
  }

  /** Most answers are those of an earlier run of the day, and to look is less than to write. */
  #putNew(key: string, value: unknown): void {
    const bytes = Buffer.from(JSON.stringify(value));
    const before = this.#world.cache.get('advisories', this.#place + key);
    if (before === null || !bytes.equals(before))
      this.#world.cache.put('advisories', this.#place + key, bytes);
  }
}
