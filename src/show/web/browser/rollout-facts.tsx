import type { JSX } from 'preact';
import type { RolloutDetails } from '../page-api.ts';
import { Moment } from './moment.tsx';

type Told = RolloutDetails['rollout'];

/** Who asked for what, from which files, and who approved of it. */
export function RolloutFacts({
  details: { rollout, row },
}: {
  readonly details: RolloutDetails;
}): JSX.Element {
  const approvals = approvalsOf(rollout);
  return (
    <section>
      <h2>Facts</h2>
      <dl class="facts">
        <dt>Asked for by</dt>
        <dd>
          <bdi>{rollout.by}</bdi>, <Moment at={rollout.createdAt} />
        </dd>
        <dt>Platform</dt>
        <dd>{row.platform}</dd>
        <dt>Up to stage</dt>
        <dd>
          <bdi>{rollout.until}</bdi>
        </dd>
        <dt>Deployed</dt>
        <dd>{rollout.artifact === null ? 'nothing yet' : <code>{rollout.artifact}</code>}</dd>
        <dt>From</dt>
        <dd>
          <bdi>{sourceWords(rollout.source)}</bdi>
        </dd>
        <dt>Verified</dt>
        <dd>
          <bdi>{verifiedWords(rollout.verified)}</bdi>
        </dd>
        <dt>Approved</dt>
        <dd>
          {approvals.length === 0 && 'by nobody'}
          {approvals.map(({ stage, said, at }) => (
            <div key={`${stage}${at}`}>
              <bdi>
                {stage}: {said}
              </bdi>
              , <Moment at={at} />
            </div>
          ))}
        </dd>
        <dt>Updated</dt>
        <dd>
          <Moment at={rollout.updatedAt} />
        </dd>
      </dl>
    </section>
  );
}

function sourceWords(source: Told['source']): string {
  if (source.kind === 'previous') return 'the revision before';
  if (source.kind === 'image') return `image ${source.reference}`;
  const how = source.dockerfile === null ? 'in an environment' : `by ${source.dockerfile}`;
  return `files ${source.digest.slice(0, 19)}, ${how}`;
}

function verifiedWords(verified: Told['verified']): string {
  if (verified === null) return 'no record of it';
  return `${verified.verdict} as far as ${verified.level}, by run ${verified.run}`;
}

function approvalsOf({ steps }: Told): readonly { stage: string; said: string; at: string }[] {
  return steps.flatMap(({ kind, stage, said, outcome, endedAt }) =>
    kind === 'approval' && outcome === 'done' && endedAt !== null
      ? [{ stage: stage ?? '', said, at: endedAt }]
      : [],
  );
}
