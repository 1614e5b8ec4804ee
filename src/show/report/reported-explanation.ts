import type { ExplainedPackage, TouchingAdvisory } from '../../decide/plan/explained-package.ts';
import type { Move } from '../../decide/plan/move-package.ts';
import type { Asker, PackageExplanation, Selection } from '../../decide/resolution/explain-package.ts';
import type { Requirement } from '../../domain/requirement.ts';
import { targetText } from '../../domain/target.ts';
import type { ReportedSeverity } from './report.ts';
import { summaryOf } from './reported-finding.ts';
import { withoutSecrets } from './without-secrets.ts';

/** What `fettle explain --json` prints (schemas/explain-1.json): fields may be added, none is renamed or removed under the same version. */
export interface ReportedExplanation {
  readonly schemaVersion: '1';
  readonly tool: { readonly name: 'fettle'; readonly version: string | null };
  readonly package: string;
  /** Every service that has it. */
  readonly services: readonly ExplainedService[];
}

export interface ExplainedService {
  readonly service: string;
  /** False: the lines conflict, and what is said is an estimate. */
  readonly whole: boolean;
  /** One a target that has it. */
  readonly explanations: readonly ExplainedVersion[];
  readonly advisories: readonly {
    readonly id: string;
    readonly ids: readonly string[];
    readonly severity: ReportedSeverity;
    readonly certainty: 'affected' | 'possibly';
    readonly version: string;
    readonly summary: string;
    readonly fixedIn: readonly string[];
  }[];
  /** To the newest version that is free of advisories. */
  readonly move: ReportedMove;
  /** The least that ends the advisories of today's version; null: it has none. */
  readonly ending: ReportedMove | null;
}

export interface ExplainedVersion {
  readonly name: string;
  readonly target: string;
  readonly version: string;
  /** What makes it this version; `place`: of the line or the lock, null where there is none. */
  readonly selectedBy: { readonly kind: Selection['kind']; readonly place: string | null };
  readonly newestFitting: string | null;
  readonly newest: string | null;
  readonly whyNotNewer: readonly string[];
  readonly askers: readonly ReportedAsker[];
}

export type ReportedAsker =
  | { readonly line: string; readonly asks: string; readonly holds: boolean }
  | {
      readonly package: string;
      readonly version: string;
      readonly asks: string;
      readonly line: string | null;
      readonly via: readonly string[];
    };

export type ReportedMove =
  | {
      readonly kind: 'possible';
      readonly to: string;
      readonly lines: readonly {
        readonly line: string;
        readonly from: string;
        readonly to: string;
        readonly size: string;
      }[];
    }
  | { readonly kind: 'impossible'; readonly to: string; readonly because: readonly string[] }
  | { readonly kind: 'none-safe' };

/** An explanation as a plain value: versions and targets as texts, lines as places, no credentials. */
export function reportedExplanation(
  explained: readonly ExplainedPackage[],
  version: string | null,
): ReportedExplanation {
  return withoutSecrets({
    schemaVersion: '1',
    tool: { name: 'fettle', version },
    package: explained[0]!.explanations[0]!.name,
    services: explained.map(({ service, whole, explanations, advisories, move, ending }) => ({
      ...{ service, whole },
      explanations: explanations.map(reportedVersion),
      advisories: advisories.map(reportedAdvisory),
      move: reportedMove(move),
      ending: ending === null ? null : reportedMove(ending),
    })),
  });
}

function reportedVersion(one: PackageExplanation): ExplainedVersion {
  const { name, target, version, selectedBy, newestFitting, newest, whyNotNewer, askers } = one;
  return {
    ...{ name, target: targetText(target), version: version.text },
    selectedBy: { kind: selectedBy.kind, place: selectionPlace(selectedBy) },
    ...{ newestFitting: newestFitting?.text ?? null, newest: newest?.text ?? null, whyNotNewer },
    askers: askers.map(reportedAsker),
  };
}

function selectionPlace(selection: Selection): string | null {
  if (selection.kind === 'line') return placeText(selection.requirement);
  return selection.kind === 'lock' ? selection.path : null;
}

function reportedAsker(asker: Asker): ReportedAsker {
  if (asker.kind === 'line')
    return { line: placeText(asker.requirement), asks: asker.asks, holds: asker.holds };
  const { requirement, links } = asker.chain;
  return {
    ...{ package: asker.name, version: asker.version.text, asks: asker.asks },
    line: requirement === null ? null : placeText(requirement),
    via: links.slice(0, -1).map(({ name }) => name),
  };
}

function reportedAdvisory({
  advisory,
  version,
  certainty,
}: TouchingAdvisory): ExplainedService['advisories'][number] {
  const { id, ids, severity, fixedIn } = advisory;
  return {
    ...{ id, ids, severity, certainty, version: version.text, summary: summaryOf(advisory) },
    fixedIn: fixedIn.map(({ text }) => text),
  };
}

function reportedMove(move: Move): ReportedMove {
  if (move.kind === 'none-safe') return { kind: move.kind };
  const { kind, to } = move;
  if (kind === 'impossible') return { kind, to: to.text, because: move.because };
  return {
    ...{ kind, to: to.text },
    lines: move.lines.map(({ requirement, from, to: text, size }) => ({
      ...{ line: placeText(requirement), from, to: text, size },
    })),
  };
}

/** "requirements.txt:2". */
export function placeText({ span }: Requirement): string {
  return `${span.file}:${span.line}`;
}
