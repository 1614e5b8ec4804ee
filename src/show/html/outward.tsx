import type { JSX } from 'preact';
import { linkTarget } from '../report/escape-markdown.ts';

/** A link out of the report; the text alone where the address is none that a browser may be sent to. */
export function Outward({ to, text }: { readonly to: string | null; readonly text: string }): JSX.Element {
  const target = to === null ? null : linkTarget(to);
  if (target === null) return <>{text}</>;
  return (
    <a href={target} rel="noreferrer noopener" target="_blank">
      {text}
    </a>
  );
}
