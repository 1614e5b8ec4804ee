import type { Scan } from '../../decide/findings/scan.ts';
import { importedText } from '../../domain/learned-break.ts';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { Ledger } from './ledger.ts';

/** What was learned by running, with what was seen. */
export interface ReportedBreak {
  readonly id: string;
  readonly kind: 'forbidden' | 'needed';
  /** Null: the service's own sources. */
  readonly importer: ReportedSide | null;
  readonly provider: ReportedSide;
  /** As Python names it: "jinja2.escape". */
  readonly imports: string;
  readonly because: string;
  readonly seen: string;
  /** Only earlier runs on this machine know it. */
  readonly remembered: boolean;
  readonly evidence: readonly string[];
}

export interface ReportedSide {
  readonly package: string;
  /** Versions of which it was seen, and versions between them that are taken to be alike. */
  readonly read: readonly string[];
  readonly between: readonly string[];
}

/** Of what is known, that which speaks of packages that are here: a shared file may know of thousands. */
export function reportedLearned(
  { learned, remembered, services, job }: Scan,
  ledger: Ledger,
): readonly ReportedBreak[] {
  const met = new Set(
    services.flatMap(({ examined }) =>
      [...examined.resolution.graph.nodes.packages()].map(({ name }) => name),
    ),
  );
  const own = new Set((job.learned ?? []).map(({ id }) => id));
  const ids = new Set(remembered.map(({ id }) => id));
  return learned
    .filter(({ id, importer, provider }) => own.has(id) || met.has((importer ?? provider).name))
    .map((one) => reported(one, ids.has(one.id), ledger));
}

function reported(learned: LearnedBreak, remembered: boolean, ledger: Ledger): ReportedBreak {
  const { id, kind, importer, provider, because, seen } = learned;
  const record = ledger.add({
    id: `evidence:learned:${id}`,
    claim: because,
    verdict: 'proven',
    how: `import of ${importedText(learned)}${remembered ? ', by an earlier run on this machine' : ''}`,
    seen,
  });
  return {
    ...{ id, kind, because, seen, remembered },
    importer: importer === null ? null : sideOf(importer),
    provider: sideOf(provider),
    imports: importedText(learned),
    evidence: [record],
  };
}

function sideOf({ name, versions }: LearnedBreak['provider']): ReportedSide {
  return { package: name, read: versions.read, between: versions.between };
}
