import type { Dependency } from '../../domain/dependency.ts';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Target } from '../../domain/target.ts';
import type { ChangeSize } from '../../domain/version.ts';
import type { Obstacle } from './obstacles.ts';
import type { Rule } from './rule.ts';

/** Why an external incompatibility holds: what the prose and the evidence of a derivation are made of. */
export type Cause =
  /** The project asks for the package in this line. */
  | { readonly kind: 'line'; readonly requirement: Requirement; readonly target: Target }
  /** The line may move no further than this from what it says. */
  | { readonly kind: 'level'; readonly requirement: Requirement; readonly size: ChangeSize }
  /** A pin is one version on every target that it counts on. */
  | { readonly kind: 'same-line'; readonly requirement: Requirement }
  | {
      readonly kind: 'dependency';
      readonly parent: PackageName;
      readonly extra: string | null;
      readonly dependency: Dependency;
      readonly target: Target;
    }
  /** `name[extra]` is `name` at the same version. */
  | { readonly kind: 'extra'; readonly name: PackageName; readonly extra: string }
  | {
      readonly kind: 'not-installable';
      readonly obstacle: Obstacle;
      readonly name: PackageName;
      readonly target: Target;
    }
  | { readonly kind: 'not-permitted'; readonly name: PackageName; readonly what: 'prerelease' | 'yanked' }
  /** Nothing is taken up only for the permission that it would give to others. */
  | { readonly kind: 'unasked'; readonly name: PackageName }
  /** Learned by running: metadata lets these versions stand together, and they do not work together. */
  | { readonly kind: 'learned'; readonly learned: LearnedBreak; readonly target: Target }
  /** A line that a plan adds asks for it. */
  | { readonly kind: 'new-line'; readonly name: PackageName }
  | { readonly kind: 'rule'; readonly rule: Rule };
