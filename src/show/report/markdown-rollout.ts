import type { Evidence } from '../../domain/evidence.ts';
import type { Rollout, RolloutStep, StageState } from '../../domain/rollout.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { checkLines } from './markdown-check.ts';
import {
  lookText,
  metricText,
  nextOf,
  sourceText,
  spanText,
  stageText,
  verifiedText,
  waitingUntil,
} from './rollout-words.ts';

/** The report of a rollout: the answer, every step, each look at canary and baseline, and what all of it rests on. */
export function markdownRollout(rollout: Rollout): string {
  const { request, status, problem, waiting, stages, steps, evidence, artifact } = rollout;
  const next = nextOf(rollout);
  return [
    `# Rollout ${escapeMarkdown(request.id)}: ${status}`,
    '',
    ...stages.toReversed().map((stage) => `- ${escapeMarkdown(stageText(stage))}`),
    ...(problem === null
      ? []
      : ['', `**Problem:** ${escapeMarkdown(problem.what)}. ${escapeMarkdown(problem.hint)}`]),
    ...(waiting === null ? [] : ['', `It ${escapeMarkdown(waitingUntil(waiting, waiting.until))}.`]),
    ...(next === null ? [] : ['', `Next: \`${next}\``]),
    '',
    `- Service: ${escapeMarkdown(request.settings.service)} on ${request.settings.platform}, asked for by ${escapeMarkdown(request.by)} at ${request.createdAt}`,
    `- Source: ${escapeMarkdown(sourceText(rollout))}; ${escapeMarkdown(verifiedText(rollout))}`,
    ...(artifact === null ? [] : [`- Deployed: ${escapeMarkdown(artifact)}`]),
    '',
    '## Steps',
    '',
    ...stepTable(steps),
    ...stages.flatMap(lookSection),
    '',
    '## Evidence',
    '',
    ...evidence.flatMap(evidenceLines),
  ].join('\n');
}

function stepTable(steps: readonly RolloutStep[]): readonly string[] {
  if (steps.length === 0) return ['Nothing was done yet.'];
  return [
    '| Stage | Step | Began | Took | Outcome | What |',
    '|-------|------|-------|------|---------|------|',
    ...steps.map(({ stage, kind, startedAt, endedAt, outcome, said }) => {
      const took = endedAt === null ? '' : spanText(Date.parse(endedAt) - Date.parse(startedAt));
      return `| ${escapeMarkdown(stage ?? '')} | ${kind} | ${startedAt} | ${took} | ${outcome} | ${escapeMarkdown(said)} |`;
    }),
  ];
}

function lookSection({ name, looks }: StageState): readonly string[] {
  if (looks.length === 0) return [];
  return [
    '',
    `## Canary Beside Its Baseline, ${escapeMarkdown(name)}`,
    '',
    ...looks.flatMap((look) => [
      `- ${escapeMarkdown(lookText(look))}`,
      ...look.metrics.map((metric) => `  - ${escapeMarkdown(metricText(metric))}`),
      ...(look.kayenta.score === null
        ? []
        : [`  - Kayenta's score ${Math.round(look.kayenta.score)} of 100 (told, not decisive)`]),
    ]),
  ];
}

function evidenceLines(one: Evidence, at: number): readonly string[] {
  const { claim, verdict, how, seen } = one;
  const line = `${at + 1}. **${verdict}**: ${escapeMarkdown(claim)}. ${escapeMarkdown(how)}: ${escapeMarkdown(seen)}`;
  return [line, ...(one.check === undefined ? [] : ['', ...checkLines(at + 1, one)])];
}
