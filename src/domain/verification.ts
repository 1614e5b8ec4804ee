import type { Evidence } from './evidence.ts';
import type { LearnedBreak } from './learned-break.ts';
import type { Target } from './target.ts';

/** How far a set is tried out; each level includes those before it. */
export const LEVELS = ['resolve', 'install', 'import', 'test', 'image', 'run'] as const;
export type Level = (typeof LEVELS)[number];

/** One thing that failed at a level. */
export interface Failure {
  /** What was tried, the same before and after: "import flask", "tests/test_api.py::test_health". */
  readonly key: string;
  /** One sentence: what came of it. */
  readonly what: string;
  /** Whose fault it is, where that could be told: "flask 1.1.2 imports escape from jinja2, which …". */
  readonly because: string | null;
  /** The service's own sources or requirements are not to blame, but this machine is (a library, a variable, a GPU). */
  readonly ofMachine: boolean;
}

/** What an image takes, in bytes of its files, unpacked. */
export interface ImageSize {
  /** Of all layers. */
  readonly bytes: number;
  /** Lowest first. `base`: it came with the base image. */
  readonly layers: readonly {
    readonly instruction: string;
    readonly bytes: number;
    readonly base: boolean;
  }[];
  /** Installed distributions, the largest first; what else is in the image is in none of them. */
  readonly distributions: readonly {
    readonly name: string;
    readonly version: string;
    readonly bytes: number;
  }[];
}

/** What one level came to for one set. */
export interface LevelOutcome {
  readonly level: Level;
  readonly verdict: Evidence['verdict'];
  /** In a few words: "61 of 61 imports", "did not install". */
  readonly seen: string;
  readonly failures: readonly Failure[];
  /** What is worth knowing and no failure: deprecations, what would make an image smaller. */
  readonly notes: readonly string[];
  /** Where it is unknown: what would make it known. */
  readonly hint: string | null;
  readonly durationMs: number;
  /** Of the level `image`, where it was built and measured. */
  readonly image?: ImageSize;
  readonly evidence: readonly Evidence[];
}

/** One set of versions, tried out as far as it came. */
export interface VerifiedSet {
  readonly side: 'before' | 'after';
  /** In the order of the levels; it ends with the first that the next ones cannot be tried without. */
  readonly outcomes: readonly LevelOutcome[];
}

/** One plan that was tried out on the way to the last. */
export interface VerificationRound {
  /** "flask 1.1.2 -> 2.2.5", one for each change. */
  readonly changes: readonly string[];
  readonly failures: readonly Failure[];
  /** What it taught the planner. */
  readonly learned: readonly LearnedBreak[];
}

/** One service on one target, before and after. */
export interface ServiceVerification {
  readonly service: string;
  readonly target: Target;
  readonly level: Level;
  /** Null: nothing changes, so that there is one set alone. */
  readonly before: VerifiedSet | null;
  readonly after: VerifiedSet;
  /** Plans that were tried out before this one, in order. */
  readonly rounds: readonly VerificationRound[];
}
