import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../domain/evidence.ts';
import { chain, headOf, recordLines, verifyChain } from './records.ts';
import type { Chain } from './records.ts';

const RUN = {
  id: '2026-11-27T04-30-00-000Z',
  tool: { name: 'fettle', version: '0.1.0' },
  startedAt: '2026-11-27T04:30:00.000Z',
  inputs: { 'requirements.txt': `sha256:${'ab'.repeat(32)}` },
} as const;

function evidence(n: number): Evidence {
  return {
    ...{ id: `evidence:${n}`, claim: `claim ${n}`, verdict: 'proven', how: 'solver', seen: 'ä "seen"' },
    approximate: false,
    check: {
      ...{ command: ['uv', 'sync'], exitCode: 0, startedAt: RUN.startedAt, durationMs: 12.5 },
      ...{ versions: { uv: '0.9.1' }, digests: {}, limits: ['no network'], output: 'ok\n' },
    },
  };
}

const RECORDS = chain(RUN, [1, 2, 3, 4].map(evidence));
const HEAD = headOf(RECORDS);

describe('a chain of records', () => {
  it('opens with the run, and names in each record the digest of the one before', () => {
    expect(RECORDS[0]).toEqual({ sequence: 0, previous: null, run: RUN });
    expect(RECORDS.slice(1).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect(new Set(RECORDS.map(({ previous }) => previous)).size).toBe(5);
    expect(verifyChain(RECORDS, HEAD)).toEqual({ kind: 'intact' });
    expect(verifyChain(chain(RUN, []), headOf(chain(RUN, [])))).toEqual({ kind: 'intact' });
  });

  it('breaks at the record that was changed, and at the one before where the link itself was', () => {
    const lines = recordLines(RECORDS).trimEnd().split('\n');
    fc.assert(
      fc.property(fc.nat({ max: 4 }), fc.nat(), fc.integer({ min: 0, max: 255 }), (at, offset, byte) => {
        const bytes = Buffer.from(lines[at]!);
        const place = offset % bytes.length;
        fc.pre(bytes[place] !== byte);
        bytes[place] = byte;
        const changed = parsed(bytes);
        // What is no JSON any more, or has lost its shape, is noticed by whoever reads it.
        fc.pre(changed !== null && 'sequence' in changed && 'previous' in changed);
        const state = verifyChain(
          RECORDS.map((one, n) => (n === at ? changed : one)) as unknown as Chain,
          HEAD,
        );
        const link = changed['previous'] !== RECORDS[at]!.previous;
        expect(state).toMatchObject({ kind: 'broken' });
        expect([at, ...(link ? [at - 1] : [])]).toContain((state as { record: number }).record);
      }),
      { numRuns: 2000 },
    );
  });

  it('breaks where a record is missing, added, swapped, or cut off at the end', () => {
    const [a, b, c, d, e] = RECORDS;
    const broken = (records: readonly unknown[]): unknown => verifyChain(records as Chain, HEAD);
    expect(broken([a, b, d, e])).toMatchObject({ kind: 'broken', record: 1 });
    expect(broken([a, c, b, d, e])).toMatchObject({ kind: 'broken', record: 0 });
    expect(broken([a, b, c, d])).toMatchObject({ kind: 'broken', record: 3 });
    expect(broken([a, b, c, d, e, e])).toMatchObject({ kind: 'broken', record: 4 });
    expect(broken([b, c, d, e])).toMatchObject({ kind: 'broken', record: 0 });
    expect(broken([])).toMatchObject({ kind: 'broken' });
  });
});

function parsed(bytes: Buffer): Record<string, unknown> | null {
  try {
    const value = JSON.parse(bytes.toString()) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
