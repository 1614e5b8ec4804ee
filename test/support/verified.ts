import type {
  Failure,
  Level,
  LevelOutcome,
  ServiceVerification,
  VerificationRound,
} from '../../src/domain/verification.ts';
import type { PackageName } from '../../src/domain/package-name.ts';

/** What one level came to, with a record of its own. */
export function outcome(
  level: Level,
  verdict: LevelOutcome['verdict'],
  seen: string,
  more: Partial<LevelOutcome> = {},
): LevelOutcome {
  const record = { id: `evidence:${level}:${seen}`, claim: `${level} works`, verdict, how: level, seen };
  return {
    ...{ level, verdict, seen, failures: [], notes: [], hint: null, durationMs: 834 },
    evidence: [{ ...record, approximate: false }],
    ...more,
  };
}

const IMPORT_FAILURE: Failure = {
  key: 'import flask',
  what: "ImportError: cannot import name 'escape' from 'jinja2'",
  because: 'flask 1.1.2 imports escape from jinja2, which jinja2 3.1.2 does not give',
  ofMachine: false,
};

const ROUND: VerificationRound = {
  changes: ['jinja2 2.11.3 -> 3.1.2'],
  failures: [IMPORT_FAILURE],
  learned: [
    {
      ...{ id: 'flask:jinja2:escape', kind: 'forbidden', module: 'jinja2', symbol: 'escape' },
      importer: { name: 'flask' as PackageName, versions: { read: ['1.1.2'], between: [] } },
      provider: { name: 'jinja2' as PackageName, versions: { read: ['3.1.2'], between: ['3.1.1'] } },
      ...{ because: IMPORT_FAILURE.because!, seen: IMPORT_FAILURE.what },
    },
  ],
};

/** A service whose first plan broke an import, whose second works, and which did not install before. */
export const VERIFIED: ServiceVerification = {
  service: '.',
  target: {
    runtime: { implementation: 'cpython', version: '3.12' },
    ...{ os: 'linux', architecture: 'x86_64', libc: null, readFrom: ['flags'] },
  },
  level: 'test',
  before: {
    side: 'before',
    outcomes: [outcome('resolve', 'refuted', 'does not resolve: keras<2.16 and keras>=3')],
  },
  after: {
    side: 'after',
    outcomes: [
      outcome('resolve', 'proven', 'ok'),
      outcome('install', 'proven', '61 packages', { durationMs: 42_000 }),
      outcome('import', 'proven', '61 of 61'),
      outcome('test', 'unknown', 'not found', { hint: 'name them in [tool.pytest]' }),
    ],
  },
  rounds: [ROUND],
};

/** A plan that breaks one import, where another failed before. */
export const BROKEN: ServiceVerification = {
  ...VERIFIED,
  level: 'import',
  rounds: [],
  before: {
    side: 'before',
    outcomes: [
      outcome('import', 'refuted', '60 of 61', {
        failures: [{ key: 'import old', what: 'ImportError: gone', because: null, ofMachine: false }],
      }),
    ],
  },
  after: {
    side: 'after',
    outcomes: [outcome('import', 'refuted', '59 of 61', { failures: [IMPORT_FAILURE] })],
  },
};
