import type { JSX } from 'preact';
import { NOT_RUN_ID } from '../../report/not-run.ts';
import { findingsNow } from '../../report/markdown-text.ts';
import type { Report } from '../../report/report.ts';
import { Cited } from '../cited.tsx';
import { unjudgedText } from '../../report/reported-unjudged.ts';

/** Everything whose silence proves nothing. */
export function uncheckedOf(
  report: Report,
): readonly { readonly text: string; readonly evidence: readonly string[] }[] {
  const { evidence, services, unjudged = [], sources, notSupported } = report;
  return [
    ...evidence
      .filter(({ id }) => id === NOT_RUN_ID)
      .map(({ claim, seen, id }) => ({ text: `Whether ${claim}: ${seen}.`, evidence: [id] })),
    ...sources.advisories
      .filter(({ reachable }) => !reachable)
      .map(({ name, why, evidence: own }) => ({
        text: `${name} did not answer everything: ${why ?? 'no reason given'}`,
        evidence: own,
      })),
    ...unjudged.map((one) => ({ text: unjudgedText(one), evidence: one.evidence })),
    ...services
      .flatMap(findingsNow)
      .filter(({ kind }) => kind === 'not-checked' || kind === 'unreadable')
      .map(({ message, places, evidence: own }) => ({
        text: `${places.map(({ file, line }) => `${file}:${line}: `).join('')}${message}`,
        evidence: own,
      })),
    ...services.flatMap((service) =>
      (service.after?.posture ?? service.plan?.posture ?? service.posture).unknowns.map((text) => ({
        text,
        evidence: (service.after?.posture ?? service.plan?.posture ?? service.posture).evidence,
      })),
    ),
    ...notSupported.map(({ file, what, evidence: own }) => ({
      text: `${file}: ${what}, not read`,
      evidence: own,
    })),
    ...sources.unmatchedRecords.map(({ id, why, evidence: own }) => ({
      text: `Record ${id} names no package that could be read: ${why}`,
      evidence: own,
    })),
  ];
}

/** Beyond so many the rest is folded. */
const MOST = 20;

export function NotChecked({ report }: { readonly report: Report }): JSX.Element {
  const all = uncheckedOf(report);
  const list = (some: typeof all): JSX.Element => (
    <ul>
      {some.map(({ text, evidence }) => (
        <li>
          {text}
          <Cited by={evidence} />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      {list(all.slice(0, MOST))}
      {all.length > MOST ? (
        <details>
          <summary>{all.length - MOST} more</summary>
          {list(all.slice(MOST))}
        </details>
      ) : null}
    </>
  );
}
