import type { JSX } from 'preact';

export function Brand(): JSX.Element {
  return (
    <span class="brand">
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
        <path d="M4 17V7a4 4 0 0 1 4-4h8M4 10.5h9" fill="none" stroke="currentColor" stroke-width="2.4" />
        <circle cx="15.4" cy="15.4" r="2.6" fill="currentColor" />
      </svg>
      fettle
    </span>
  );
}
