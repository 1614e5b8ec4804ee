import type { Ledger } from './ledger.ts';
import { counted } from './plain-text.ts';
import type { Report, ReportedFinding, ReportedService, Verdict } from './report.ts';

type Judged = Pick<Report, 'services' | 'sources' | 'notSupported' | 'refused' | 'written' | 'stage'>;

const MEANING = {
  0: 'every claim that was checked is proven',
  1: 'problems remain, or a claim is refuted',
  3: 'no problem was found, and not everything could be proven',
} as const;

/** The answer in one sentence, with the exit code that goes with it: the first that applies of 1, 3 and 0. */
export function verdictOf(judged: Judged, ledger: Ledger): Verdict {
  const findings = judged.services
    .flatMap((service) => service.after?.findings ?? service.findings)
    .filter((finding) => finding.problem);
  const unchecked = findings.filter(isOpen).length;
  const problems = findings.length - unchecked;
  const tried = judged.services.flatMap(({ verification = [] }) => verification);
  const failing = tried.filter(({ verdict }) => verdict === 'refuted').length;
  const untried = tried.filter(({ verdict }) => verdict === 'unknown').length;
  const unknowns = unchecked + judged.notSupported.length + untried;
  const plans =
    judged.written === null
      ? judged.services.flatMap((service) => (service.plan === null ? [] : [service.plan]))
      : [];
  const changes = plans.reduce((sum, plan) => sum + plan.changes.length + (plan.lock?.moves.length ?? 0), 0);
  const moves = plans.some(({ runtime }) => runtime !== undefined);
  const relocks = plans.some(({ lock }) => lock !== null);
  const hindered =
    plans.some((plan) => plan.unrepaired.some(({ certain }) => certain) || plan.warnings.length > 0) ||
    judged.refused.length > 0;
  const postures = judged.services.map((service) => service.after?.posture ?? service.posture);
  const unproven =
    judged.sources.advisories.some((source) => !source.reachable) ||
    postures.some((posture) => posture.verdict === 'unknown');
  const evidence = recordsOf(judged.services);
  const answer = (kind: Verdict['kind'], exitCode: Verdict['exitCode'], sentence: string): Verdict => {
    const verdict = { repaired: 'proven', clean: 'proven', problems: 'refuted', unknown: 'unknown' } as const;
    const how = 'all findings and claims of this report together';
    const record = ledger.add({
      id: 'evidence:verdict',
      claim: 'nothing is wrong with the dependencies',
      verdict: verdict[kind],
      how,
      seen: sentence,
    });
    return { kind, exitCode, sentence, meaning: MEANING[exitCode], evidence: [record, ...new Set(evidence)] };
  };
  if (failing > 0 && problems === 0 && (judged.written !== null || changes === 0))
    return answer(
      'problems',
      1,
      `${judged.written === null ? 'Nothing has to change' : 'It was repaired'}, but something fails where it was tried out.`,
    );
  if (problems > 0 || failing > 0 || hindered || changes > 0 || moves || relocks)
    return answer('problems', 1, problemSentence(judged, problems, unknowns, changes, moves));
  if (unknowns > 0 || unproven)
    return answer(
      'unknown',
      3,
      `Nothing wrong was seen, but not everything could be proven: ${counted(Math.max(unknowns, 1), 'claim')} stayed unknown.`,
    );
  const checked = checkedText(judged.services);
  if (judged.written !== null)
    return answer(
      'repaired',
      0,
      `${counted(judged.written.files.length, 'file')} written and read again: ${checked}.`,
    );
  return answer('clean', 0, `Nothing has to change: ${checked}.`);
}

function recordsOf(services: readonly ReportedService[]): readonly string[] {
  return services.flatMap((service) => [
    ...(service.after?.posture ?? service.posture).evidence,
    ...(service.after?.evidence ?? service.evidence),
    ...(service.verification ?? []).flatMap(({ levels }) => levels.flatMap((level) => level.evidence)),
  ]);
}

/** Neither proven nor refuted: what nobody could look at, and what the records leave open. */
export function isOpen({ kind, advisory }: ReportedFinding): boolean {
  return kind === 'not-checked' || kind === 'unreadable' || advisory?.certainty === 'possibly';
}

function problemSentence(
  judged: Judged,
  problems: number,
  unknowns: number,
  changes: number,
  moves: boolean,
): string {
  const more = unknowns === 0 ? '' : ` and ${counted(unknowns, 'unknown claim')}`;
  if (judged.stage === 'scan') return `${counted(problems, 'problem')} found${more}.`;
  if (judged.written !== null)
    return `${counted(problems, 'problem')} left${more} after ${counted(judged.written.files.length, 'file')} ${judged.written.files.length === 1 ? 'was' : 'were'} written and read again.`;
  if (judged.refused.length > 0)
    return `${counted(judged.refused.length, 'change')} cannot be written, so nothing was; ${counted(problems, 'problem')} found${more}.`;
  if (moves && changes === 0 && problems === 0)
    return `Python can be moved and no requirement changes for it${more === '' ? '' : `, with${more.slice(4)}`}; nothing is written yet.`;
  const planned = judged.services
    .flatMap((service) => service.findings)
    .filter((finding) => finding.problem && finding.outcome === 'planned').length;
  const would =
    changes === 0
      ? 'no change repairs any of them'
      : `${counted(changes, 'change')} would repair ${planned === problems + unknowns ? 'all' : planned} of them`;
  return `${counted(problems, 'problem')} found${moves ? ' on the newer Python' : ''}${more}; ${would}, and nothing is written yet.`;
}

function checkedText(services: readonly ReportedService[]): string {
  const targets = new Set(services.flatMap((service) => service.targets.map((target) => target.text))).size;
  const packages = services.reduce(
    (sum, service) => sum + (service.after?.posture ?? service.posture).packages,
    0,
  );
  const waived = services.reduce(
    (sum, service) => sum + (service.after?.posture ?? service.posture).waived.length,
    0,
  );
  const exempt =
    waived === 0 ? '' : ` except ${counted(waived, 'that the policy waives', 'that the policy waives')}`;
  const told = services.reduce(
    (sum, service) => sum + (service.after?.posture ?? service.posture).advisories.length,
    0,
  );
  const advisories =
    told === 0
      ? 'no advisory of the sources touches them'
      : `${counted(told, 'advisory touches them, below the severity', 'advisories touch them, all below the severity')} that the policy asks for`;
  return `the lines resolve on ${counted(targets, 'target')} to ${counted(packages, 'package')}, and ${advisories}${exempt}`;
}
