import type { Finding } from '../../domain/finding.ts';
import type { Unrepaired } from '../../domain/plan.ts';
import { targetText } from '../../domain/target.ts';
import { counted, cut, wrap } from './paint.ts';
import { placeOf } from './scan-screen.ts';
import { entry, section } from './section.ts';
import type { ScreenOptions } from './screen-options.ts';

/**
 * What the plan leaves, with what forbids a repair and the ways out; then problems for which it has no reason at hand. A plan that
 * was limited to some of them is not reproached with the others: they are counted.
 */
export function leftSection(
  left: readonly Unrepaired[],
  open: readonly Finding[],
  limited: boolean,
  options: ScreenOptions,
): string {
  const told = limited ? [] : open;
  const count = left.length + told.length;
  const beside = limited && open.length > 0 ? `not looked at, for --only names others: ${open.length}` : '';
  if (count === 0) return beside;
  const groups = new Map<string, Unrepaired[]>();
  for (const one of left) {
    const key = JSON.stringify([one.name, one.targets.map(targetText), one.because]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const entries = [
    ...[...groups.values()].map((group) => leftEntry(group, options)),
    ...told.map((finding) => entry(finding.message, placeOf(finding), finding.help, options)),
  ];
  const text = section('left open', counted(count, 'problem'), entries, options);
  return beside === '' ? text : `${text}\n${beside}`;
}

function leftEntry(group: readonly Unrepaired[], { width, verbose }: ScreenOptions): string {
  const [first] = group;
  const what =
    first!.advisory === null
      ? 'must be built from source'
      : `${first!.advisory.id} ${first!.advisory.severity === 'unknown' ? 'severity unknown' : first!.advisory.severity}`;
  const more = group.length === 1 ? '' : `, ${group.length - 1} more`;
  const why = verbose ? first!.because.split('\n') : first!.because.split('\n').slice(-2);
  return [
    cut(`  ${first!.name}  ${what}${more}  on ${first!.targets.map(targetText).join('; ')}`, width),
    ...why.map((line) => `    ${wrap(line, width, 4, 4)}`),
    `    ways out: ${wrap(first!.waysOut.map((way) => way.text).join(' · '), width, 14, 6)}`,
  ].join('\n');
}
