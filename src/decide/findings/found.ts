import type { Evidence } from '../../domain/evidence.ts';
import type { Finding } from '../../domain/finding.ts';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Service } from '../../domain/project.ts';
import type { AdvisoryBook } from '../../read/advisories/advisories.ts';
import type { Rules } from '../resolution/line.ts';
import type { Resolution } from '../resolution/resolution.ts';
import type { Today } from '../resolution/today.ts';
import type { Part } from './part.ts';

/** All that is looked at to find what is wrong with one service. */
export interface Examined {
  readonly service: Service;
  readonly rules: Rules;
  readonly resolution: Resolution;
  readonly today: Today;
  readonly advisories: AdvisoryBook;
  readonly policy: Policy;
  /** The day that the job speaks of: today, or `--as-of`. */
  readonly day: Date;
  readonly asOf: Date | null;
  /** What verification learned, of whatever service: for findings and plans, never for what an installer would take. */
  readonly learned: readonly LearnedBreak[];
  /** Where several services are planned together: each with its targets. Absent: it is about one service. */
  readonly parts?: readonly Part[];
}

/** One finding with the records that it rests on. */
export interface Found {
  readonly finding: Finding;
  readonly evidence: readonly Evidence[];
}

/** One record of a finding, named after it. */
export function evidenceOf(
  finding: string,
  record: Pick<Evidence, 'claim' | 'how' | 'seen'> & Partial<Pick<Evidence, 'verdict' | 'approximate'>>,
): Evidence {
  return { id: `evidence:${finding}`, verdict: 'proven', approximate: false, ...record };
}

/** The id of a finding: its kind, its service where there are several, and what it speaks of. */
export function findingId(kind: Finding['kind'], service: Service, ...about: readonly string[]): string {
  return `${service.name === '.' ? kind : `${kind}:${service.name}`}:${about.join(':')}`;
}
