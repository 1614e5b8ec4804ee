import { escapeMarkdown } from './escape-markdown.ts';
import type { References } from './references.ts';
import type { Report } from './report.ts';

/** Every waiver with its reason, whatever became of it, and the rules of the policy that do nothing. */
export function policySection({ policy }: Report, refs: References): readonly string[] {
  const { waivers, remarks } = policy;
  if (waivers.length + remarks.length === 0) return [];
  return [
    '## Policy',
    '',
    ...waivers.map((waiver) => waiverLine(waiver, refs)),
    ...remarks.map(({ text, evidence }) => `- **Warning:** ${escapeMarkdown(text)}.${refs.to(evidence)}`),
  ];
}

function waiverLine(
  { id, reason, until, active, touches, evidence }: Report['policy']['waivers'][number],
  refs: References,
): string {
  const packages = [...new Set(touches.map((one) => `${one.package} ${one.version}`))].join(', ');
  const where = packages === '' ? '' : ` in ${escapeMarkdown(packages)}`;
  const state = active ? 'Waived' : 'No longer waived';
  const when = until === null ? 'without an expiry date' : `until ${escapeMarkdown(until)}`;
  return `- **${state}:** ${escapeMarkdown(id)}${where}, ${when}: ${escapeMarkdown(reason)}${refs.to(evidence)}`;
}
