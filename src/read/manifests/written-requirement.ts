import type { Unreadable } from '../../domain/project.ts';
import { locatedRequirement, unreadableRequirement } from './locate-requirement.ts';
import type { LocatedRequirement } from './locate-requirement.ts';
import type { LogicalText } from './logical-text.ts';
import type { Rules } from './manifest-reader.ts';
import type { SourceText } from './source-text.ts';

/** Who asks, where it is not the project itself. */
export interface AskedBy {
  readonly group: LocatedRequirement['group'];
  readonly groupName: string | null;
}

export const THE_PROJECT: AskedBy = { group: 'production', groupName: null };

/** A requirement in the ecosystem's standard form (PEP 508) at its place, or what is wrong with it. */
export function writtenRequirement(
  source: SourceText,
  written: LogicalText,
  askedBy: AskedBy,
  rules: Rules,
): LocatedRequirement | Unreadable {
  const dependency = rules.parseDependency(written.text);
  if ('kind' in dependency) return unreadableRequirement(source, written, dependency);
  const { group, groupName } = askedBy;
  return {
    ...locatedRequirement(source, written, dependency, rules),
    group,
    ...(groupName === null ? {} : { groupName }),
  };
}
