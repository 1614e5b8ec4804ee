import type { JSX } from 'preact';
import type { Rollout, RolloutStep, StageState } from '../../../domain/rollout.ts';
import {
  lookText,
  metricText,
  nextOf,
  sourceText,
  spanText,
  stageText,
  verifiedText,
  waitingUntil,
} from '../../report/rollout-words.ts';
import { DataTable } from '../data-table.tsx';
import { Mark } from '../marks.tsx';
import { SeriesPlots } from './series-plots.tsx';
import { Timeline } from './timeline.tsx';

/** Where a rollout stands, what it did and when, and canary beside baseline. */
export function RolloutParts({ rollout }: { readonly rollout: Rollout }): JSX.Element {
  const { stages, steps } = rollout;
  return (
    <>
      <RolloutFacts rollout={rollout} />
      <Timeline steps={steps} />
      <Steps steps={steps} />
      {stages.map((stage) => (
        <Stage stage={stage} />
      ))}
    </>
  );
}

function RolloutFacts({ rollout }: { readonly rollout: Rollout }): JSX.Element {
  const { request, artifact, stages, waiting, problem } = rollout;
  const next = nextOf(rollout);
  const facts: readonly (readonly [string, string])[] = [
    ...(problem === null
      ? []
      : ([
          ['Problem', problem.what],
          ['What to do', problem.hint],
        ] as const)),
    ...(waiting === null ? [] : ([['Now', `it ${waitingUntil(waiting, waiting.until)}`]] as const)),
    ['Service', `${request.settings.service} on ${request.settings.platform}`],
    ['Asked for', `by ${request.by} at ${request.createdAt}`],
    ['Source', sourceText(rollout)],
    ['Verified', verifiedText(rollout)],
    ...(artifact === null ? [] : ([['Deployed', artifact]] as const)),
  ];
  return (
    <>
      <ul class="plain">
        {stages.toReversed().map((stage) => (
          <li>
            <Mark of={stage.status} /> {stageText(stage)}
          </li>
        ))}
      </ul>
      <dl class="facts">
        {facts.map(([title, text]) => (
          <>
            <dt>{title}</dt>
            <dd>{text}</dd>
          </>
        ))}
        {next === null ? null : (
          <>
            <dt>Next</dt>
            <dd>
              <code class="command">{next}</code>
            </dd>
          </>
        )}
      </dl>
    </>
  );
}

const COLUMNS = [
  { title: 'Step', class: 'one-line' },
  { title: 'Began (UTC)', class: 'one-line' },
  { title: 'Took', sort: 'number' },
  { title: 'Outcome' },
  { title: 'What', sort: 'none', class: 'wide' },
] as const;

function Steps({ steps }: { readonly steps: readonly RolloutStep[] }): JSX.Element {
  if (steps.length === 0) return <p>Nothing was done yet.</p>;
  const rows = steps.map(({ stage, kind, startedAt, endedAt, outcome, said }) => {
    const took = endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt);
    const time = startedAt.slice(0, 19).replace('T', ' ');
    return {
      cells: [
        `${stage ?? 'service'}: ${kind}`,
        time,
        took === null ? '' : spanText(took),
        <Mark of={outcome} />,
        said,
      ],
      keys: { 2: took ?? 0, 3: outcome },
    };
  });
  return <DataTable caption="Steps" columns={COLUMNS} rows={rows} tool="sort" />;
}

function Stage({ stage }: { readonly stage: StageState }): JSX.Element | null {
  const { name, looks, series } = stage;
  if (looks.length === 0 && series === undefined) return null;
  return (
    <>
      <h3>Canary beside its baseline, {name}</h3>
      {series === undefined ? null : <SeriesPlots series={series} stage={name} />}
      <ul class="plain">
        {looks.map((look) => (
          <li>
            <Mark of={look.verdict} /> {lookText(look)}
            <ul>
              {look.metrics.map((metric) => (
                <li>{metricText(metric)}</li>
              ))}
              {look.kayenta.score === null ? null : (
                <li>Kayenta's score {Math.round(look.kayenta.score)} of 100 (told, not decisive)</li>
              )}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}
