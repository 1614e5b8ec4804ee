import type { JSX } from 'preact';
import type { RolloutDetails } from '../page-api.ts';
import { AUDIT_COLUMNS, auditKey } from './audit-view.tsx';
import { EvidenceTable } from './evidence-table.tsx';
import { Asking, RefusalNotice } from './notice.tsx';
import { useAnswer, useLive, useRefresh } from './page-state.ts';
import { RolloutActions } from './rollout-actions.tsx';
import { RolloutFacts } from './rollout-facts.tsx';
import { RolloutState } from './rollout-state.tsx';
import { RolloutVerdict } from './rollout-verdict.tsx';
import { StageCard } from './stage-card.tsx';
import { Table } from './table.tsx';
import { Timeline } from './timeline.tsx';

/** A ticket of the server's lives for ten minutes. */
const FRESH_MS = 4 * 60_000;

/** One rollout as it goes on: where it stands, what it waits for, what may be told it, and all that it has shown. */
export function RolloutView({ id }: { readonly id: string }): JSX.Element {
  const path = `/api/rollouts/${encodeURIComponent(id)}`;
  const { value, refusal } = useAnswer<RolloutDetails>(path);
  useLive(path, (event) => event.kind === 'rollout' && event.row.id === id);
  useRefresh(path, FRESH_MS);
  return (
    <>
      <p class="crumb">
        <a href="/rollouts">Rollouts</a>
      </p>
      <div class="heading">
        <h1 tabIndex={-1}>
          {value === null ? (
            `Rollout ${id}`
          ) : (
            <>
              Rollout of <bdi>{value.rollout.service}</bdi>
            </>
          )}
        </h1>
        {value !== null && <RolloutState status={value.rollout.status} />}
        {value !== null && <p class="quiet mono">{id}</p>}
      </div>
      {refusal !== null && <RefusalNotice refusal={refusal} />}
      {value === null ? (
        refusal === null && <Asking what="the rollout" />
      ) : (
        <Details details={value} path={path} />
      )}
    </>
  );
}

function Details({
  details,
  path,
}: {
  readonly details: RolloutDetails;
  readonly path: string;
}): JSX.Element {
  const { rollout, audit } = details;
  return (
    <>
      <RolloutVerdict details={details} />
      <RolloutActions details={details} path={path} />
      <div class="columns">
        <div class="main-column">
          {youngestFirst(rollout.stages).map((stage) => (
            <StageCard key={stage.name} stage={stage} />
          ))}
          <Timeline steps={rollout.steps} stages={rollout.stages} />
          <EvidenceTable evidence={rollout.evidence} />
          <section class="card">
            <h2>Who did what</h2>
            {audit.length === 0 ? (
              <p class="quiet">Nobody told this rollout anything yet.</p>
            ) : (
              <Table
                {...{ name: 'audit', caption: 'Who did what', columns: AUDIT_COLUMNS, rows: audit }}
                keyOf={auditKey}
              />
            )}
          </section>
        </div>
        <aside class="side-column" aria-label="About this rollout">
          <RolloutFacts details={details} />
        </aside>
      </div>
    </>
  );
}

/** The stage at work, or the last that was, is what one comes for; those that were not begun have nothing to show yet. */
function youngestFirst(stages: RolloutDetails['rollout']['stages']): RolloutDetails['rollout']['stages'] {
  const isBegun = ({ status }: (typeof stages)[number]): boolean =>
    status !== 'waiting' && status !== 'approval';
  return [...stages.filter(isBegun).toReversed(), ...stages.filter((stage) => !isBegun(stage))];
}
