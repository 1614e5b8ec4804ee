import type { Dependency } from './dependency.ts';
import type { SourceSpan } from './source-span.ts';

/**
 * One requirement of the project, at the place where it is written. The same name may stand on several lines
 * with different conditions: what is planned and edited is the line.
 */
export interface Requirement {
  /** Stable within a project: "file:line", with "#n" where one line holds several. */
  readonly id: string;
  readonly dependency: Dependency;
  /** `constraint`: bounds a package without asking for it (pip's -c). `override`: takes the place of what everybody else asks of the package. */
  readonly role: 'requirement' | 'constraint' | 'override';
  readonly group: 'production' | 'development';
  /** The extra or dependency group of the project that asks for it; absent: the project itself. */
  readonly groupName?: string;
  /** The whole requirement, without comment, options or hashes. */
  readonly span: SourceSpan;
  /** Where the specifier stands; zero wide after name and extras where there is none. */
  readonly specifierSpan: SourceSpan;
  /** Null when the line can be edited in place, else why not ("the version is a variable"). */
  readonly notEditable: string | null;
  /** "sha256:…" of each --hash option, with where it stands. */
  readonly hashes: readonly { readonly text: string; readonly span: SourceSpan }[];
}
