import type { Check } from '../../domain/check.ts';
import type { ReportedBreak } from './reported-learned.ts';
import type { ReportedEdit } from './reported-edits.ts';
import type { ReportedMatrix } from './reported-matrix.ts';
import type { ReportedPolicy } from './report-policy.ts';
import type { ReportedRuntime } from './reported-runtime.ts';
import type { ReportedVerification } from './reported-verification.ts';

export type { ReportedPolicy } from './report-policy.ts';

/**
 * The report as a plain JSON value. Its shape is published (schemas/report-1.json, docs/json.md): a field is added freely, none is
 * renamed, removed or given another meaning without a new `schemaVersion`. Lists are in a fixed order, so that two runs over
 * the same input give the same bytes. Whatever was not proven is named `unknown`.
 */
export interface Report {
  readonly schemaVersion: '1';
  readonly tool: { readonly name: 'fettle'; readonly version: string | null };
  /** What was done: looked at (`audit`: advisories of what is pinned or locked alone), planned, or written and read again. */
  readonly stage: 'scan' | 'audit' | 'plan' | 'fix';
  /** The day that the report speaks of, ISO date. */
  readonly day: string;
  /** Set where the past was replayed; everything then rests on an approximation. */
  readonly asOf: { readonly date: string; readonly approximate: true } | null;
  readonly verdict: Verdict;
  readonly sources: ReportedSources;
  readonly policy: ReportedPolicy;
  readonly services: readonly ReportedService[];
  /** Services of which nothing is known, for an index that they need cannot be had; absent where there is none. */
  readonly unjudged?: readonly ReportedUnjudged[];
  /** What was learned by running of the packages that are here; absent where nothing was. */
  readonly learned?: readonly ReportedBreak[];
  /** Files that were seen and that fettle does not read. */
  readonly notSupported: readonly {
    readonly file: string;
    readonly what: string;
    readonly evidence: readonly string[];
  }[];
  /** What would be written, or was (`written`). Empty for a scan. */
  readonly edits: readonly ReportedEdit[];
  readonly written: {
    readonly run: string;
    readonly files: readonly string[];
    readonly evidence: readonly string[];
  } | null;
  /** Changes that no edit can make: one of them stops all of its service, and those that would write a file with it. */
  readonly refused: readonly {
    readonly package: string;
    /** The service that stays as it is; absent in reports of before this was told. */
    readonly service?: string;
    /** Another service that stays as it is and has a file that this one would write; absent where the change itself is refused. */
    readonly with?: string;
    readonly why: string;
    /** What to do about it; absent where the reason says it. */
    readonly hint?: string;
    readonly evidence: readonly string[];
  }[];
  /** Every record that something above refers to by its id. */
  readonly evidence: readonly ReportedEvidence[];
  /** Set where only what an earlier revision does not have was looked for: `known` are the findings that it has. */
  readonly baseline?: {
    readonly revision: string;
    readonly known: readonly { readonly id: string; readonly message: string }[];
  };
}

/** The answer. `repaired`: something was written and nothing is left; `unknown`: no problem was seen, and not all was proven. */
export interface Verdict {
  readonly kind: 'repaired' | 'problems' | 'unknown' | 'clean';
  readonly sentence: string;
  readonly exitCode: 0 | 1 | 3;
  readonly meaning: string;
  readonly evidence: readonly string[];
}

export interface ReportedSources {
  /** Without credentials. */
  readonly indexes: readonly {
    readonly url: string;
    readonly readFrom: string;
    readonly evidence: readonly string[];
  }[];
  readonly advisories: readonly {
    readonly name: string;
    readonly date: string | null;
    readonly records: number;
    readonly reachable: boolean;
    readonly why: string | null;
    readonly evidence: readonly string[];
  }[];
  /** Records that name no package that could be read: what they speak of is unknown. */
  readonly unmatchedRecords: readonly {
    readonly id: string;
    readonly why: string;
    readonly evidence: readonly string[];
  }[];
}

export interface ReportedUnjudged {
  readonly name: string;
  readonly manifests: readonly string[];
  readonly why: string;
  readonly help: string | null;
  readonly evidence: readonly string[];
}

export type ReportedSeverity = 'critical' | 'high' | 'unknown' | 'medium' | 'low';

