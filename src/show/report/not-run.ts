import type { Evidence } from '../../domain/evidence.ts';
import { LEVELS } from '../../domain/verification.ts';
import type { Level, ServiceVerification } from '../../domain/verification.ts';

/** Under this id stands what was not tried out. */
export const NOT_RUN_ID = 'evidence:not-run';

const WORKS: Readonly<Record<Level, string>> = {
  resolve: 'resolves',
  install: 'installs',
  import: 'imports what it needs',
  test: 'passes its tests',
  image: 'builds its image',
  run: 'starts',
};

/** What nobody has tried: all of it where nothing was run, else the levels above the one that was asked for, and what no level looks at. */
export function notRun(verified: readonly ServiceVerification[]): Omit<Evidence, 'approximate'> {
  const tried = Math.min(...verified.map(({ level }) => LEVELS.indexOf(level)));
  const record = { id: NOT_RUN_ID, verdict: 'unknown', how: 'not checked' } as const;
  if (verified.length === 0)
    return {
      ...record,
      claim: 'the service installs, imports and passes its tests with these versions',
      seen: 'no package was installed and no code of any package was run',
    };
  const levels = LEVELS.slice(tried + 1).map((level) => WORKS[level]);
  return {
    ...record,
    claim: `the service ${levels.length === 0 ? 'works under load and with what stands around it' : `${levels.join(', ')}`} with these versions`,
    seen: `it was tried out as far as "${LEVELS[tried]!}"`,
  };
}
