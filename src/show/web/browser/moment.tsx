import type { JSX } from 'preact';
import { useNow } from './now.ts';
import { nearWords } from './words.ts';

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** A point in time: how long ago where it is near, else its date as this reader writes dates; exactly in the title. */
export function Moment({ at }: { readonly at: string }): JSX.Element {
  const now = useNow(30_000);
  const time = Date.parse(at);
  return written(at, (date) => nearWords(time, now) ?? DAY.format(date));
}

/** Its date and time of day, however near it is. */
export function ExactMoment({ at }: { readonly at: string }): JSX.Element {
  return written(at, (date) => DAY.format(date));
}

/** The time of day, for what happened on one day. */
export function ClockTime({ at }: { readonly at: string }): JSX.Element {
  return written(at, (date) => CLOCK.format(date));
}

function written(at: string, words: (date: Date) => string): JSX.Element {
  const date = new Date(at);
  // A date that is none is shown as it was told.
  if (Number.isNaN(date.getTime())) return <span>{at}</span>;
  return (
    <time dateTime={date.toISOString()} title={`${EXACT.format(date)} (${date.toISOString()})`}>
      {words(date)}
    </time>
  );
}