export interface ReportedService {
  readonly name: string;
  readonly manifests: readonly {
    readonly file: string;
    readonly requirements: number;
    readonly generatedBy: string | null;
  }[];
  readonly targets: readonly ReportedTarget[];
  readonly requirements: number;
  /** Development lines that the user had left out (--no-dev). */
  readonly developmentLeftOut: number;
  /** Packages in today's set, on the target that has most. */
  readonly packages: number;
  /** Today's set, one a target; where the lines conflict, an estimate (`posture.whole`). Of an audit what is pinned or locked. */
  readonly today: readonly ReportedLock[];
  readonly findings: readonly ReportedFinding[];
  /** What the index says that its user should know. */
  readonly notes: readonly { readonly text: string; readonly evidence: readonly string[] }[];
  /** What can be said of the set as it was before any change. */
  readonly posture: ReportedPosture;
  readonly plan: ReportedPlan | null;
  readonly after: ReportedAfter | null;
  /** On which Pythons and platforms the lines hold; absent where that was not asked for. */
  readonly matrix?: ReportedServiceMatrix;
  /** What was tried out, one a target; absent where that was not asked for. */
  readonly verification?: readonly ReportedVerification[];
  /** The records that the service as a whole rests on: its files, its set on each target. */
  readonly evidence: readonly string[];
}

export interface ReportedServiceMatrix extends ReportedMatrix {
  readonly evidence: readonly string[];
}

export interface ReportedTarget {
  readonly text: string;
  readonly runtime: { readonly implementation: string; readonly version: string };
  readonly os: string;
  readonly architecture: string;
  readonly libc: { readonly name: string; readonly version: string } | null;
  readonly readFrom: readonly string[];
  readonly evidence: readonly string[];
}

export interface ReportedFinding {
  /** Stable over runs: made of kind, package, version and advisory, never of a line number. */
  readonly id: string;
  readonly kind: string;
  readonly severity: ReportedSeverity | null;
  /** False: a warning, which never fails a run. */
  readonly problem: boolean;
  /** `development`: on no target does a production line lead to it. */
  readonly group: 'production' | 'development';
  readonly message: string;
  readonly help: string | null;
  readonly package: string | null;
  readonly version: string | null;
  readonly advisory: ReportedAdvisory | null;
  /** Nearest first, at most five: later versions that can be installed and carry no advisory. */
  readonly fixedBy: readonly string[];
  readonly places: readonly ReportedPlace[];
  /** The requirement's package first, then each parent, ending with the package. Empty for what no package brings in. */
  readonly chain: readonly { readonly package: string; readonly version: string; readonly asks: string }[];
  /** `targetText`s of the targets on which it holds. */
  readonly targets: readonly string[];
  /** The derivation of a conflict, one sentence a line. */
  readonly derivation: readonly string[];
  /**
   * `open`: nothing is claimed to repair it. `planned`: the planned set no longer has it. `fixed`: it was looked for again after
   * writing and is gone. `unknown`: it was not seen again, and that proves nothing.
   */
  readonly outcome: 'open' | 'planned' | 'fixed' | 'unknown';
  readonly evidence: readonly string[];
}

export interface ReportedPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ReportedAdvisory {
  readonly id: string;
  readonly ids: readonly string[];
  readonly severity: ReportedSeverity;
  readonly cvss: { readonly score: number; readonly vector: string } | null;
  readonly malicious: boolean;
  /** `possibly`: a bound of the record could not be read. */
  readonly certainty: 'affected' | 'possibly';
  readonly summary: string;
  readonly references: readonly string[];
  readonly fixedIn: readonly string[];
}

/** What can be said of known vulnerabilities of one set. */
export interface ReportedPosture {
  /** `clean`: every source answered and no advisory touches the set. */
  readonly verdict: 'clean' | 'affected' | 'unknown';
  /** The set was resolved in whole; else what comes in beside the lines is an estimate. */
  readonly whole: boolean;
  readonly packages: number;
  readonly advisories: readonly {
    readonly advisory: string;
    readonly severity: ReportedSeverity;
    readonly package: string;
    readonly version: string;
    readonly finding: string;
  }[];
  /** Advisories that touch the set and that the policy waives. */
  readonly waived: readonly {
    readonly advisory: string;
    readonly package: string;
    readonly version: string;
    readonly reason: string;
    readonly until: string | null;
  }[];
  /** Why silence proves nothing, one sentence each. */
  readonly unknowns: readonly string[];
  readonly evidence: readonly string[];
}

