import type { PackageName } from './package-name.ts';
import type { Version } from './version.ts';

/** Worst first. `unknown` is sorted as high and shown as unknown. */
export const SEVERITIES = ['critical', 'high', 'unknown', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

const RANK: Readonly<Record<Severity, number>> = { critical: 0, high: 1, unknown: 1, medium: 2, low: 3 };

/** Whether a severity is as bad as a threshold, or worse. What nobody rated counts as high. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return RANK[severity] <= RANK[threshold];
}

/**
 * One vulnerability: all records that are aliases of each other, closed transitively, seen as one. `id` is the
 * name shown (a CVE where the group has one), `ids` all of them sorted.
 */
export interface Advisory {
  readonly id: string;
  readonly ids: readonly string[];
  readonly package: PackageName;
  readonly summary: string;
  readonly details: string;
  readonly severity: Severity;
  /** CVSS base score and vector where one is known. */
  readonly cvss: { readonly score: number; readonly vector: string } | null;
  /** A MAL- record: the package itself is malicious, and the cure is its removal. */
  readonly malicious: boolean;
  /** Versions that some live record names as fixing; published ones or not. */
  readonly fixedIn: readonly Version[];
  /** The day on which it was known at the latest, ISO date, or null. An approximation: see docs. */
  readonly knownSince: string | null;
  readonly references: readonly string[];
  /** Where the records came from, with the source's own date. */
  readonly sources: readonly string[];
}

/** How one published version stands to one advisory. */
export type Affected = 'affected' | 'possibly' | 'no';
