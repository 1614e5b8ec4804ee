import type { PackageName } from '../../domain/package-name.ts';
import type { AdvisoryProblem, AdvisorySource, SourceState } from './advisory-source.ts';
import type { StoredRecord, WholeRecord } from './stored-record.ts';
import { STORED_FORMAT } from './stored-record.ts';

/** One source as a bundle holds it: its state, and its records of the packages that the job asked about. */
export interface BundledSource {
  readonly state: SourceState;
  readonly problems: readonly AdvisoryProblem[];
  readonly packages: readonly (readonly [PackageName, readonly WholeRecord[]])[];
  readonly unanswered: readonly (readonly [PackageName, string])[];
}

/** Where a bundle keeps the advisories of an ecosystem. */
export function bundleKey(ecosystemName: string): string {
  return `advisories/${ecosystemName}.json`;
}

/** What the sources say of some packages. The same records give the same bytes, in whatever order they were asked for. */
export function bundleOf(sources: readonly AdvisorySource[], asked: Iterable<PackageName>): Uint8Array {
  const names = [...asked].sort();
  const bundled = sources.map((source): BundledSource => ({
    state: {
      ...source.state,
      name: withoutHost(source.state.name),
      why: source.state.why === null ? null : withoutHost(source.state.why),
    },
    problems: source.problems
      .filter((problem) => problem.package === null || names.includes(problem.package))
      .map((problem) => ({ ...problem, why: withoutHost(problem.why), source: withoutHost(problem.source) })),
    packages: names.map((name) => [name, wholeRecords(source, name)]),
    unanswered: names.flatMap((name) => {
      const why = source.unanswered(name);
      return why === null ? [] : [[name, withoutHost(why)] as const];
    }),
  }));
  return Buffer.from(JSON.stringify({ format: STORED_FORMAT, sources: bundled }));
}

function wholeRecords(source: AdvisorySource, name: PackageName): readonly WholeRecord[] {
  const details = source.details(name);
  return source.records(name).map((record, at) => withDetails(record, details[at]!));
}

/** Its members in one order, wherever it comes from. */
function withDetails(record: StoredRecord, details: string): WholeRecord {
  const { id, aliases, modified, published, withdrawn, summary, ...rest } = record;
  return { id, aliases, modified, published, withdrawn, summary, details, ...rest };
}

/** A bundle names no hosts: what stood at "https://host/PyPI/all.zip" is "online PyPI/all.zip". */
function withoutHost(text: string): string {
  return text.replace(/https?:\/\/[^\s/]+\/?/g, 'online ').trim();
}
