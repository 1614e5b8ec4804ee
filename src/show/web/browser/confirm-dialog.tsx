import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RolloutDetails } from '../page-api.ts';
import type { Offer } from './action-offers.ts';

interface Props {
  readonly offer: Offer;
  readonly details: RolloutDetails;
  readonly close: () => void;
  readonly tell: (offer: Offer, why: string) => Promise<void>;
}

/**
 * Asks before anything is told. It holds the ticket of the state that was seen when it opened: where the rollout moves on meanwhile, the
 * server refuses, for nobody is to approve of what he did not see.
 */
export function ConfirmDialog({ offer, details, close, tell }: Props): JSX.Element {
  const [isSending, setSending] = useState(false);
  const [why, setWhy] = useState('');
  const dialog = useModal();
  const needsWhy = offer.kind === 'rollback';
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isSending || (needsWhy && why.trim() === '')) return;
    setSending(true);
    void tell(offer, why.trim());
  };
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onClose={close}>
      <form onSubmit={submit}>
        <h2 id="confirm-title">{questionOf(offer, details)}</h2>
        <Consequence offer={offer} details={details} />
        {needsWhy && (
          <label class="field">
            <span>Why? It is kept with the rollout.</span>
            <textarea
              {...{ name: 'why', rows: 3, maxLength: 500, required: true, autofocus: true, value: why }}
              onInput={(event) => setWhy(event.currentTarget.value)}
            />
          </label>
        )}
        <div class="buttons">
          <button type="button" class="button" autofocus={!needsWhy} onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            class={needsWhy ? 'button button-danger' : 'button button-first'}
            disabled={isSending}
          >
            {isSending ? 'Telling …' : confirmLabel(offer)}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** The browser keeps the focus within, closes at Escape and gives the focus back where it was. */
function useModal(): { readonly current: HTMLDialogElement | null } {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return dialog;
}

function questionOf({ kind, stage }: Offer, { rollout }: RolloutDetails): string {
  if (kind === 'approve') return `Approve ${stage ?? 'the next stage'} of ${rollout.service}?`;
  if (kind === 'rollback') return `Roll back ${rollout.service}?`;
  return kind === 'hold'
    ? `Hold the rollout of ${rollout.service}?`
    : `Resume the rollout of ${rollout.service}?`;
}

function confirmLabel({ kind, stage, label }: Offer): string {
  return kind === 'approve' && stage !== null ? `Approve ${stage}` : label;
}

function Consequence({ offer, details: { rollout, row } }: Pick<Props, 'offer' | 'details'>): JSX.Element {
  if (offer.kind === 'hold')
    return <p>It stays at {row.percent} % until somebody resumes it or its time is over.</p>;
  if (offer.kind === 'resume') return <p>It goes on from {row.percent} %, with its next step.</p>;
  if (offer.kind === 'rollback')
    return (
      <p>
        All traffic of the stage at work goes back to the stable revision. Stages that are done stay as they
        are.
      </p>
    );
  const { artifact, verified } = rollout;
  return (
    <>
      <p>It is begun at once, with what the stages before it have:</p>
      <dl class="facts">
        <dt>Deployed</dt>
        <dd>{artifact === null ? 'not known' : <code>{artifact}</code>}</dd>
        <dt>Verified</dt>
        <dd>{verified === null ? 'no record of it' : `${verified.verdict} as far as ${verified.level}`}</dd>
        <dt>Stages before</dt>
        <dd>{stagesBefore(offer, rollout)}</dd>
      </dl>
    </>
  );
}

function stagesBefore({ stage }: Offer, { stages }: RolloutDetails['rollout']): string {
  const at = stages.findIndex(({ name }) => name === stage);
  const before = stages.slice(0, Math.max(0, at)).map(({ name, status }) => `${name}: ${status}`);
  return before.length === 0 ? 'none' : before.join(', ');
}
