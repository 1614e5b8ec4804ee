import type { JSX } from 'preact';
import type { RolloutDetails } from '../page-api.ts';
import { Mark } from './mark.tsx';
import { ClockTime, ExactMoment } from './moment.tsx';
import { useNow } from './now.ts';
import { ROLLOUT_STATES, told } from './state-words.ts';
import { countdownWords } from './words.ts';

/** Where it stands in a sentence, what is wrong and what to do, and what is waited for. */
export function RolloutVerdict({
  details: { rollout, row },
}: {
  readonly details: RolloutDetails;
}): JSX.Element {
  const { kind, word } = told(ROLLOUT_STATES, rollout.status);
  const { problem, waiting } = rollout;
  return (
    <section class={`verdict verdict-${kind}`} aria-label="Where it stands">
      <Mark kind={kind} />
      <div>
        <p class="verdict-word">
          {word} <span class="quiet">·</span> <bdi>{row.stage}</bdi> at {row.percent} %
        </p>
        {problem !== null && (
          <>
            <p>
              <bdi>{problem.what}</bdi>
            </p>
            <p class="quiet">
              <bdi>{problem.hint}</bdi>
            </p>
          </>
        )}
        {problem === null && row.now !== null && waiting === null && (
          <p>
            <bdi>{row.now}</bdi>
          </p>
        )}
        {waiting !== null && <Waiting waiting={waiting} />}
        {rollout.next !== null && (
          <p class="quiet">
            On the command line: <code>{rollout.next}</code>
          </p>
        )}
      </div>
    </section>
  );
}

function isToday(at: string): boolean {
  return new Date(at).toDateString() === new Date().toDateString();
}

type Told = NonNullable<RolloutDetails['rollout']['waiting']>;

function Waiting({ waiting }: { readonly waiting: Told }): JSX.Element {
  const left = Date.parse(waiting.until) - useNow(1000);
  return (
    <p class="waiting">
      Waits: <bdi>{waiting.what}</bdi>.{' '}
      {left > 0 ? (
        <>
          <span class="countdown">{countdownWords(left)}</span> left, until{' '}
          {isToday(waiting.until) ? <ClockTime at={waiting.until} /> : <ExactMoment at={waiting.until} />};
          then it is rolled back.
        </>
      ) : (
        <>The time for it is over; it is rolled back.</>
      )}
    </p>
  );
}
