import type { FirstData, FirstOfUser } from '../page-api.ts';
import { harmless } from '../../report/harmless.ts';
import { apiPathOf, routeOf } from './route.ts';

/** What the server laid beside the page. Without it this is no page of fettle's server: an exception. */
export function readFirst(page: Document): FirstData {
  return harmless(JSON.parse(page.getElementById('first')?.textContent ?? '') as FirstData);
}

/** The question to which the server laid the answer beside the page; null: it did not. */
export function firstAsked({ path, data }: FirstOfUser): string | null {
  if (data === null) return null;
  // Written in whichever order: the same filters are the same question.
  return apiPathOf(routeOf(path.replace(/^\/api(?=\/)/, '')));
}
