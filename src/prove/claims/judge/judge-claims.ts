import type { JudgedClaim, Statement } from '../../../domain/claim.ts';
import type { JudgeNeeds } from './judge-needs.ts';
import { judgePair } from './judge-pairs.ts';
import { judgePython } from './judge-python.ts';
import {
  judgeChange,
  judgeDeprecated,
  judgeLatest,
  judgeRemoved,
  judgeUnavailable,
} from './judge-releases.ts';
import { judgeImageSize } from './judge-image-size.ts';
import { judgeConflicts, judgeFigure, judgePlatform, judgeReady, judgeRun } from './judge-service.ts';
import { judgeAllFixed, judgeFixed, judgeVulnerable } from './judge-vulnerabilities.ts';
import { judgedClaim } from './judgement.ts';
import type { Judgement } from './judgement.ts';

/** Every claim with its verdict, in the document's order: each by the stage that can prove it, and readiness by all others. */
export async function judgeClaims(needs: JudgeNeeds): Promise<readonly JudgedClaim[]> {
  const judgements = new Map<string, JudgedClaim>();
  const { asOf } = needs;
  for (const claim of needs.facts.claims) {
    if (claim.statement.kind === 'ready') continue;
    const judgement = approximately(await judge(claim.statement, needs), asOf);
    judgements.set(claim.id, judgedClaim(claim, judgement));
  }
  const others = [...judgements.values()];
  return needs.facts.claims.map(
    (claim) => judgements.get(claim.id) ?? judgedClaim(claim, approximately(judgeReady(others), asOf)),
  );
}

function judge(statement: Statement, needs: JudgeNeeds): Judgement | Promise<Judgement> {
  switch (statement.kind) {
    case 'unavailable':
      return judgeUnavailable(statement, needs);
    case 'change':
      return judgeChange(statement, needs);
    case 'removed':
      return judgeRemoved(statement, needs);
    case 'vulnerable':
      return judgeVulnerable(statement, needs);
    case 'fixed':
      return judgeFixed(statement, needs);
    case 'all-fixed':
      return judgeAllFixed(statement, needs);
    case 'compatible-python':
      return judgePython(statement, needs);
    case 'compatible-package':
      return judgePair(statement, needs);
    case 'compatible-platform':
      return judgePlatform(statement);
    case 'no-conflicts':
      return judgeConflicts(statement, needs);
    case 'latest':
      return judgeLatest(statement, needs);
    case 'deprecated':
      return judgeDeprecated(statement, needs);
    case 'image-size':
      return judgeImageSize(statement, needs);
    case 'build-time':
    case 'memory':
      return judgeFigure(statement.kind);
    case 'installs':
    case 'imports':
    case 'tests-pass':
    case 'image-builds':
      return judgeRun(statement.kind, needs);
    case 'ready':
      throw new Error('readiness is judged by the other claims');
  }
}

/** What is judged as of another day is an approximation throughout. */
function approximately(judgement: Judgement, asOf: Date | null): Judgement {
  if (asOf === null) return judgement;
  return { ...judgement, records: judgement.records.map((record) => ({ ...record, approximate: true })) };
}
