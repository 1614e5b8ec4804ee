import { render } from 'preact';
import { returnPath } from './address.ts';
import { openAnswers } from './answers.ts';
import type { Refusal } from './api.ts';
import { get } from './api.ts';
import { App } from './app.tsx';
import { firstAsked, readFirst } from './first.ts';
import { followServer } from './live.ts';
import { SignInView } from './sign-in-view.tsx';
import { tokenOfFragment } from './token.ts';
import './page.css';

/** Of somebody who is signed in and follows the link of a token. */
const TOKEN_ALONE = { oidc: null, token: true } as const;

const token = tokenOfFragment();
const first = readFirst(document);
// A link with a token that is opened where this document stands already changes the fragment alone, and loads nothing by itself.
addEventListener('hashchange', () => {
  if (new URLSearchParams(location.hash.slice(1)).has('token')) location.reload();
});
const root = document.getElementById('page');
if (root === null) throw new Error('the page has no element to be drawn in');

if (first.session === null || token !== null) {
  document.title = 'Sign in · fettle';
  const asked =
    location.pathname === '/sign-in' ? new URLSearchParams(location.search).get('to') : hereAgain();
  const [ways, problem] = first.session === null ? [first.ways, first.problem] : [TOKEN_ALONE, null];
  // What the provider sent along is used up: loading the page again must not be refused as a second use of it.
  if (problem !== null && location.pathname.startsWith('/sign-in/'))
    history.replaceState(null, '', '/sign-in');
  render(<SignInView {...{ ways, token, problem, to: returnPath(asked, location.origin) }} />, root);
} else {
  const { session, data, problem } = first;
  const answers = openAnswers(get, whenRefused, { path: firstAsked(first), value: data });
  render(<App {...{ session, answers, problem, live: followServer('/api/events') }} />, root);
}

function hereAgain(): string {
  return `${location.pathname}${location.search}`;
}

/** Signed out meanwhile: to sign in, and back to this view after it. */
function whenRefused({ status }: Refusal): void {
  if (status === 401) location.assign(`/sign-in?${new URLSearchParams({ to: hereAgain() }).toString()}`);
}
