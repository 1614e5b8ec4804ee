import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';

/** Something that keeps a service's lines off a target, or makes an installer build there. */
export interface Hindrance {
  readonly kind:
    /** What the line itself admits cannot be installed there. */
    | 'not-installable'
    | 'not-published'
    | 'no-such-package'
    /** The lines do not fit together there. */
    | 'conflict'
    /** It has no wheel that fits, only an sdist: whether that builds there is not proven. */
    | 'must-be-built';
  /** The packages that forbid it: those without a distribution where that is the reason, else those of the lines. */
  readonly names: readonly PackageName[];
  /** Null where no single version is meant. */
  readonly version: string | null;
  /** The lines that ask for them, or through which they come in. */
  readonly requirements: readonly Requirement[];
  /** How it comes in where no line asks for it: names from the line's package on, itself last. */
  readonly via: readonly PackageName[];
  /** Why, one sentence each, without the target. */
  readonly why: readonly string[];
}

/** The same in two cells, however its derivation goes there. */
export function hindranceKey({ kind, names, version, requirements, via, why }: Hindrance): string {
  const ids = requirements.map(({ id }) => id).sort();
  const told = kind === 'conflict' ? [] : why;
  return JSON.stringify([kind, [...names].sort(), version, ids, via, told]);
}
