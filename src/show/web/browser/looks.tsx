import type { JSX } from 'preact';
import type { Look, MetricJudgement } from '../../../domain/analysis.ts';
import { metricFigure } from './figures.ts';
import { StateWord } from './mark.tsx';
import { LOOK_VERDICTS, METRICS, named, told } from './state-words.ts';
import { Table } from './table.tsx';
import type { Column } from './table.tsx';

const COLUMNS: readonly Column<MetricJudgement>[] = [
  { id: 'metric', head: 'Metric', isHead: true, cell: (judged) => <MetricName {...judged} /> },
  {
    id: 'canary',
    head: 'Canary',
    isNumber: true,
    cell: ({ metric, canary }) => metricFigure(metric, canary),
  },
  {
    id: 'baseline',
    head: 'Baseline',
    isNumber: true,
    cell: ({ metric, baseline }) => metricFigure(metric, baseline),
  },
  { id: 'verdict', head: 'Verdict', cell: ({ verdict }) => <StateWord {...told(LOOK_VERDICTS, verdict)} /> },
  { id: 'seen', head: 'What was seen', cell: ({ seen }) => <bdi>{seen}</bdi> },
];

interface Props {
  readonly stage: string;
  readonly looks: readonly Look[];
  /** Whether the newest is unfolded: of a stage that went well, nobody asks first. */
  readonly isOpen: boolean;
}

/** Every look at canary and baseline, the newest first. */
export function Looks({ stage, looks, isOpen }: Props): JSX.Element {
  return (
    <div class="looks">
      {looks.toReversed().map((look, at) => (
        <details key={look.look} open={isOpen && at === 0}>
          <summary>
            <span>
              Look {look.look} of {look.looks}
            </span>
            <StateWord {...told(LOOK_VERDICTS, look.verdict)} />
          </summary>
          <p>
            <bdi>{look.why}</bdi>
          </p>
          <Table
            {...{
              name: 'metrics',
              caption: `Look ${look.look} of ${stage}`,
              columns: COLUMNS,
              rows: look.metrics,
            }}
            keyOf={({ metric }) => metric}
          />
          {look.kayenta.score !== null && (
            <p class="quiet">Kayenta's score: {Math.round(look.kayenta.score)} of 100 (told, not decisive)</p>
          )}
        </details>
      ))}
    </div>
  );
}

function MetricName({ metric, critical }: MetricJudgement): JSX.Element {
  return (
    <>
      <span class="name">{named(METRICS, metric)}</span>
      {!critical && <span class="sentence">told, not decisive</span>}
    </>
  );
}
