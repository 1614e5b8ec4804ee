import type { Line } from '../resolution/line.ts';
import type { Settled } from './make-plan.ts';

/** Lines that ask for their package in the plan. */
export function keptLines({ scan, solution }: Pick<Settled, 'scan' | 'solution'>): readonly Line[] {
  const { resolution } = scan.examined;
  return resolution.asking.filter((line) => solution.versions.has(resolution.asks(line).package));
}

/** Lines that the plan removes: nothing else cures a malicious package, or one that was replaced and can no longer be installed. */
export function removedLines({ scan, solution }: Pick<Settled, 'scan' | 'solution'>): readonly Line[] {
  const { resolution } = scan.examined;
  return resolution.asking.filter((line) => !solution.versions.has(resolution.asks(line).package));
}
