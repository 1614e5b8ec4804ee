import type { JSX } from 'preact';
import type { ReportedSeverity } from '../report/report.ts';

const SIGNS: Readonly<Record<string, string>> = {
  ...{ proven: '✓', refuted: '✗', unknown: '?', pass: '✓', fail: '✗', hold: '…' },
  ...{ done: '✓', failed: '✗', running: '…', 'rolled-back': '↩', waiting: '…', approval: '…' },
  ...{ cancelled: '✗', ok: '✓', built: '⚒', no: '✗' },
};

const TONES: Readonly<Record<string, 'proven' | 'refuted' | 'unknown'>> = {
  ...{ proven: 'proven', pass: 'proven', done: 'proven', ok: 'proven' },
  ...{ refuted: 'refuted', fail: 'refuted', failed: 'refuted', no: 'refuted', 'rolled-back': 'refuted' },
  ...{ cancelled: 'refuted' },
};

/** A verdict as a word with a sign: never the colour alone. */
export function Mark({ of, text }: { readonly of: string; readonly text?: string }): JSX.Element {
  return (
    <span class={`mark ${TONES[of] ?? 'unknown'}`}>
      <span aria-hidden="true">{SIGNS[of] ?? '·'}</span> {text ?? of}
    </span>
  );
}

/** Worst first, as findings are told. */
export const SEVERITIES: readonly ReportedSeverity[] = ['critical', 'high', 'unknown', 'medium', 'low'];

export function Severity({ of }: { readonly of: ReportedSeverity | null }): JSX.Element | null {
  if (of === null) return null;
  return <span class={`severity ${of}`}>{of === 'unknown' ? 'severity unknown' : of}</span>;
}
