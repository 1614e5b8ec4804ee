/** How often something took how long; the last count is of all beyond the last bound. */
export interface Histogram {
  /** Upper bounds in milliseconds, rising; a value equal to a bound counts below it. */
  readonly boundsMs: readonly number[];
  /** One more than bounds. */
  readonly counts: readonly number[];
}

/** What one revision did in one interval. */
export interface RevisionInterval {
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
  /** Answered or failed; probes of fettle's own are among them. */
  readonly requests: number;
  /** Answers of 500 and above, and requests that got no answer. */
  readonly errors: number;
  readonly latency: Histogram;
  /** The most that one instance held; null: not measured. */
  readonly memoryBytes: number | null;
  /** Of all instances together; null: not measured. */
  readonly cpuSeconds: number | null;
}

/** What one revision did in a stretch of time, in the few figures that are drawn. */
export interface SeriesPoint {
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly errors: number;
  /** Null: too few were answered, or it lies beyond the last bound that was counted by. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** Canary and baseline since the canary first had traffic; of a long stage neighbouring intervals are put together. */
export interface StageSeries {
  readonly canary: readonly SeriesPoint[];
  readonly baseline: readonly SeriesPoint[];
}

/** What is taken for a difference, and how sure one must be of it. */
export interface AnalysisSettings {
  /** The probability, over all looks and all critical metrics, that a canary like its baseline is rolled back. Default 0.01. */
  readonly totalError: number;
  /** By how much the canary's share of errors may be greater. Default 0.005. */
  readonly errorTolerance: number;
  /**
   * By how much the share of canary requests above the baseline's 95th percentile of the same time may be greater than that of the
   * baseline's above the canary's; both are 0.05 where the two are alike. Default 0.05.
   */
  readonly slowTolerance: number;
  /** By what factor memory may be greater. Default 1.5. */
  readonly memoryFactor: number;
  /** Requests that each side must have had before a look decides anything. */
  readonly minimumRequests: number;
  /** Length of an interval in seconds. Default 10. */
  readonly intervalSeconds: number;
  /** Requests a second that fettle sends to each side where traffic alone would not reach the minimum in time. 0: none. */
  readonly probesPerSecond: number;
}

export type LookVerdict = 'pass' | 'hold' | 'fail';

/** One metric at one look. */
export interface MetricJudgement {
  readonly metric: 'errors' | 'slow-requests' | 'memory' | 'cpu';
  /** Only such a metric rolls back. */
  readonly critical: boolean;
  readonly verdict: LookVerdict;
  readonly canary: number | null;
  readonly baseline: number | null;
  /** "5.1 % of 812 requests failed, 0.2 % of 799 with the baseline; …" */
  readonly seen: string;
}

/** Kayenta's rule on the same data: told, never decisive. */
export interface KayentaScore {
  /** 0 to 100; null: too few intervals. */
  readonly score: number | null;
  readonly metrics: readonly {
    readonly metric: string;
    readonly classification: 'Pass' | 'High' | 'Low' | 'Nodata';
    readonly weight: number;
  }[];
}

/** What one look at canary and baseline gives. */
export interface Look {
  /** From 1. */
  readonly look: number;
  readonly looks: number;
  readonly verdict: LookVerdict;
  readonly metrics: readonly MetricJudgement[];
  readonly kayenta: KayentaScore;
  /** One or two sentences. */
  readonly why: string;
}
