import type { JSX } from 'preact';
import { counted, readFromText } from '../../report/plain-text.ts';
import type { Report } from '../../report/report.ts';
import { Cited } from '../cited.tsx';
import { Outward } from '../outward.tsx';

/** Where all of it was read: indexes, advisories, files and what the services run on. */
export function sources({ sources: { indexes, advisories }, services }: Report): JSX.Element {
  return (
    <ul>
      {indexes.map(({ url, readFrom, evidence }) => (
        <li>
          Package index <Outward to={url} text={url} /> ({readFrom})
          <Cited by={evidence} />
        </li>
      ))}
      {advisories.map(({ name, records, date, reachable, why, evidence }) => (
        <li>
          Advisories: {name}, {counted(records, 'record')}
          {date === null ? '' : `, the newest of ${date.slice(0, 10)}`}
          {reachable ? '' : `; not everything was answered${why === null ? '' : `: ${why}`}`}
          <Cited by={evidence} />
        </li>
      ))}
      {services.map(({ manifests, targets, requirements, developmentLeftOut, notes, evidence }) => (
        <>
          <li>
            Read {manifests.map(({ file }) => file).join(', ')} with {counted(requirements, 'requirement')}
            {developmentLeftOut === 0 ? '' : ` (${counted(developmentLeftOut, 'development line')} left out)`}
            <Cited by={evidence} />
          </li>
          {targets.map((target) => (
            <li>
              Target {target.text}, {readFromText(target.readFrom)}
              <Cited by={target.evidence} />
            </li>
          ))}
          {notes.map((note) => (
            <li>
              The index says: {note.text}
              <Cited by={note.evidence} />
            </li>
          ))}
        </>
      ))}
    </ul>
  );
}
