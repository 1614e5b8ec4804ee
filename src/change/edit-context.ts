import type { Edit } from '../domain/edit.ts';
import type { PackageName } from '../domain/package-name.ts';
import type { Change, LockedSet, Plan } from '../domain/plan.ts';
import type { Project } from '../domain/project.ts';
import type { Version } from '../domain/version.ts';
import type { Ecosystem } from '../read/ecosystems/ecosystem.ts';
import type { ProjectLines } from './project-lines.ts';

/** The rules of an ecosystem; nothing here asks an index. */
export type EcosystemRules = Omit<Ecosystem, 'openIndex'>;

export interface EditsNeed {
  /** "sha256:…" of every file of a version that a hash-checking install may take. */
  readonly hashesOf: (name: PackageName, version: Version) => Promise<readonly string[]>;
  /** The plan's sets: what a hash-checked file must list, and which requirement brings a new line's package in. */
  readonly locks: readonly LockedSet[];
  /** The service that was planned; without it, a new line goes to the first service that brings its package in. */
  readonly service?: string;
  /** The plans of all services: whether another one that has the file needs the same new line. */
  readonly plans?: readonly Plan[];
}

/** A line that no change of the plan is about: hash-checking mode asks that every installed package is listed. */
export interface ListedLine {
  readonly service: string;
  readonly file: string;
  readonly name: PackageName;
  readonly version: Version;
  /** One sentence. */
  readonly why: string;
}

export interface PlannedEdits {
  readonly edits: readonly Edit[];
  /** Lines among the edits that are added beside the plan's changes. */
  readonly listed: readonly ListedLine[];
  /** Changes that cannot be written, each with one sentence. */
  readonly refused: readonly { readonly change: Change; readonly why: string }[];
}

/** What the steps are made from. */
export interface EditContext extends EditsNeed {
  readonly project: Project;
  readonly lines: ProjectLines;
  readonly ecosystem: EcosystemRules;
}
