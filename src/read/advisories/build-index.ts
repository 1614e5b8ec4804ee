import type { PackageName } from '../../domain/package-name.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import type { AdvisoryProblem } from './advisory-source.ts';
import { isoDay } from './known-since.ts';
import { readOsvRecord } from './osv-schema.ts';
import { reduceRecord } from './reduce-record.ts';
import type { WholeRecord } from './stored-record.ts';
import type { VersionOrder } from './version-rules.ts';
import { VersionRules } from './version-rules.ts';
import type { RawRecord } from './zip-records.ts';

/** Which records are looked for, and by whose rules they are read. */
export interface IndexRules {
  readonly ecosystem: VersionOrder & Pick<Ecosystem, 'name'>;
  /** OSV's name for it: "PyPI". */
  readonly ecosystemName: string;
  /** Records whose dates lie beyond it do not date their source. */
  readonly now: Date;
}

/** All records of a dump or folder, by package. */
export interface RecordIndex {
  readonly byPackage: ReadonlyMap<PackageName, readonly WholeRecord[]>;
  readonly records: number;
  /** The newest day on which a record was modified, none in the future; null without any. */
  readonly date: string | null;
  readonly problems: readonly Omit<AdvisoryProblem, 'source'>[];
  /** Id and `modified` of every record, those of other ecosystems too: what a later list is compared with. */
  readonly ids: readonly (readonly [string, string])[];
}

/** Reads every record once. A broken one is a problem and never stops the rest. */
export async function buildIndex(
  documents: AsyncIterable<RawRecord> | Iterable<RawRecord>,
  { ecosystem, ecosystemName, now }: IndexRules,
): Promise<RecordIndex> {
  const rules = new VersionRules(ecosystem);
  const byPackage = new Map<PackageName, WholeRecord[]>();
  const problems: Omit<AdvisoryProblem, 'source'>[] = [];
  const ids: (readonly [string, string])[] = [];
  let records = 0;
  for await (const { name, content } of documents) {
    const id = name
      .replace(/^.*\//, '')
      .replace(/\.json$/, '')
      .slice(0, 200);
    const record = parseDocument(content);
    if (typeof record === 'string') {
      problems.push({ kind: 'unreadable-record', id, ids: [id], package: null, why: record });
      continue;
    }
    ids.push([record.id, record.modified]);
    const reduced = reduceRecord(record, ecosystemName, ecosystem, rules);
    for (const text of reduced.refused) {
      const why = `"${text}" is no package name`;
      problems.push({ kind: 'unreadable-record', id: record.id, ids: [record.id], package: null, why });
    }
    if (reduced.byPackage.size === 0) continue;
    records++;
    for (const [packageName, stored] of reduced.byPackage) {
      const list = byPackage.get(packageName);
      if (list === undefined) byPackage.set(packageName, [stored]);
      else list.push(stored);
    }
  }
  return { byPackage, records, date: newestDay(byPackage, now), problems, ids };
}

/** The newest day on which a record was modified, none after `now`; null without any. */
export function newestDay(byPackage: RecordIndex['byPackage'], now: Date): string | null {
  const today = isoDay(now);
  let newest = '';
  for (const list of byPackage.values())
    for (const { modified } of list) {
      const day = modified?.slice(0, 10) ?? '';
      if (day > newest && day <= today) newest = day;
    }
  return newest === '' ? null : newest;
}

/** One record by package, or in one sentence why it is none. */
export function readRecordBytes(
  bytes: Uint8Array,
  { ecosystem, ecosystemName }: IndexRules,
): readonly (readonly [PackageName, WholeRecord])[] | string {
  const record = parseDocument(bytes);
  if (typeof record === 'string') return record;
  return [...reduceRecord(record, ecosystemName, ecosystem, new VersionRules(ecosystem)).byPackage];
}

function parseDocument(content: RawRecord['content']): ReturnType<typeof readOsvRecord> {
  if (!(content instanceof Uint8Array)) return content.problem;
  try {
    return readOsvRecord(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content)));
  } catch (cause) {
    if (cause instanceof SyntaxError) return 'it is not JSON';
    if (cause instanceof TypeError) return 'it is not UTF-8';
    throw cause;
  }
}
