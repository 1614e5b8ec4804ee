import type { Judgement } from './judge.ts';
import type { Ledger } from './ledger.ts';
import { counted } from './plain-text.ts';
import { othersCanBeWritten, refusedText } from './refusals.ts';
import type { Report, ReportedService, Verdict } from './report.ts';
import { onlyLooked } from './stages.ts';

type Told = Pick<Report, 'services' | 'refused' | 'written' | 'stage'>;

const MEANING = {
  0: 'every claim that was checked is proven',
  1: 'problems remain, or a claim is refuted',
  3: 'no problem was found, and not everything could be proven',
} as const;

/** The answer in one sentence, with the exit code that goes with it. What it is was judged before (`judge`). */
export function verdictOf(judgement: Judgement, told: Told, ledger: Ledger): Verdict {
  const { kind, exitCode } = judgement;
  const sentence = sentenceOf(judgement, told);
  const verdict = { repaired: 'proven', clean: 'proven', problems: 'refuted', unknown: 'unknown' } as const;
  const record = ledger.add({
    id: 'evidence:verdict',
    claim:
      told.stage === 'audit'
        ? 'no advisory touches what is pinned or locked'
        : 'nothing is wrong with the dependencies',
    verdict: verdict[kind],
    how: 'all findings and claims of this report together',
    seen: sentence,
  });
  const evidence = [record, ...new Set(recordsOf(told.services))];
  return { kind, exitCode, sentence, meaning: MEANING[exitCode], evidence };
}

function sentenceOf(judgement: Judgement, told: Told): string {
  const { kind, problems, failing, changes, unknowns } = judgement;
  if (kind === 'problems') {
    const onlyFails = failing > 0 && problems === 0 && (told.written !== null || changes === 0);
    return onlyFails
      ? `${told.written === null ? 'Nothing has to change' : 'It was repaired'}, but something fails where it was tried out.`
      : problemSentence(judgement, told);
  }
  if (kind === 'unknown')
    return `Nothing wrong was seen, but not everything could be proven: ${counted(Math.max(unknowns, 1), 'claim')} stayed unknown.`;
  const checked = checkedText(told);
  if (told.stage === 'audit') return `Nothing was found: ${checked}.`;
  return told.written === null
    ? `Nothing has to change: ${checked}.`
    : `${counted(told.written.files.length, 'file')} written and read again: ${checked}.`;
}

function recordsOf(services: readonly ReportedService[]): readonly string[] {
  return services.flatMap((service) => [
    ...(service.after?.posture ?? service.posture).evidence,
    ...(service.after?.evidence ?? service.evidence),
    ...(service.verification ?? []).flatMap(({ levels }) => levels.flatMap((level) => level.evidence)),
  ]);
}

function problemSentence({ problems, unknowns, changes }: Judgement, told: Told): string {
  const moves = told.services.some(({ plan }) => plan?.runtime !== undefined);
  const refusals = told.refused.length === 0 ? '' : `; ${refusedText(told.refused)}`;
  const more = unknowns === 0 ? '' : ` and ${counted(unknowns, 'unknown claim')}`;
  if (onlyLooked(told)) return `${counted(problems, 'problem')} found${more}.`;
  if (told.written !== null)
    return `${counted(problems, 'problem')} left${more} after ${counted(told.written.files.length, 'file')} ${told.written.files.length === 1 ? 'was' : 'were'} written and read again${refusals}.`;
  if (told.refused.length > 0 && !othersCanBeWritten(told))
    return `${refusedText(told.refused)}, so nothing was; ${counted(problems, 'problem')} found${more}.`;
  if (moves && changes === 0 && problems === 0)
    return `Python can be moved and no requirement changes for it${more === '' ? '' : `, with${more.slice(4)}`}; nothing is written yet.`;
  const planned = told.services
    .flatMap((service) => service.findings)
    .filter((finding) => finding.problem && finding.outcome === 'planned').length;
  const would =
    changes === 0
      ? 'no change repairs any of them'
      : `${counted(changes, 'change')} would repair ${planned === problems + unknowns ? 'all' : planned} of them`;
  return `${counted(problems, 'problem')} found${moves ? ' on the newer Python' : ''}${more}; ${would}, and nothing is written yet${refusals}.`;
}

function checkedText({ services, stage }: Told): string {
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
  const set =
    stage === 'audit'
      ? `${counted(packages, 'package is', 'packages are')} pinned or locked on ${counted(targets, 'target')}`
      : `the lines resolve on ${counted(targets, 'target')} to ${counted(packages, 'package')}`;
  return `${set}, and ${advisories}${exempt}`;
}
