import type { JSX } from 'preact';

/** By shape as well as by colour: neither is needed to know the other. */
export type MarkKind = 'good' | 'bad' | 'unsure' | 'active' | 'waiting' | 'none';

const SHAPES: Readonly<Record<MarkKind, JSX.Element>> = {
  good: <path d="M4.2 8.4l2.6 2.6 5-5.6" fill="none" stroke="currentColor" stroke-width="2" />,
  bad: <path d="M4.8 4.8l6.4 6.4M11.2 4.8l-6.4 6.4" fill="none" stroke="currentColor" stroke-width="2" />,
  unsure: (
    <path
      d="M6 6.2a2.1 2.1 0 1 1 2.9 1.9c-.6.3-.9.7-.9 1.4M8 11.4v1.3"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
    />
  ),
  active: <circle cx="8" cy="8" r="3.6" fill="currentColor" />,
  waiting: <path d="M6 4.6v6.8M10 4.6v6.8" fill="none" stroke="currentColor" stroke-width="2.2" />,
  none: <path d="M4.5 8h7" fill="none" stroke="currentColor" stroke-width="2" />,
};

/** A small sign before a word that says the same; it is nothing to a screen reader. */
export function Mark({ kind }: { readonly kind: MarkKind }): JSX.Element {
  return (
    <svg
      class={`mark mark-${kind}`}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      focusable="false"
    >
      <circle class="mark-ground" cx="8" cy="8" r="7.25" />
      {SHAPES[kind]}
    </svg>
  );
}

/** A state as a sign and a word. */
export function StateWord({ kind, word }: { readonly kind: MarkKind; readonly word: string }): JSX.Element {
  return (
    <span class={`state state-${kind}`}>
      <Mark kind={kind} />
      {word}
    </span>
  );
}
