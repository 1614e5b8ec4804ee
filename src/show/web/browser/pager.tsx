import type { JSX } from 'preact';
import { listPath } from './route.ts';
import type { ListName } from './route.ts';

interface Props {
  readonly list: ListName;
  readonly query: URLSearchParams;
  readonly page: number;
  readonly pages: number;
}

/** From page to page by links, so that each has an address and can be gone back to. */
export function Pager({ list, query, page, pages }: Props): JSX.Element | null {
  if (pages <= 1) return null;
  return (
    <nav class="pager" aria-label="Pages of the list">
      <Step to={page > 1 ? pathOf(list, query, page - 1) : null} word="Previous" rel="prev" />
      <span>
        Page {page.toLocaleString('en')} of {pages.toLocaleString('en')}
      </span>
      <Step to={page < pages ? pathOf(list, query, page + 1) : null} word="Next" rel="next" />
    </nav>
  );
}

function Step(props: {
  readonly to: string | null;
  readonly word: string;
  readonly rel: string;
}): JSX.Element {
  const { to, word, rel } = props;
  if (to === null)
    return (
      <span class="button is-off" aria-hidden="true">
        {word}
      </span>
    );
  return (
    <a class="button" href={to} rel={rel} aria-label={`${word} page`}>
      {word}
    </a>
  );
}

function pathOf(list: ListName, query: URLSearchParams, page: number): string {
  return listPath(list, { ...Object.fromEntries(query), page: String(page) });
}
