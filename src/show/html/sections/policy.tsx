import type { JSX } from 'preact';
import type { Report } from '../../report/report.ts';
import type { ReportedBreak } from '../../report/reported-learned.ts';
import { Cited } from '../cited.tsx';
import { sideText } from '../../report/markdown-learned.ts';

/** What is waived and why, and rules that do nothing. */
export function policy({ policy: { waivers, remarks, severity, strategy } }: Report): JSX.Element {
  return (
    <>
      <p>
        Repaired is what is {severity} or worse; the {strategy} change is sought.
      </p>
      {waivers.length + remarks.length === 0 ? (
        <p>Nothing is waived.</p>
      ) : (
        <ul>
          {waivers.map(({ id, reason, until, active, touches, evidence }) => (
            <li>
              <b>{active ? 'Waived' : 'No longer waived'}:</b> {id}
              {touches.length === 0
                ? ''
                : ` in ${[...new Set(touches.map((one) => `${one.package} ${one.version}`))].join(', ')}`}
              , {until === null ? 'without an expiry date' : `until ${until}`}: {reason}
              <Cited by={evidence} />
            </li>
          ))}
          {remarks.map(({ text, evidence }) => (
            <li>
              <b>Warning:</b> {text}
              <Cited by={evidence} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What metadata does not say and running showed. */
export function learned({ learned: breaks = [] }: Report): JSX.Element | null {
  if (breaks.length === 0) return null;
  return (
    <ul>
      {breaks.map((one) => (
        <LearnedLine one={one} />
      ))}
    </ul>
  );
}

function LearnedLine({ one }: { readonly one: ReportedBreak }): JSX.Element {
  const { importer, provider, kind, because, remembered, evidence } = one;
  return (
    <li>
      <b>{importer === null ? 'the service itself' : sideText(importer)}</b>{' '}
      {kind === 'forbidden' ? 'not with' : 'needs'} {sideText(provider)}. {because}
      {remembered ? ' (by an earlier run on this machine)' : ''}
      <Cited by={evidence} />
    </li>
  );
}
