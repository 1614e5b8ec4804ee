import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Statement } from '../../../src/domain/claim.ts';

export const DOCUMENTS = ['case', 'changelog', 'pull-request', 'memo', 'runbook'] as const;
export type DocumentName = (typeof DOCUMENTS)[number];

/** What one document claims, and the lines that tempt and do not. The rules are in README.md beside this file. */
export interface Labels {
  /** From the root of the repository. */
  readonly document: string;
  readonly claims: readonly { readonly line: number; readonly statement: Statement }[];
  readonly not: readonly { readonly line: number; readonly why: string }[];
}

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Not checked here: `labels.test.ts` is what holds the files to this form. */
export function labelsOf(name: DocumentName): Labels {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'labels', `${name}.json`), 'utf8')) as Labels;
}

/** Null for the case's document where `../shared` is absent. */
export function textOf(labels: Labels): string | null {
  const path = join(ROOT, labels.document);
  if (labels.document.startsWith('../shared/') && !existsSync(path)) return null;
  return readFileSync(path, 'utf8');
}
