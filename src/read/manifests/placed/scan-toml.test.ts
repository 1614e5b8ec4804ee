import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tomlDocuments } from '../../../../test/support/toml-documents.ts';
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
});
