import type { Repaired } from '../../change/repaired.ts';
import type { ServiceVerification } from '../../domain/verification.ts';
import { mayBeWritten } from '../../prove/verification/compare.ts';
import { counted, wrap } from './paint.ts';
import { addedLines } from './plan-answer.ts';
import { leftText } from './scan-footer.ts';
import type { ScreenOptions } from './screen-options.ts';
import { verificationScreen } from './verification-screen.ts';

/** Where the report of a run lies and which command takes the run back, both as somebody in this folder writes them. */
export interface RunTraces {
  readonly report: string;
  readonly undo: string;
}

/** What `fettle fix` prints after the plan: what was written, and what is left after reading it again. */
export function fixScreen(
  repaired: Repaired,
  verified: readonly ServiceVerification[],
  traces: RunTraces | null,
  options: ScreenOptions,
): string {
  const { width } = options;
  const { written, after, plans } = repaired;
  const changes = plans.reduce((sum, { plan }) => sum + plan.changes.length, 0);
  const added = plans.reduce((sum, { plan }) => sum + addedLines(repaired, plan), 0);
  const planned = plans.reduce(
    (sum, { plan }) => sum + plan.changes.filter((change) => change.requirement === null).length,
    0,
  );
  const adds = added === 0 ? '' : ` and ${counted(added, 'added line')}`;
  const did = `read ${counted(repaired.scan.project.files.size, 'file')} · planned ${counted(changes - planned, 'change')}${adds}`;
  const tried = verified.length === 0 ? [] : [verificationScreen(verified, options).trimEnd()];
  const left = traces === null ? [] : [`report: ${traces.report}`];
  if (written === null || after === null)
    return [`${did} · nothing written`, ...tried, ...notWritten(verified, width), ...left, ''].join('\n');
  const wrote = `wrote ${written.paths.join(', ')} · read again: ${leftText(after)} left`;
  return [
    wrap(`${did} · ${wrote}`, width, 0, 2),
    ...(verified.length > 0
      ? tried
      : ["proven against the index's metadata; not installed, imported or tested"]),
    ...left,
    ...(traces === null ? [] : [`undo:   ${traces.undo}`]),
    '',
  ].join('\n');
}

/** Why a plan that was tried out stays unwritten. */
function notWritten(verified: readonly ServiceVerification[], width: number): readonly string[] {
  if (verified.every(mayBeWritten)) return [];
  return [
    wrap(
      'the plan is not written, for something fails with it that is not known to have failed before; without --verify it would be',
      width,
      0,
      2,
    ),
  ];
}
