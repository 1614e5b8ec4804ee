import type { Rollout, RolloutStep, StageState } from '../../domain/rollout.ts';
import { holderIn } from '../../ship/rollout/held-words.ts';
import {
  lookText,
  metricText,
  nextOf,
  sourceText,
  spanText,
  stageText,
  stepNow,
  verifiedText,
  waitingUntil,
} from '../report/rollout-words.ts';
import { cut, wrap } from './paint.ts';
import type { Paint } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** One line that tells where a rollout stands, and what a look still waits for: "staging: look 1 of 3 · 10 % on omni-…-c". */
export function rolloutLine(rollout: Rollout, width: number): string {
  const active = rollout.stages.find(({ status }) => status === 'running');
  const now = stepNow(rollout) ?? rollout.status;
  const share = active?.canary == null ? '' : ` · ${active.percent} % on ${active.canary}`;
  const look = active?.looks.at(-1);
  const isHeld = look?.verdict === 'hold' && rollout.steps.at(-1)?.kind === 'analysis';
  return cut(`${now}${isHeld ? ` · ${look.why}` : share}`, width);
}

/** What is new since the last look, a line for each step that ended and each look: for what is not redrawn. */
export function newLines(before: Rollout | null, after: Rollout, width: number): readonly string[] {
  const keyOf = (step: RolloutStep): string =>
    JSON.stringify([step.stage, step.kind, step.startedAt, step.outcome]);
  const known = new Set(before?.steps.map(keyOf));
  const steps = after.steps
    .filter((step) => step.outcome !== 'running' && !known.has(keyOf(step)))
    .map((step) => `${mark(step.outcome)} ${step.stage ?? 'service'}: ${step.said}`);
  const looks = after.stages.flatMap((stage, at) =>
    stage.looks
      .slice(before?.stages[at]?.looks.length ?? 0)
      .map((look) => `   ${stage.name}: ${lookText(look)}`),
  );
  return [...steps, ...looks].map((line) => wrap(line, width, 0, 5));
}

/** The answer first: where the last stage that was begun stands, then the others, what is wrong, and what comes next. */
export function rolloutScreen(
  rollout: Rollout,
  now: Date,
  report: string | null,
  { paint, width }: ScreenOptions,
): string {
  const { stages, problem, waiting } = rollout;
  const begun = stages.filter(({ status }) => status !== 'waiting').toReversed();
  const head = begun.map((stage) => `${stageText(stage)}${ageText(rollout, stage, now)}`).join(' · ');
  const url = stages.findLast((stage) => stage.url !== null && stage.status !== 'waiting');
  const next = nextOf(rollout);
  return [
    statusPaint(rollout, paint)(wrap(head === '' ? notBegun(rollout) : head, width, 0, 2)),
    ...(url?.url == null ? [] : [`${url.name} answers at ${url.url}`]),
    ...(problem === null ? [] : problemLines(problem, { paint, width })),
    ...(waiting === null ? [] : [wrap(waitingUntil(waiting, when(waiting.until)), width, 0, 2)]),
    ...(report === null ? [] : [`report: ${report}`]),
    ...(next === null ? [] : [`next: ${next}`]),
    '',
  ].join('\n');
}

function isHeld({ waiting }: Rollout): boolean {
  return waiting !== null && holderIn(waiting.what) !== null;
}

function notBegun({ status, steps }: Rollout): string {
  return `${status}: ${steps.at(-1)?.said ?? 'nothing was done yet'}`;
}

function problemLines(
  problem: NonNullable<Rollout['problem']>,
  { paint, width }: Pick<ScreenOptions, 'paint' | 'width'>,
): readonly string[] {
  return [
    `${paint.red('problem')}: ${wrap(problem.what, width, 9, 9)}`,
    `  help: ${wrap(problem.hint, width, 8, 8)}`,
  ];
}

function statusPaint({ status }: Rollout, paint: Paint): (text: string) => string {
  if (status === 'done') return paint.green;
  return status === 'running' || status === 'waiting' ? paint.bold : paint.red;
}

