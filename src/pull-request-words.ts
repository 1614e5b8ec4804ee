import { listed } from './domain/listed.ts';
import { afterText } from './domain/plan.ts';
import type { Change } from './domain/plan.ts';

const LONGEST_SUBJECT = 72;

/** One line that names the packages, or how many they are. */
export function subjectOf(changes: readonly Change[]): string {
  const names = [...new Set(changes.map(({ name }) => name))];
  if (names.length === 0) return 'Update locked packages and runtime';
  const [first] = changes;
  if (names.length === 1 && first?.successor !== undefined)
    return `Replace ${first.name} by ${afterText(first)}`.slice(0, LONGEST_SUBJECT);
  const to = names.length === 1 ? first?.to?.version.text : undefined;
  const subject = `Update ${listed(names)}${to === undefined ? '' : ` to ${to}`}`;
  return subject.length <= LONGEST_SUBJECT ? subject : `Update ${names.length} packages`;
}

/**
 * What a commit does, by names and versions alone: forges act on words in messages (mentions, "closes #1"), and neither a name nor a
 * version can hold any.
 */
export function commitMessage(group: string | null, changes: readonly Change[]): string {
  const lines = [...new Set(changes.map(changeLine))];
  const subject =
    group === null
      ? subjectOf(changes)
      : subjectOf(changes).replace(
          /^(?:Update|Replace)/,
          (verb) => `${plainName(group)}: ${verb.toLowerCase()}`,
        );
  return lines.length === 0 ? subject : `${subject}\n\n${lines.join('\n')}`;
}

function changeLine(change: Change): string {
  const { name, from } = change;
  const before = from === null ? 'new' : (from.version?.text ?? 'any version');
  return `${name} ${before} -> ${afterText(change)}`;
}

/** A group's name is whatever the policy says. */
function plainName(group: string): string {
  return (
    group
      .replace(/[^\w .-]+/g, ' ')
      .trim()
      .slice(0, 30) || 'group'
  );
}
