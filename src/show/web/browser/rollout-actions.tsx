import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RolloutDetails } from '../page-api.ts';
import { offersOf } from './action-offers.ts';
import type { Offer } from './action-offers.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import type { Refusal } from './api.ts';
import { post } from './api.ts';
import { Mark } from './mark.tsx';
import { RefusalNotice } from './notice.tsx';
import { usePage } from './page-state.ts';

type Result =
  { readonly kind: 'told'; readonly words: string } | { readonly kind: 'refused'; readonly refusal: Refusal };

interface Props {
  readonly details: RolloutDetails;
  readonly path: string;
}

/** What may be told this rollout now; what this user may not tell it is shown with the reason. */
export function RolloutActions({ details, path }: Props): JSX.Element | null {
  const { session, answers } = usePage();
  const [asked, setAsked] = useState<Offer | null>(null);
  const [result, setResult] = useState<Result | null>(null);
  const offers = offersOf(details, session.role);
  const tell = async (offer: Offer, why: string): Promise<void> => {
    const body = { ticket: offer.ticket, ...extra(offer, why) };
    const answer = await post<RolloutDetails>(`${path}/${offer.kind}`, body, session.csrf);
    setAsked(null);
    if (answer.kind === 'answered') {
      answers.put(path, answer.value);
      setResult({ kind: 'told', words: offer.told });
    } else setResult({ kind: 'refused', refusal: answer.refusal });
    // What was refused is mostly told of a state that is over: what is shown has to be the one that is.
    await answers.ask(path);
  };
  if (offers.length === 0 && result === null) return null;
  return (
    <section class="actions" aria-label="Actions">
      <Buttons offers={offers} ask={(offer) => (setResult(null), setAsked(offer))} />
      {result !== null && <ResultNotice result={result} />}
      {asked !== null && (
        <ConfirmDialog offer={asked} details={details} close={() => setAsked(null)} tell={tell} />
      )}
    </section>
  );
}

function extra({ kind, stage }: Offer, why: string): object {
  if (kind === 'approve') return { stage };
  return kind === 'rollback' ? { why } : {};
}

function Buttons(props: {
  readonly offers: readonly Offer[];
  readonly ask: (offer: Offer) => void;
}): JSX.Element {
  const { offers, ask } = props;
  const reasons = offers.flatMap(({ kind, reason }) => (reason === null ? [] : [{ kind, reason }]));
  return (
    <>
      <div class="buttons">
        {offers.map((offer) => (
          <button
            key={offer.kind}
            type="button"
            class={offer.kind === 'approve' ? 'button button-first' : `button button-${offer.kind}`}
            disabled={offer.ticket === null}
            aria-describedby={offer.reason === null ? undefined : `why-not-${offer.kind}`}
            onClick={() => ask(offer)}
          >
            {offer.label} …
          </button>
        ))}
      </div>
      {reasons.map(({ kind, reason }) => (
        <p key={kind} id={`why-not-${kind}`} class="quiet">
          {reason}
        </p>
      ))}
    </>
  );
}

function ResultNotice({ result }: { readonly result: Result }): JSX.Element {
  if (result.kind === 'refused') return <RefusalNotice refusal={result.refusal} />;
  return (
    <div class="notice notice-good" role="status">
      <Mark kind="good" />
      <div>
        <p>{result.words}</p>
      </div>
    </div>
  );
}
