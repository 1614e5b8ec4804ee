import type { Policy } from '../../domain/policy.ts';
import type { Examined } from './found.ts';

/** Whether a waiver that holds on the day speaks of one of the ids of a group. */
export function isWaived({ policy, day }: Pick<Examined, 'policy' | 'day'>, ids: readonly string[]): boolean {
  return policy.ignored.some((waiver) => ids.includes(waiver.id) && isActive(waiver, day));
}

/** A waiver holds up to its date. */
export function isActive({ until }: Policy['ignored'][number], day: Date): boolean {
  return until === null || new Date(until) > day;
}
