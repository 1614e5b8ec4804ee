import { createHash } from 'node:crypto';

const LONGEST = 60;

/**
 * The branch on which a job's changes are proposed, the same with every run. `parts`: the folder within the repository, and the service or
 * files that were asked for; where their letters cannot all stand in a name, a digest keeps those apart that would look alike.
 */
export function branchName(prefix: string, parts: readonly string[]): string {
  const asked = parts.filter((part) => part !== '' && part !== '.');
  if (asked.length === 0) return `${prefix}all`;
  const whole = asked.join(' ');
  const plain = whole
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '');
  if (plain === whole && plain !== 'all') return `${prefix}${plain}`;
  const digest = createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 8);
  return `${prefix}${plain === '' ? '' : `${plain}-`}${digest}`;
}

/** Whether git takes a text as a branch's name (git-check-ref-format). */
export function isBranchName(name: string): boolean {
  return (
    name.length <= 200 &&
    !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$|^[/-]|^@$/.test(name) &&
    name !== '' &&
    name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'))
  );
}
