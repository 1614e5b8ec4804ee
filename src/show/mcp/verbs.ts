import type { Level } from '../../domain/verification.ts';
import type { Report } from '../report/report.ts';
import type { ReportedExplanation } from '../report/reported-explanation.ts';
import type { ReportedRollout } from '../report/reported-rollout.ts';
import type { ReportedMatrix } from '../report/reported-matrix.ts';

/** What a job on a project is asked for: the part of the command's flags that a caller may choose. */
export interface JobAsk {
  readonly path?: string;
  readonly files?: readonly string[];
  readonly service?: string;
  readonly development?: boolean;
  readonly frozen?: boolean;
  readonly pythons?: readonly string[];
  readonly platforms?: readonly string[];
  readonly severity?: 'critical' | 'high' | 'unknown' | 'medium' | 'low';
  readonly asOf?: string;
  readonly prereleases?: boolean;
  readonly strategy?: 'minimal' | 'latest';
  readonly only?: readonly string[];
  readonly raisePython?: string;
  readonly timeLimit?: number;
}

/** The verbs of the library, for one call: paths are checked, turns are kept, progress is told and the call can be given up. */
export interface Verbs {
  scan(ask: JobAsk): Promise<Report>;
  plan(ask: JobAsk): Promise<Report>;
  explain(ask: JobAsk, name: string): Promise<ReportedExplanation>;
  lock(ask: JobAsk, form: 'requirements' | 'pylock', hashes: boolean): Promise<LockedAnswer>;
  matrix(ask: JobAsk, withPlan: boolean): Promise<MatrixAnswer>;
  /** `run` null: the newest. It has the published shape, and what it says may be anybody's. */
  keptReport(path: string | null, run: string | null): Promise<Report>;
  verifyEvidence(path: string | null, run: string | null): Promise<EvidenceAnswer>;
  rollouts(service: string | null): Promise<readonly ReportedRollout[]>;
  rollout(id: string): Promise<ReportedRollout>;
  fix(ask: JobAsk, level: Level | null): Promise<Report>;
  verify(ask: JobAsk, level: Level): Promise<Report>;
  undo(path: string | null): Promise<{ readonly run: string; readonly paths: readonly string[] }>;
  promote(id: string): Promise<ReportedRollout>;
  rollBack(id: string, to: string | null): Promise<ReportedRollout>;
  hold(id: string): Promise<ReportedRollout>;
  resume(id: string): Promise<ReportedRollout>;
}

export interface LockedAnswer {
  readonly kind: 'locked' | 'unsolvable';
  readonly service: string;
  /** The lock as a file; null where there is none. */
  readonly text: string | null;
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly condition: string | null;
  }[];
  readonly notes: readonly string[];
  readonly derivations: readonly (readonly string[])[];
}

export interface MatrixAnswer {
  readonly schemaVersion: '1';
  readonly tool: { readonly name: 'fettle'; readonly version: string | null };
  readonly services: readonly { readonly name: string; readonly matrix: ReportedMatrix }[];
}

export interface EvidenceAnswer {
  readonly run: string;
  readonly intact: boolean;
  readonly broken: readonly { readonly record: number | null; readonly why: string }[];
  readonly signature: { readonly kind: string };
  readonly subjects: readonly { readonly name: string; readonly kind: string; readonly state: string }[];
  readonly records: number;
}
