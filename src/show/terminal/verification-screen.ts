import type { Failure, Level, LevelOutcome, ServiceVerification } from '../../domain/verification.ts';
import { targetText } from '../../domain/target.ts';
import { compareLevels } from '../../prove/verification/compare.ts';
import type { LevelComparison } from '../../prove/verification/compare.ts';
import { wrap } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** What each level is called on a screen. */
const LABELS: Readonly<Record<Level, string>> = {
  resolve: 'resolves',
  install: 'install',
  import: 'imports',
  test: 'tests',
  image: 'image',
  run: 'run',
};

/** What was tried out, one block a service and target: the levels in one line, then what failed, and what was learned on the way. */
export function verificationScreen(verified: readonly ServiceVerification[], options: ScreenOptions): string {
  const several = new Set(verified.map(({ service }) => service)).size > 1;
  return verified.map((one) => block(one, several, options)).join('\n');
}

function block(verified: ServiceVerification, several: boolean, options: ScreenOptions): string {
  const { width } = options;
  const whose = several ? `${verified.service} · ` : '';
  const head = `${whose}${levelsLine(verified)} · on ${targetText(verified.target)}`;
  const lines = [
    wrap(head, width, 0, 2),
    ...verified.rounds.flatMap((round, at) => roundLines(round, at, options)),
    ...compareLevels(verified).flatMap((level) => failureLines(level, verified, options)),
    ...verified.after.outcomes.flatMap((outcome) => openLines(outcome, options)),
  ];
  return `${lines.join('\n')}\n`;
}

/** "install ok, 61 packages in 42 s · imports 61 of 61 · tests 118 of 118 (before: did not install)" */
function levelsLine({ before, after }: ServiceVerification): string {
  return after.outcomes
    .map((outcome) => {
      const earlier = before?.outcomes.find(({ level }) => level === outcome.level);
      const was = earlier === undefined || earlier.seen === outcome.seen ? '' : ` (before: ${earlier.seen})`;
      return `${LABELS[outcome.level]} ${outcome.seen}${timeText(outcome)}${was}`;
    })
    .join(' · ');
}

/** Where it is worth telling: what takes no second takes no time. */
function timeText({ durationMs }: LevelOutcome): string {
  return durationMs < 1000 ? '' : ` in ${(durationMs / 1000).toFixed(1)} s`;
}

const FEW = 6;

function roundLines(
  { changes, failures, learned }: ServiceVerification['rounds'][number],
  at: number,
  { width, verbose }: ScreenOptions,
): readonly string[] {
  const few = verbose ? changes.length : FEW;
  const more = changes.length > few ? ` and ${changes.length - few} more` : '';
  const plan = changes.length === 0 ? 'as the files are' : `${changes.slice(0, few).join(', ')}${more}`;
  return [
    wrap(`plan ${at + 1} (${plan}) does not work:`, width, 0, 2),
    ...shown(failures, verbose).map(({ key, what }) => `  ${wrap(`${key}: ${what}`, width, 2, 4)}`),
    ...learned.map(({ because }) => `  learned: ${wrap(because, width, 11, 4)}`),
  ];
}

function failureLines(
  { broken, asBefore, notTriedBefore }: LevelComparison,
  { before }: ServiceVerification,
  { width, verbose }: ScreenOptions,
): readonly string[] {
  const told = (failures: readonly Failure[], how: string): readonly string[] =>
    shown(failures, verbose).map((failure) => wrap(`${how}: ${failureText(failure)}`, width, 0, 2));
  return [
    ...told(broken, 'broken by the plan'),
    ...told(notTriedBefore, before === null ? 'fails' : 'fails now, and could not be tried before'),
    ...told(asBefore, 'fails as before'),
  ];
}

/** What stayed unknown, and what would make it known. */
function openLines(
  { verdict, level, seen, hint }: LevelOutcome,
  { width }: ScreenOptions,
): readonly string[] {
  if (verdict !== 'unknown') return [];
  const help = hint === null ? '' : `; ${hint}`;
  return [wrap(`not proven: ${LABELS[level]} ${seen}${help}`, width, 0, 2)];
}

function shown(failures: readonly Failure[], verbose: boolean): readonly Failure[] {
  return verbose ? failures : failures.slice(0, FEW);
}

function failureText({ key, what, because }: Failure): string {
  return `${key}: ${because ?? what}`;
}
