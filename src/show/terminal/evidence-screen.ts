import type { Check } from '../../domain/check.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { shellWord } from '../../io/shell-word.ts';
import type { EvidenceRecord } from '../../prove/evidence/records.ts';
import type { SubjectState } from '../../prove/evidence/subject-state.ts';
import type { SignatureState, VerifiedEvidence } from '../../prove/evidence/verify-evidence.ts';
import { pairs, seconds } from '../report/markdown-check.ts';
import { counted, cut, cutAtWord, plain, wrap } from './paint.ts';
import type { Paint } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** Lines of a record that is not told in full. */
const LINES = 3;

/** What `fettle evidence` prints: each record in a few lines or, with `verbose`, with all that was run for it; then whether it holds. */
export function evidenceScreen(evidence: VerifiedEvidence, options: ScreenOptions): string {
  const { run, records, subjects, broken } = evidence;
  const { paint, width } = options;
  const head = `evidence of run ${run.id} · fettle ${run.tool.version ?? 'of no version'} · ${when(run.startedAt)} · ${counts(records)}`;
  return [
    paint.bold(wrap(head, width, 0, 2)),
    ...records.flatMap((record) => recordLines(record, run.startedAt, options)),
    ...(subjects.length === 0 ? [] : [paint.bold('about')]),
    ...subjects.map((subject) => `  ${wrap(`${subject.name}: ${STATES[subject.state]}`, width, 2, 4)}`),
    wrap(signatureText(evidence.signature), width, 0, 2),
    ...(broken.length === 0
      ? [paint.green('intact')]
      : [
          paint.red(`does not hold: ${counted(broken.length, 'reason')}`),
          ...broken.map(({ record, why }) => {
            const text = record === null ? why : `record ${record}: ${why}`;
            return `  ${wrap(text, width, 2, 4)}`;
          }),
        ]),
    '',
  ].join('\n');
}

const STATES: Readonly<Record<SubjectState['state'], string>> = {
  same: 'as it was',
  changed: 'changed since',
  missing: 'not there',
  outside: 'leads out of the project, not looked at',
  unreadable: 'cannot be read',
  'not-on-disk': 'no file, not looked at',
};

function counts(records: readonly EvidenceRecord[]): string {
  const of = (verdict: Evidence['verdict']): number =>
    records.filter(({ evidence }) => evidence.verdict === verdict).length;
  return `${counted(records.length, 'record')}: ${of('proven')} proven, ${of('refuted')} refuted, ${of('unknown')} unknown`;
}

function recordLines(
  { sequence, evidence }: EvidenceRecord,
  startedAt: string,
  options: ScreenOptions,
): readonly string[] {
  const { verdict, claim, how, seen, check, approximate } = evidence;
  const { paint, width, verbose } = options;
  const text = `${claim}${approximate ? ' (approximate)' : ''} · ${how} · ${when(check?.startedAt ?? startedAt)}`;
  const label = `${String(sequence).padStart(3)} ${verdict.padEnd(7)}`;
  const indent = label.length + 1;
  const body = wrap(verbose ? text : cutAtWord(text, LINES * (width - indent)), width, indent, indent);
  const line = `${coloured(label, verdict, paint)} ${body}`;
  if (!verbose) return [line];
  return [line, `    ${wrap(`seen: ${seen}`, width, 4, 6)}`, ...checkLines(check, width)];
}

function coloured(label: string, verdict: Evidence['verdict'], paint: Paint): string {
  return verdict === 'proven'
    ? paint.green(label)
    : verdict === 'refuted'
      ? paint.red(label)
      : paint.yellow(label);
}

function checkLines(check: Check | undefined, width: number): readonly string[] {
  if (check === undefined) return [];
  const { command, exitCode, durationMs, versions, digests, limits, output } = check;
  const ended = exitCode === null ? 'ended before its time' : `exit code ${exitCode}`;
  const facts = [
    command.length === 0 ? '' : `$ ${command.map(shellWord).join(' ')}`,
    `${ended} after ${seconds(durationMs)}`,
    ...[pairs(versions), pairs(digests), limits.join('; ')],
  ].filter((text) => text !== '');
  return [
    ...facts.map((text) => `    ${wrap(text, width, 4, 6)}`),
    ...(output === '' ? [] : output.split('\n').map((line) => `    | ${cut(line, width - 6)}`)),
  ];
}

/** "2026-11-27 04:30 UTC"; what is no time is told as it is. */
function when(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso)
    ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
    : plain(iso).slice(0, 40);
}

function signatureText(signature: SignatureState): string {
  if (signature.kind === 'unsigned')
    return 'unsigned: that it is intact shows no more than that it is consistent in itself; anyone could have written it';
  if (signature.kind === 'unchecked')
    return `signed by ${signature.keyids.map((id) => `key ${id.slice(0, 16)}`).join(', ')}, not checked: give its public key with --key`;
  const key = `the key ${signature.keyid.slice(0, 16)}`;
  return signature.kind === 'valid' ? `signed by ${key}` : `not signed by ${key}`;
}
