import type { ComponentChildren, JSX } from 'preact';
import type { Refusal } from './api.ts';
import { Mark } from './mark.tsx';

/** What went wrong, why, and what to do; read out at once. */
export function RefusalNotice({ refusal }: { readonly refusal: Refusal }): JSX.Element {
  return (
    <div class="notice notice-bad" role="alert">
      <Mark kind="bad" />
      <div>
        <p>
          <strong>{refusal.message}</strong>
        </p>
        {refusal.hint !== null && <p>{refusal.hint}</p>}
        <p class="quiet">
          {refusal.status === 0 ? refusal.code : `${refusal.code} · HTTP ${refusal.status}`}
        </p>
      </div>
    </div>
  );
}

/** Nothing is there yet: why, and the command that changes it. */
export function Empty(props: {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly command?: string;
}): JSX.Element {
  const { title, children, command } = props;
  return (
    <div class="empty">
      <h2>{title}</h2>
      <p>{children}</p>
      {command !== undefined && (
        <p>
          <code class="command">{command}</code>
        </p>
      )}
    </div>
  );
}

/** The place of what is still asked for. */
export function Asking({ what }: { readonly what: string }): JSX.Element {
  return (
    <p class="quiet asking" role="status">
      Asking for {what} …
    </p>
  );
}
