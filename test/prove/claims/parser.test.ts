import { describe, expect, it } from 'vitest';
import { readClaims } from '../../../src/prove/claims/parse/read-claims.ts';
import { DOCUMENTS, labelsOf, textOf } from './labels.ts';
import type { Labels } from './labels.ts';

/** "12 {...}": a claim counts where its line and its whole statement are equal. */
function key(line: number, statement: object): string {
  const fields = Object.entries(statement).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${String(line)} ${JSON.stringify(Object.fromEntries(fields))}`;
}

interface Measured {
  readonly missed: readonly string[];
  readonly invented: readonly string[];
  readonly recall: number;
  readonly figures: string;
}

function measure(labels: Labels, text: string): Measured {
  const found = readClaims(text).map(({ at, statement }) => key(at.line, statement));
  const labelled = labels.claims.map(({ line, statement }) => key(line, statement));
  const missed = labelled.filter((one) => !found.includes(one));
  const invented = found.filter((one) => !labelled.includes(one));
  const recall = (labelled.length - missed.length) / labelled.length;
  const figures = [
    `${String(labelled.length)} labelled, ${String(labelled.length - missed.length)} found (recall ${(100 * recall).toFixed(1)} %), ${String(invented.length)} too many`,
    ...missed.map((one) => `missed:   ${one}`),
    ...invented.map((one) => `invented: ${one}`),
  ].join('\n');
  return { missed, invented, recall, figures };
}

describe.each(DOCUMENTS)('the claims of %s', (name) => {
  const labels = labelsOf(name);
  const text = textOf(labels);
  const absent = text === null ? ' (skipped: ../shared is absent)' : '';

  it.skipIf(text === null)(`are all found, as docs/prove.md says${absent}`, () => {
    const { recall, figures } = measure(labels, text!);
    expect(recall, figures).toBe(1);
  });

  it.skipIf(text === null)(`are the document's, and no other${absent}`, () => {
    const { invented, figures } = measure(labels, text!);
    expect(invented, figures).toEqual([]);
  });
});
