import { createHash } from 'node:crypto';
import type { ProposedCommit, ProposedFile } from './forge.ts';

const TRAILER = 'Fettle-Plan';

/**
 * What makes a plan the same plan: what its files were and what each commit makes of them. Neither the words around it nor
 * the commit that it stands on are part of it.
 */
export function planKey(
  before: readonly ProposedFile[],
  commits: readonly Pick<ProposedCommit, 'files'>[],
): string {
  const digests = (files: readonly ProposedFile[]): readonly (readonly string[])[] =>
    files.map(({ path, bytes }) => [path, createHash('sha256').update(bytes).digest('hex')]).sort();
  const content = JSON.stringify([digests(before), commits.map(({ files }) => digests(files))]);
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}

/** A commit's message with the plan that it is part of (git-interpret-trailers). */
export function withPlan(message: string, key: string): string {
  return `${message}\n\n${TRAILER}: ${key}`;
}

export function isOfPlan(message: string, key: string): boolean {
  return message.trimEnd().endsWith(`\n${TRAILER}: ${key}`);
}
