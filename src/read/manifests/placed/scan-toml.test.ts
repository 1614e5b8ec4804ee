import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tomlDocuments } from '../../../../test/support/toml-documents.ts';
import type { Placed } from './placed.ts';
import { parsePlacedToml } from './placed-toml.ts';
import { scanToml } from './scan-toml.ts';

describe('scanToml', () => {
  it('reads what it reads as the full parser does, with the same places (TOML 1.0)', () => {
    let read = 0;
    fc.assert(
      fc.property(tomlDocuments, (written) => {
        const scanned = scanToml(written);
        if (scanned === null) return;
        read++;
        expect(scanned).toEqual(parsePlacedToml(written));
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(300);
  });

  it('hands on the tables of one array, whole and in their order, instead of keeping them', () => {
    let handed = 0;
    fc.assert(
      fc.property(tomlDocuments, (written) => {
        const taken: Placed[] = [];
        const rest = scanToml(written, { key: 'package', take: (_, placed) => taken.push(placed) });
        const whole = scanToml(written);
        expect(rest === null).toBe(whole === null);
        if (rest === null || whole === null || taken.length === 0) return;
        handed++;
        expect(taken).toEqual(whole.get('package')?.value);
        whole.delete('package');
        expect(rest).toEqual(whole);
      }),
      { numRuns: 3000 },
    );
    expect(handed).toBeGreaterThan(30);
  });
});
