import type { Paged } from './page-api.ts';

export const PAGE_SIZE = 50;

/** One page of a list, from 1; a page that is not there gives the nearest one. */
export function paged<T>(rows: readonly T[], asked: string | undefined): Paged<T> {
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_SIZE));
  const wanted = /^\d{1,6}$/.test(asked ?? '') ? Number(asked) : 1;
  const page = Math.min(Math.max(wanted, 1), pages);
  return { rows: rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), page, pages, total: rows.length };
}

/** Whether every word of a search stands in one of the texts, in any case of letters. */
export function searchFor(query: string | undefined): (texts: readonly string[]) => boolean {
  const words = (query ?? '').slice(0, 200).toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10);
  if (words.length === 0) return () => true;
  return (texts) => {
    const text = texts.join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
