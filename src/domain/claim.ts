import type { Evidence } from './evidence.ts';

/** What a repair document says, of which fettle can find out whether it is so. Names and versions stand as written there. */
export type Statement =
  /** "tensorflow==2.15.0 no longer exists": the version cannot be had from the index. */
  | { readonly kind: 'unavailable'; readonly package: string; readonly version: string }
  /** "torch 2.1.0 -> 2.6.0": the pin was moved; both versions exist, and the new one is what the files have. */
  | {
      readonly kind: 'change';
      readonly package: string;
      readonly from: string | null;
      readonly to: string;
    }
  /** "Removed simplejson": the files no longer ask for it. */
  | { readonly kind: 'removed'; readonly package: string }
  /** The old version has these vulnerabilities. `about`: an advisory's id, or the words of the document. */
  | {
      readonly kind: 'vulnerable';
      readonly package: string;
      readonly version: string | null;
      readonly about: string;
    }
  /** The new version no longer has it. `about` null: no known vulnerability at all ("patched version"). */
  | {
      readonly kind: 'fixed';
      readonly package: string;
      readonly version: string | null;
      readonly about: string | null;
    }
  /** "All known critical vulnerabilities resolved": of the whole set. `severity`: that one and worse; null: of any. */
  | { readonly kind: 'all-fixed'; readonly severity: 'critical' | 'high' | null }
  /** "Compatible with Python 3.9-3.12"; `range` as written: "3.9-3.12", ">=3.9", "2.0+". */
  | {
      readonly kind: 'compatible-python';
      readonly package: string | null;
      readonly version: string | null;
      readonly range: string;
    }
  /** "torch 2.6.0 is compatible with torchvision 0.21.0"; also "updated for compatibility with torch 2.6.0". */
  | {
      readonly kind: 'compatible-package';
      readonly package: string;
      readonly version: string | null;
      readonly with: string;
      /** As written: "0.21.0", "2.0+"; null: any. */
      readonly range: string | null;
    }
  /** "Compatible with Cloud Run environment": of the whole service. */
  | { readonly kind: 'compatible-platform'; readonly platform: string }
  /** "No known conflicts" of one package, or of the whole set (`package` null). */
  | { readonly kind: 'no-conflicts'; readonly package: string | null }
  /** "Updated to latest stable versions": of one package, or of all that are named (`package` null). */
  | { readonly kind: 'latest'; readonly package: string | null; readonly version: string | null }
  | {
      readonly kind: 'deprecated';
      readonly package: string;
      readonly version: string | null;
      readonly successor: string | null;
    }
  /** "All dependencies install successfully". */
  | { readonly kind: 'installs' }
  /** "Imports succeed", "the test suite passes", "the image builds": said as a fact, not advised as something to do. */
  | { readonly kind: 'imports' }
  | { readonly kind: 'tests-pass' }
  | { readonly kind: 'image-builds' }
  /** Bytes; where one figure is given, both are equal. */
  | { readonly kind: 'image-size'; readonly from: number; readonly to: number }
  /** Seconds. */
  | { readonly kind: 'build-time'; readonly from: number; readonly to: number }
  /** Bytes that the service is said to need. */
  | { readonly kind: 'memory'; readonly from: number; readonly to: number }
  /** "Fixed and ready for deployment", "safe to deploy". */
  | { readonly kind: 'ready' };

export type StatementKind = Statement['kind'];

/** One statement where it stands in its document. A line may make several, and one statement may be made on several lines. */
export interface Claim {
  /** "L12.1": the line, and which of its claims. Stable for the same document. */
  readonly id: string;
  /** Line from 1; columns from 0 in UTF-16 units, the end outside. */
  readonly at: { readonly line: number; readonly column: number; readonly endColumn: number };
  /** The words as they stand. */
  readonly text: string;
  readonly statement: Statement;
}

/** What came of a claim: its verdict is what its records give in all. */
export interface JudgedClaim {
  readonly claim: Claim;
  readonly verdict: Evidence['verdict'];
  /** One sentence: why. */
  readonly because: string;
  readonly evidence: readonly Evidence[];
}
