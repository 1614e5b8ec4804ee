import { createContext } from 'preact';
import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';

/** The numbers of the records, by their ids. */
export const Records = createContext<ReadonlyMap<string, number>>(new Map());

/** Named one by one before it is said how many more there are. */
const MOST = 4;

/** Links to the records that a sentence rests on: "e3 e4". */
export function Cited({ by }: { readonly by: readonly string[] }): JSX.Element | null {
  const numbers = useContext(Records);
  const cited = [...new Set(by)].flatMap((id) => numbers.get(id) ?? []);
  if (cited.length === 0) return null;
  const rest = cited.length - MOST;
  return (
    <span class="cited">
      {cited.slice(0, MOST).map((number) => (
        <>
          {' '}
          <a href={`#e${number}`} aria-label={`evidence e${number}`}>
            e{number}
          </a>
        </>
      ))}
      {rest > 0 ? ` and ${rest} more` : null}
    </span>
  );
}
