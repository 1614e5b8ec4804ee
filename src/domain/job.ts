import type { Severity } from './advisory.ts';
import type { LearnedBreak } from './learned-break.ts';

/** What the user asked for, over what the repository itself says. Null or empty: nothing was asked. */
export interface Job {
  /** Absolute path of the folder that is looked after. */
  readonly root: string;
  /** Files named by the user, relative to the root; empty: whatever is found. */
  readonly paths: readonly string[];
  readonly service: string | null;
  /** Those services alone; absent: all. */
  readonly services?: readonly string[];
  /** Look at locks alone, in the place of the manifests that they were made from. */
  readonly frozen?: boolean;
  /** Lines that only those who work on the service install are not looked at. */
  readonly noDev?: boolean;
  /** "3.12", "3.12.4"; with `platforms` they make the targets, each with each. */
  readonly pythons: readonly string[];
  /** "linux/amd64", "linux/arm64/musl". */
  readonly platforms: readonly string[];
  /** The Python that services on an older series are planned for and moved to, "3.12" or "3.12.4"; absent or null: none. */
  readonly raisePython?: string | null;
  readonly indexUrl: string | null;
  readonly offline: boolean;
  readonly asOf: Date | null;
  readonly allowBuild: boolean;
  /** Files, folders or addresses of advisories; empty: the public OSV service. */
  readonly advisories: readonly string[];
  readonly severity: Severity | null;
  readonly strategy: 'minimal' | 'latest' | null;
  readonly prereleases: boolean | null;
  /** Advisory ids or package names that a repair is limited to. */
  readonly only: readonly string[];
  /** Seconds after which planning stops with the best plan in hand, for each service; null: never. */
  readonly timeLimit?: number | null;
  /** The day that the job speaks of where it is not the clock's: that of a bundle. `asOf` comes before it. */
  readonly day?: Date | null;
  /** Files that this job has written: they are read again, also where no service needs them any more. */
  readonly written?: readonly string[];
  /** What verification learned by running, beside what the policy's files say. Absent: nothing. */
  readonly learned?: readonly LearnedBreak[];
  /** Files of what others learned (`--learned`), relative to where the command runs. */
  readonly learnedFiles?: readonly string[];
  /** An offline bundle's content. */
  readonly bundle: ReadonlyMap<string, Uint8Array> | null;
}

/** The same job over the files that it has written: they say the newer runtime themselves. */
export function onceWritten(job: Job, written: readonly string[]): Job {
  return { ...job, raisePython: null, written };
}
