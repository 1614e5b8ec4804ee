import type { JSX } from 'preact';
import { counted } from '../../report/plain-text.ts';
import type { Report } from '../../report/report.ts';
import type {
  ReportedFailure,
  ReportedLevel,
  ReportedOutcome,
  ReportedVerification,
} from '../../report/reported-verification.ts';
import { Cited } from '../cited.tsx';
import { DataTable } from '../data-table.tsx';
import { Mark } from '../marks.tsx';
import { perService } from './per-service.tsx';
import { ImageMaps } from './treemap.tsx';

/** What was tried out, before and after: levels, what broke and was repaired, and what an image holds. */
export function verification(report: Report): JSX.Element | null {
  return perService(report, ({ verification: tried = [] }) =>
    tried.length === 0 ? null : (
      <>
        {tried.map((one) => (
          <OneTarget verified={one} />
        ))}
      </>
    ),
  );
}

const COLUMNS = [
  { title: 'Level', sort: 'none' },
  { title: 'Before', sort: 'none' },
  { title: 'After', sort: 'none' },
] as const;

function OneTarget({ verified }: { readonly verified: ReportedVerification }): JSX.Element {
  const { target, levels, rounds } = verified;
  const images = levels.find(({ after }) => after.image !== undefined);
  const rows = levels.map(({ level, before, after, evidence }) => ({
    cells: [
      level,
      before === null ? 'not tried' : <Outcome of={before} />,
      <>
        <Outcome of={after} />
        <Cited by={evidence} />
      </>,
    ],
  }));
  return (
    <>
      <DataTable caption={`Tried out on ${target}`} columns={COLUMNS} rows={rows} />
      <Failures levels={levels} />
      {images === undefined ? null : (
        <ImageMaps before={images.before?.image ?? null} after={images.after.image!} />
      )}
      {rounds.length === 0 ? null : <Rounds rounds={rounds} />}
      <Notes levels={levels} />
    </>
  );
}

function Outcome({ of: { verdict, seen, hint, durationMs } }: { readonly of: ReportedOutcome }): JSX.Element {
  return (
    <>
      <Mark of={verdict} /> {seen}
      {durationMs >= 100 ? <span class="quiet"> in {(durationMs / 1000).toFixed(1)} s</span> : null}
      {verdict === 'unknown' && hint !== null ? <small>{hint}</small> : null}
    </>
  );
}

function Failures({ levels }: { readonly levels: readonly ReportedLevel[] }): JSX.Element | null {
  const kinds = [
    ['Broken by the plan', ({ broken }: ReportedLevel) => broken],
    ['Fails, and could not be tried before', ({ notTriedBefore }: ReportedLevel) => notTriedBefore],
    ['Fails as before', ({ asBefore }: ReportedLevel) => asBefore],
    ['Repaired', ({ repaired }: ReportedLevel) => repaired],
  ] as const;
  const groups = kinds
    .map(([title, of]) => ({
      title,
      failures: levels.flatMap((level) =>
        of(level).map((failure) => ({ failure, evidence: level.evidence })),
      ),
    }))
    .filter(({ failures }) => failures.length > 0);
  if (groups.length === 0) return null;
  return (
    <>
      {groups.map(({ title, failures }) => (
        <details class="more" open={failures.length <= 5}>
          <summary>
            {title} ({failures.length})
          </summary>
          <ul>
            {failures.map(({ failure, evidence }) => (
              <li>
                {failureText(failure)}
                <Cited by={evidence} />
              </li>
            ))}
          </ul>
        </details>
      ))}
    </>
  );
}

function Rounds({ rounds }: { readonly rounds: ReportedVerification['rounds'] }): JSX.Element {
  return (
    <details class="more">
      <summary>{counted(rounds.length, 'plan')} did not work before this one, and what was learned</summary>
      <ol>
        {rounds.map(({ changes, failures, learned, evidence }) => (
          <li>
            {changes.join(', ') || 'the files as they are'}
            <Cited by={evidence} />
            <ul>
              {failures.map((failure) => (
                <li>{failureText(failure)}</li>
              ))}
              {learned.map(({ because }) => (
                <li>Learned: {because}</li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </details>
  );
}

function Notes({ levels }: { readonly levels: readonly ReportedLevel[] }): JSX.Element | null {
  const notes = levels.flatMap(({ notes: own }) => own);
  if (notes.length === 0) return null;
  return (
    <details class="more">
      <summary>{counted(notes.length, 'note')}</summary>
      <ul>
        {notes.map((note) => (
          <li>{note}</li>
        ))}
      </ul>
    </details>
  );
}

function failureText({ key, what, because, ofMachine }: ReportedFailure): string {
  return `${key}: ${because ?? (ofMachine ? `${what}, which is for this machine to mend` : what)}`;
}