export interface ReportedPlan {
  readonly changes: readonly ReportedChange[];
  /** The changes among them that add a line, by package. */
  readonly added: readonly string[];
  /** Lines that are added beside the changes, for hash-checking mode asks for every package that is installed. */
  readonly listed: readonly {
    readonly package: string;
    readonly version: string;
    readonly file: string;
    readonly why: string;
    readonly evidence: readonly string[];
  }[];
  readonly unrepaired: readonly ReportedUnrepaired[];
  readonly proof: {
    readonly proven: boolean;
    readonly tiers: readonly string[];
    readonly lowerBound: number;
    readonly changes: number;
    readonly reasons: readonly (readonly string[])[];
    readonly evidence: readonly string[];
  };
  /** Null: today's lines conflict, so there is no set to compare with. */
  readonly transitive:
    | readonly {
        readonly package: string;
        readonly from: string | null;
        readonly to: string | null;
        readonly evidence: readonly string[];
      }[]
    | null;
  /** The lock that the plan has its tool write anew; null: there is none, or it stays. */
  readonly lock: {
    readonly path: string;
    readonly tool: string;
    readonly moves: readonly {
      readonly package: string;
      readonly from: string | null;
      readonly to: string | null;
      readonly because: string;
      readonly repairs: readonly string[];
      readonly evidence: readonly string[];
    }[];
  } | null;
  readonly warnings: readonly { readonly text: string; readonly evidence: readonly string[] }[];
  /** What can be said of the planned set, before anything is written. */
  readonly posture: ReportedPosture;
  /** Services that share lines with this one, so that all were planned at once; the proof speaks of all of them. Null: planned by itself. */
  readonly together: { readonly services: readonly string[]; readonly files: readonly string[] } | null;
  /** One a target. */
  readonly locks: readonly ReportedLock[];
  /** Absent: the runtime stays as it is. */
  readonly runtime?: ReportedRuntime;
}

export interface ReportedChange {
  readonly package: string;
  readonly file: string | null;
  readonly line: number | null;
  /** The policy's group, or null. */
  readonly group: string | null;
  readonly section: 'production' | 'development' | 'constraint' | 'override' | 'added';
  readonly from: { readonly specifier: string; readonly version: string | null } | null;
  readonly to: { readonly specifier: string; readonly version: string } | null;
  /** The package that the line asks for from now on, of which `to` is; absent: `package`. */
  readonly successor?: string;
  readonly size: string;
  readonly because: string;
  readonly whyNotLower: readonly string[];
  /** Ids of findings. */
  readonly repairs: readonly string[];
  readonly evidence: readonly string[];
}

export interface ReportedUnrepaired {
  readonly finding: string;
  readonly kind: 'advisory' | 'needs-build' | 'yanked';
  /** False: the advisory's records leave it open whether it touches the version. */
  readonly certain: boolean;
  readonly package: string;
  readonly advisory: string | null;
  readonly severity: ReportedSeverity | null;
  readonly summary: string | null;
  readonly targets: readonly string[];
  /** What forbids every repair, one sentence a line. */
  readonly because: readonly string[];
  readonly waysOut: readonly { readonly kind: string; readonly text: string }[];
  readonly evidence: readonly string[];
}

export interface ReportedLock {
  readonly target: string;
  readonly packages: readonly ReportedPackage[];
  readonly evidence: readonly string[];
}

export interface ReportedPackage {
  readonly name: string;
  readonly version: string;
  readonly extras: readonly string[];
  /** Names of the packages in the same set that ask for it; empty for what only requirement lines ask for. */
  readonly requiredBy: readonly string[];
  /** Requirement lines that ask for it on this target, whatever else does; absent in reports of before this was told. */
  readonly lines?: readonly ReportedLine[];
}

/** Where a line stands today. Null: the plan adds it. */
export interface ReportedLine {
  readonly file: string | null;
  readonly line: number | null;
}

/** The project as it was read again after writing. */
export interface ReportedAfter {
  /** Findings of the project as it is now. */
  readonly findings: readonly ReportedFinding[];
  /** Ids of findings of before that are gone. */
  readonly fixed: readonly string[];
  /** Ids of problems of now: those that were there before, and those that were not. */
  readonly left: readonly string[];
  readonly introduced: readonly string[];
  readonly posture: ReportedPosture;
  /** Whether the lines resolve: one record a target of the service, in their order. */
  readonly evidence: readonly string[];
}

export interface ReportedEvidence {
  readonly id: string;
  readonly claim: string;
  readonly verdict: 'proven' | 'refuted' | 'unknown';
  readonly how: string;
  readonly seen: string;
  readonly approximate: boolean;
  /** Where something was run to learn it: the command, how it ended, and its last lines; secrets masked. */
  readonly check?: Check;
}
