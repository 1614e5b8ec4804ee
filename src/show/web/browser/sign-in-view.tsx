import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ShownProblem, SignInWays } from '../page-api.ts';
import { webAddress } from './address.ts';
import { post } from './api.ts';
import type { Refusal } from './api.ts';
import { Brand } from './brand.tsx';
import { RefusalNotice } from './notice.tsx';

interface Props {
  readonly ways: SignInWays;
  /** Of the link that was printed at start; null: none came along. */
  readonly token: string | null;
  /** Why the sign-in that was tried before came to nothing; null: none was. */
  readonly problem: ShownProblem | null;
  /** Where to go then. */
  readonly to: string;
}

/** For those who are not signed in: the token that was printed at start, or the organisation's own provider. */
export function SignInView({ ways, token, problem, to }: Props): JSX.Element {
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(problem);
  const signIn = async (written: string): Promise<void> => {
    setSending(true);
    const answer = await post('/sign-in', { token: written }, null);
    if (answer.kind === 'answered') return location.replace(to);
    setRefusal(answer.refusal);
    setSending(false);
  };
  useEffect(() => {
    if (token !== null) void signIn(token);
  }, []);
  const provider = ways.oidc === null ? null : webAddress(new URL(ways.oidc, location.origin).href);
  return (
    <main id="main" class="sign-in">
      <Brand />
      <h1 tabIndex={-1}>Sign in</h1>
      {refusal !== null && <RefusalNotice refusal={refusal} />}
      {isSending && <p role="status">Signing in …</p>}
      {provider !== null && (
        <p>
          <a class="button button-first" href={withReturn(provider, to)}>
            Sign in with your organisation
          </a>
        </p>
      )}
      {ways.token && <TokenForm isOff={isSending} signIn={signIn} />}
    </main>
  );
}

function withReturn(provider: string, to: string): string {
  const url = new URL(provider);
  url.searchParams.set('to', to);
  return url.href;
}

function TokenForm(props: {
  readonly isOff: boolean;
  readonly signIn: (token: string) => Promise<void>;
}): JSX.Element {
  const [text, setText] = useState('');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (text.trim() !== '') void props.signIn(text.trim());
  };
  return (
    <form onSubmit={submit}>
      <label class="field">
        <span>Token</span>
        <input
          {...{ type: 'password', name: 'token', autocomplete: 'off', required: true, value: text }}
          aria-describedby="token-from"
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <p id="token-from" class="quiet">
        <code>fettle serve</code> printed it when it started, and a link that has it already.
      </p>
      <button type="submit" class="button" disabled={props.isOff}>
        Sign in
      </button>
    </form>
  );
}
