import { render } from 'preact';
import { returnPath } from './address.ts';
import { openAnswers } from './answers.ts';
import type { Refusal } from './api.ts';
import { get } from './api.ts';
import { App } from './app.tsx';
import { firstAsked, readFirst, signInWays } from './first.ts';
import { followServer } from './live.ts';
import { SignInView } from './sign-in-view.tsx';
import { tokenOfFragment } from './token.ts';
import './page.css';

const token = tokenOfFragment();
const first = readFirst(document);
const root = document.getElementById('page');
if (root === null) throw new Error('the page has no element to be drawn in');

if (first.session === null || token !== null) {
  document.title = 'Sign in · fettle';
  const asked =
    location.pathname === '/sign-in' ? new URLSearchParams(location.search).get('to') : hereAgain();
  render(<SignInView ways={signInWays(first)} token={token} to={returnPath(asked, location.origin)} />, root);
} else {
  const answers = openAnswers(get, whenRefused, { path: firstAsked(first), value: first.data });
  render(<App session={first.session} answers={answers} live={followServer('/api/events')} />, root);
}

function hereAgain(): string {
  return `${location.pathname}${location.search}`;
}

/** Signed out meanwhile: to sign in, and back to this view after it. */
function whenRefused({ status }: Refusal): void {
  if (status === 401) location.assign(`/sign-in?${new URLSearchParams({ to: hereAgain() }).toString()}`);
}
