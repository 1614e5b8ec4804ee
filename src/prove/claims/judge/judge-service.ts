import type { ServiceScan } from '../../../decide/findings/examine.ts';
import type { JudgedClaim, StatementKind } from '../../../domain/claim.ts';
import { targetText } from '../../../domain/target.ts';
import type { Level } from '../../../domain/verification.ts';
import type { JudgeNeeds } from './judge-needs.ts';
import { packageNamed } from './shelf.ts';
import { judged, listed, unknown } from './judgement.ts';
import type { Judgement, StatementOf } from './judgement.ts';

function scansOf({ scan, set }: JudgeNeeds): readonly ServiceScan[] {
  return scan?.services ?? (set === null ? [] : [set.scanned]);
}

function whose({ scan }: JudgeNeeds): string {
  return scan === null ? 'the versions that the document names' : "the project's files";
}

/** Whether a set resolves; of one package, also whether what its own extras bound is kept. */
export function judgeConflicts(
  { package: written }: StatementOf<'no-conflicts'>,
  needs: JudgeNeeds,
): Judgement {
  const how = `solver, over ${whose(needs)} on ${needs.targets.map(targetText).join('; ')}`;
  const scans = scansOf(needs);
  if (scans.length === 0) return unknown('the document names no versions that could be resolved', how);
  const found = scans.flatMap(({ found: list }) => list.map(({ finding }) => finding));
  const conflicts = found.flatMap((finding) => (finding.kind === 'conflicting' ? [finding.derivation] : []));
  const untested = found.flatMap((finding) => (finding.kind === 'untested-combination' ? [finding] : []));
  if (written === null) {
    if (conflicts.length > 0) return judged('refuted', `the set does not resolve: ${conflicts[0]!}`, how);
    if (!scans.every(({ examined }) => examined.today.whole))
      return unknown('the set could not be resolved to the end', how);
    const missing = needs.scan === null ? (needs.set?.missing ?? []) : [];
    if (missing.length > 0) return judged('refuted', missing[0]!, how);
    const remark =
      untested.length === 0
        ? ''
        : `; not tested together, by the extras that they offer: ${listed(
            untested.map(({ by, name, version }) => `${name} ${version.text} beside ${by}`),
            3,
          )}`;
    return judged('proven', `${whose(needs)} resolve without a conflict${remark}`, how);
  }
  const name = packageNamed(written, needs.shelf.rules);
  const mapped = scans
    .flatMap(({ examined }) =>
      examined.resolution.lines.map(({ requirement }) => requirement.dependency.name),
    )
    .find((one) => one === name);
  if (mapped === undefined) return unknown(`${written} is not among ${whose(needs)}`, how);
  const own = untested.filter(({ by, name: other }) => by === mapped || other === mapped);
  const against = conflicts.filter((text) =>
    new RegExp(`(?<![\\w-])${mapped.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`).test(text),
  );
  if (against.length > 0) return judged('refuted', against[0]!, how);
  if (own.length > 0)
    return judged(
      'refuted',
      listed(
        own.map(({ message }) => message),
        3,
      ),
      `metadata of ${listed([...new Set(own.map(({ by }) => by))])}`,
    );
  return judged(
    'proven',
    `${whose(needs)} resolve without a conflict, and ${mapped} bounds none of them otherwise`,
    how,
  );
}

const LEVEL_OF: Partial<Record<StatementKind, Level>> = {
  installs: 'install',
  imports: 'import',
  'tests-pass': 'test',
  'image-builds': 'image',
};

/** What only running it can prove: by what was tried out, where something was. */
export function judgeRun(kind: StatementKind, needs: JudgeNeeds): Judgement {
  const level = LEVEL_OF[kind] ?? 'image';
  const measured =
    needs.measured?.evidence.filter(({ id }) => id.startsWith(`evidence:${level}:after:`)) ?? [];
  if (LEVEL_OF[kind] !== undefined && measured.length > 0) {
    const worst =
      measured.find(({ verdict }) => verdict === 'refuted') ??
      measured.find(({ verdict }) => verdict === 'unknown') ??
      measured[0]!;
    const because = `${needs.measured!.by}: ${worst.seen}`;
    return {
      verdict: worst.verdict,
      because,
      records: measured.map(({ verdict, how, seen, claim }) => ({
        verdict,
        how: `${needs.measured!.by}: ${how}`,
        seen,
        claim,
      })),
    };
  }
  if (kind === 'installs') {
    const barred = notInstallable(needs);
    if (barred.length > 0)
      return judged(
        'refuted',
        listed(barred, 3),
        `files on the index, for ${needs.targets.map(targetText).join('; ')}`,
      );
  }
  return unknown(`nothing was run; fettle verify --level ${level} would show it`, 'nothing was run');
}

/** What the solver and the index already rule out, without installing anything. */
function notInstallable(needs: JudgeNeeds): readonly string[] {
  const found = scansOf(needs).flatMap(({ found: list }) =>
    list.flatMap(({ finding }) =>
      ['no-distribution', 'conflicting', 'unavailable'].includes(finding.kind) &&
      finding.problem &&
      !finding.id.endsWith(':build')
        ? [finding.message]
        : [],
    ),
  );
  return needs.scan === null ? [...found, ...(needs.set?.missing ?? [])] : found;
}

/** Platforms and figures of what runs: nothing that is read can show them. */
export function judgeFigure(kind: 'build-time' | 'memory'): Judgement {
  const what = {
    'build-time': 'fettle verify --level image tells how long the build takes',
    memory: 'fettle verify --level run starts the service within a limit of memory',
  }[kind];
  return unknown(`nothing was measured; ${what}`, 'nothing was run');
}

export function judgePlatform({ platform }: StatementOf<'compatible-platform'>): Judgement {
  return unknown(
    `nothing was run on ${platform}; fettle verify --level run starts the service as a container here`,
    'nothing was run',
  );
}

/** Whose failure makes a service not ready. */
const RESTS_ON: ReadonlySet<StatementKind> = new Set<StatementKind>([
  ...([
    'all-fixed',
    'fixed',
    'no-conflicts',
    'installs',
    'imports',
    'tests-pass',
    'image-builds',
    'change',
  ] as const),
  ...(['compatible-python', 'compatible-package', 'compatible-platform', 'removed'] as const),
]);

/** "Ready" is as good as what it rests on: everything else that the document claims of the service. */
export function judgeReady(others: readonly JudgedClaim[]): Judgement {
  const base = others.filter(({ claim }) => RESTS_ON.has(claim.statement.kind));
  const how = 'the other claims of the document';
  const refuted = base.filter(({ verdict }) => verdict === 'refuted');
  const linesOf = (claims: readonly JudgedClaim[]): string => {
    const lines = [...new Set(claims.map(({ claim }) => claim.at.line))];
    return `${lines.length === 1 ? 'line' : 'lines'} ${listed(lines.map(String), 8)}`;
  };
  if (refuted.length > 0)
    return judged(
      'refuted',
      `${refuted.length} of the claims that this rests on are refuted (${linesOf(refuted)})`,
      how,
    );
  const open = base.filter(({ verdict }) => verdict === 'unknown');
  if (base.length === 0) return unknown('the document claims nothing that this could rest on', how);
  if (open.length > 0)
    return unknown(
      `${open.length} of the claims that this rests on are not known to be true (${linesOf(open)})`,
      how,
    );
  return judged('proven', `all ${base.length} claims that this rests on are proven`, how);
}
