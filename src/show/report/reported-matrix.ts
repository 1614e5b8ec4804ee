import type { Matrix } from '../../decide/matrix/judge-matrix.ts';
import type { Target } from '../../domain/target.ts';
import { targetText } from '../../domain/target.ts';
import type { Ledger } from './ledger.ts';
import { counted } from './plain-text.ts';
import type { ReportedServiceMatrix } from './report.ts';
import type { ServiceMatrix } from '../../decide/matrix/service-matrix.ts';

/** Where a service's lines hold: by Python and platform, today and as the plan would write them. */
export interface ReportedMatrix {
  /** Rows and columns, as they were asked for. */
  readonly pythons: readonly string[];
  readonly platforms: readonly string[];
  readonly today: ReportedCells;
  /** Null: no plan was asked for, it changes nothing, or it cannot be written. */
  readonly planned: ReportedCells | null;
  /** How many changes the plan makes; null: none was asked for. */
  readonly changes: number | null;
  /** Why a plan that changes something was not judged. */
  readonly notWritten: string | null;
}

export interface ReportedCells {
  /** Row by row. */
  readonly cells: readonly ReportedCell[];
  /** What forbids cells, or must be built in them; what is found in most of them first. */
  readonly reasons: readonly ReportedReason[];
}

export interface ReportedCell {
  readonly python: string;
  readonly platform: string;
  readonly target: string;
  /** Whether the service itself runs there. */
  readonly own: boolean;
  readonly answer: 'ok' | 'built' | 'no' | 'unknown';
  /** Selected versions whose own requirements could not be read. */
  readonly unread: readonly string[];
}

export interface ReportedReason {
  readonly kind: string;
  readonly packages: readonly string[];
  readonly version: string | null;
  readonly lines: readonly { readonly file: string; readonly line: number; readonly text: string }[];
  /** How it comes in where no line asks for it, itself last. */
  readonly via: readonly string[];
  /** One sentence each. */
  readonly why: readonly string[];
  readonly cells: readonly { readonly python: string; readonly platform: string }[];
}

/** A matrix as plain values. */
export function reportedMatrix(matrix: ServiceMatrix): ReportedMatrix {
  const { pythons, platforms, today, planned, changes, notWritten } = matrix;
  return {
    ...{ pythons, platforms, changes, notWritten },
    today: reportedCells(today, matrix),
    planned: planned === null ? null : reportedCells(planned, matrix),
  };
}

function reportedCells({ cells, hindrances }: Matrix, matrix: ServiceMatrix): ReportedCells {
  const { platforms, pythons, service } = matrix;
  const place = (at: number): { readonly python: string; readonly platform: string } => ({
    python: pythons[Math.floor(at / platforms.length)]!,
    platform: platforms[at % platforms.length]!,
  });
  return {
    cells: cells.map(({ target, answer, unread }, at) => ({
      ...place(at),
      target: targetText(target),
      own: service.targets.some((own) => isLike(own, target)),
      ...{ answer, unread },
    })),
    reasons: hindrances.map(({ hindrance, cells: found }) => ({
      kind: hindrance.kind,
      packages: hindrance.names,
      version: hindrance.version,
      lines: hindrance.requirements.map(({ span, dependency }) => ({
        ...{ file: span.file, line: span.line, text: dependency.text },
      })),
      ...{ via: hindrance.via, why: hindrance.why, cells: found.map(place) },
    })),
  };
}

/** The patch of a Python and the version of a C library may differ. */
function isLike(a: Target, b: Target): boolean {
  const kind = ({ runtime, os, architecture, libc }: Target): string => {
    const series = runtime.version.split('.').slice(0, 2).join('.');
    return JSON.stringify([runtime.implementation, series, os, architecture, libc?.name ?? null]);
  };
  return kind(a) === kind(b);
}

/** The same for a report, with the record that it rests on. */
export function recordedMatrix(matrix: ServiceMatrix, ledger: Ledger): ReportedServiceMatrix {
  const reported = reportedMatrix(matrix);
  const judged = [reported.today, ...(reported.planned === null ? [] : [reported.planned])];
  const cells = judged.flatMap((one) => one.cells);
  const open = cells.filter(
    ({ answer, unread }) => answer === 'unknown' || (answer !== 'no' && unread.length > 0),
  );
  const holding = reported.today.cells.filter(({ answer }) => answer === 'ok').length;
  const record = ledger.add({
    id: `evidence:matrix:${matrix.service.name}`,
    claim: 'each cell says whether the lines can be installed there, by what the packages declare',
    verdict: open.length === 0 ? 'proven' : 'unknown',
    how: 'solver over the index metadata, each target by itself',
    seen: `${holding} of ${counted(reported.today.cells.length, 'cell')} hold today by wheels alone${open.length === 0 ? '' : `; ${open.length} rest on what could not be read`}`,
  });
  return { ...reported, evidence: [record] };
}