/** " since 2 m": how long ago the stage's last step ended. */
function ageText({ steps }: Rollout, { name, status }: StageState, now: Date): string {
  const last = steps.findLast((step) => step.stage === name && step.endedAt !== null);
  if (last?.endedAt == null || (status !== 'done' && status !== 'rolled-back')) return '';
  return ` since ${spanText(now.getTime() - Date.parse(last.endedAt))}`;
}

/** `fettle rollouts`: one line each, the youngest first. */
export function rolloutsScreen(all: readonly Rollout[], now: Date, { paint, width }: ScreenOptions): string {
  if (all.length === 0) return 'no rollouts yet\nnext: fettle deploy\n';
  const rows = all.map((one) => {
    const { request, status, stages } = one;
    const at = stages.findLast((stage) => stage.status !== 'waiting');
    const age = spanText(now.getTime() - Date.parse(request.createdAt));
    const stands = at === undefined ? (stepNow(one) ?? '') : stageText(at);
    const where = isHeld(one) ? `${stepNow(one)!} · ${stands}` : stands;
    return { id: request.id, status, age, where };
  });
  const idWidth = Math.max(...rows.map(({ id }) => id.length));
  const lines = rows.map(({ id, status, age, where }, at) => {
    const label = statusPaint(all[at]!, paint)(status.padEnd(11));
    const before = idWidth + 11 + 8;
    return `${id.padEnd(idWidth)}  ${label} ${age.padStart(4)}  ${cut(where, Math.max(20, width - before - 1))}`.trimEnd();
  });
  const waits = all.find((one) => one.stages.some((stage) => stage.status === 'approval'));
  const next = waits === undefined ? `fettle rollouts show ${rows[0]!.id}` : nextOf(waits);
  return [...lines, `next: ${next}`, ''].join('\n');
}

/** `fettle rollouts show`: every step, each look with canary and baseline, and who asked for it. */
export function rolloutDetails(rollout: Rollout, now: Date, options: ScreenOptions): string {
  const { paint, width } = options;
  const { request, steps, stages, artifact } = rollout;
  return [
    rolloutScreen(rollout, now, null, options).trimEnd(),
    '',
    wrap(
      `rollout ${request.id} · ${request.settings.platform} · by ${request.by} · ${when(request.createdAt)}`,
      width,
      0,
      2,
    ),
    wrap(`${sourceText(rollout)} · ${verifiedText(rollout)}`, width, 0, 2),
    ...(artifact === null ? [] : [wrap(`deployed ${artifact}`, width, 0, 2)]),
    paint.bold('steps'),
    ...steps.map((step) => stepLine(step, options)),
    ...stages.flatMap((stage) => lookLines(stage, options)),
    '',
  ].join('\n');
}

function stepLine(
  { kind, stage, said, startedAt, endedAt, outcome }: RolloutStep,
  { width, paint }: ScreenOptions,
): string {
  const took = endedAt === null ? '' : ` (${spanText(Date.parse(endedAt) - Date.parse(startedAt))})`;
  const text = `${mark(outcome)} ${startedAt.slice(11, 19)} ${(stage ?? '-').padEnd(11)} ${kind.padEnd(9)} `;
  const colour = outcome === 'failed' ? paint.red : (line: string): string => line;
  return `  ${colour(text)}${wrap(`${said}${took}`, width, text.length + 2, text.length + 2)}`;
}

function lookLines({ name, looks }: StageState, { width, paint }: ScreenOptions): readonly string[] {
  if (looks.length === 0) return [];
  return [
    paint.bold(`canary beside its baseline, ${name}`),
    ...looks.flatMap((look) => [
      `  ${wrap(lookText(look), width, 2, 4)}`,
      ...look.metrics.map((metric) => `    ${wrap(metricText(metric), width, 4, 6)}`),
      ...(look.kayenta.score === null
        ? []
        : [`    Kayenta's score ${Math.round(look.kayenta.score)} of 100 (told, not decisive)`]),
    ]),
  ];
}

function mark(outcome: RolloutStep['outcome']): string {
  return outcome === 'done' ? 'ok ' : outcome === 'failed' ? 'no ' : '...';
}

/** "2026-11-27 04:30 UTC" */
function when(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
