import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { proveDocument } from '../../src/prove-document.ts';
import { jobOn, liveWorld, missing, OSV, PATIENCE_MS, title } from './live.ts';

const DOCUMENT = join(OSV, '..', 'case', 'DEPENDENCY_UPDATES.md');

/** Verdicts of docs/case.md, by line and kind of the document. */
const BY_HAND: Readonly<Record<string, string>> = {
  ...{
    '9 unavailable': 'refuted',
    '158 all-fixed': 'refuted',
    '159 latest': 'refuted',
    '160 no-conflicts': 'proven',
  },
  ...{
    '18 vulnerable': 'proven',
    '19 vulnerable': 'proven',
    '20 vulnerable': 'proven',
    '25 vulnerable': 'proven',
  },
  ...{
    '30 vulnerable': 'proven',
    '31 vulnerable': 'refuted',
    '32 vulnerable': 'refuted',
    '33 vulnerable': 'proven',
  },
  ...{
    '38 vulnerable': 'proven',
    '43 vulnerable': 'proven',
    '44 vulnerable': 'proven',
    '49 vulnerable': 'proven',
  },
  ...{
    '78 compatible-python': 'refuted',
    '79 compatible-package': 'proven',
    '80 compatible-package': 'proven',
  },
  ...{
    '83 compatible-python': 'proven',
    '84 compatible-package': 'proven',
    '88 compatible-package': 'proven',
  },
  ...{ '89 compatible-package': 'refuted', '90 no-conflicts': 'refuted', '144 deprecated': 'proven' },
  ...{ '139 build-time': 'unknown', '140 image-size': 'unknown', '161 compatible-platform': 'unknown' },
  ...{ '4 ready': 'refuted', '176 ready': 'refuted' },
};

describe.skipIf(missing !== null || !existsSync(DOCUMENT))(
  title("the case's own document, claim by claim"),
  () => {
    it(
      'has the verdicts that were found by hand, each with its evidence',
      async () => {
        const { claims } = await proveDocument(
          DOCUMENT,
          jobOn('.'),
          { withProject: false },
          await liveWorld(),
        );
        const found = new Map(claims.map((one) => [`${one.claim.at.line} ${one.claim.statement.kind}`, one]));
        const verdicts = Object.keys(BY_HAND).map((key) => [key, found.get(key)?.verdict] as const);
        expect(Object.fromEntries(verdicts)).toEqual(BY_HAND);
        expect(claims.filter(({ evidence }) => evidence.length === 0)).toEqual([]);
        expect(found.get('9 unavailable')!.because).toContain('cp39 to cp311');
        expect(found.get('31 vulnerable')!.because).toContain('CVE-2025-9905');
        expect(found.get('78 compatible-python')!.because).toContain('needs Python >=3.10');
        expect(found.get('158 all-fixed')!.because).toMatch(/CVE-\d{4}-\d+/);
      },
      PATIENCE_MS,
    );
  },
);
