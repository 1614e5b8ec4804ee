import type { JSX } from 'preact';
import type { RolloutStep, StageState } from '../../../domain/rollout.ts';
import { Mark } from './mark.tsx';
import { ClockTime } from './moment.tsx';
import { useNow } from './now.ts';
import { named, STEP_KINDS, STEP_OUTCOMES, told } from './state-words.ts';
import { durationWords } from './words.ts';

interface Props {
  readonly steps: readonly RolloutStep[];
  readonly stages: readonly StageState[];
}

/** Every step in its stage, with how long it took and when in the whole of the rollout that was. */
export function Timeline({ steps, stages }: Props): JSX.Element {
  const now = useNow(1000);
  const span = spanOf(steps, now);
  const groups = [null, ...stages.map(({ name }) => name)].map((stage) => ({
    stage,
    steps: steps.filter((step) => step.stage === stage),
  }));
  return (
    <section class="card">
      <h2>Timeline</h2>
      {steps.length === 0 && <p class="quiet">No step has begun yet.</p>}
      {groups
        .filter((group) => group.steps.length > 0)
        .map((group) => (
          <div key={group.stage ?? ''} class="timeline">
            <h3>{group.stage === null ? 'Before the first stage' : <bdi>{group.stage}</bdi>}</h3>
            <ol>
              {group.steps.map((step) => (
                <Step key={`${step.kind} ${step.startedAt}`} step={step} span={span} now={now} />
              ))}
            </ol>
          </div>
        ))}
    </section>
  );
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function spanOf(steps: readonly RolloutStep[], now: number): Span {
  const from = Math.min(...steps.map(({ startedAt }) => Date.parse(startedAt)));
  const to = Math.max(...steps.map((step) => endOf(step, now)));
  return { from, to: Math.max(to, from + 1) };
}

function endOf({ endedAt }: RolloutStep, now: number): number {
  return endedAt === null ? now : Date.parse(endedAt);
}

function Step(props: { readonly step: RolloutStep; readonly span: Span; readonly now: number }): JSX.Element {
  const { step, span, now } = props;
  const outcome = told(STEP_OUTCOMES, step.outcome);
  const [start, end] = [Date.parse(step.startedAt), endOf(step, now)];
  return (
    <li class={`step step-${step.outcome}`}>
      <Mark kind={outcome.kind} />
      <span class="step-kind">
        {named(STEP_KINDS, step.kind)}
        <span class="hidden">, {outcome.word}</span>
      </span>
      <bdi class="step-said">{step.said}</bdi>
      <StepTrack
        from={(start - span.from) / (span.to - span.from)}
        to={(end - span.from) / (span.to - span.from)}
      />
      <span class="step-time quiet">
        <ClockTime at={step.startedAt} />
        <span class="step-took">
          {step.outcome === 'running' ? `for ${durationWords(end - start)}` : durationWords(end - start)}
        </span>
      </span>
    </li>
  );
}

function StepTrack({ from, to }: { readonly from: number; readonly to: number }): JSX.Element {
  const width = Math.max(1.5, (to - from) * 100);
  return (
    <svg
      class="step-track"
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect class="track" width="100" height="6" />
      <rect class="span" x={Math.min(from * 100, 100 - width)} width={width} height="6" />
    </svg>
  );
}
