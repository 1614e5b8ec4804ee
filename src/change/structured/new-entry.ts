import type { Condition } from '../../domain/dependency.ts';
import type { PackageName } from '../../domain/package-name.ts';

/** A requirement that is to be written down: its specifier in the standard notation, its condition where it has one. */
export interface NewEntry {
  readonly name: PackageName;
  readonly specifier: string;
  readonly condition: Condition | null;
}
