import type { JSX } from 'preact';
import type { StageState } from '../../../domain/rollout.ts';

interface Share {
  readonly role: 'canary' | 'baseline' | 'stable';
  readonly revision: string;
  readonly percent: number;
}

/** Who answers how much of a stage's traffic: a bar, and the same in words below it. */
export function TrafficBar({ stage }: { readonly stage: StageState }): JSX.Element {
  const shares = sharesOf(stage);
  if (shares.length === 0) return <p class="quiet">No revision has traffic of this stage yet.</p>;
  return (
    <div class="traffic">
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="track" width="100" height="10" />
        {shares.map(({ role, percent }, at) => (
          <rect
            key={role}
            class={`part part-${role}`}
            x={shares.slice(0, at).reduce((sum, share) => sum + share.percent, 0)}
            width={percent}
            height="10"
          />
        ))}
      </svg>
      <ul aria-label={`Traffic of ${stage.name}`}>
        {shares.map(({ role, revision, percent }) => (
          <li key={role}>
            <Swatch role={role} />
            <span>
              {role} <b>{percent} %</b>
            </span>{' '}
            <bdi class="quiet mono">{revision}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Swatch({ role }: Pick<Share, 'role'>): JSX.Element {
  return (
    <svg class="swatch" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true" focusable="false">
      {role === 'baseline' ? (
        <rect class={`part part-${role}`} x="1" y="1" width="8" height="8" />
      ) : (
        <circle class={`part part-${role}`} cx="5" cy="5" r="4.5" />
      )}
    </svg>
  );
}

/**
 * The canary's share is the one that was last seen, whatever became of the stage: that traffic went back is nothing to take for granted.
 * The baseline has as much as the canary so far as there is room; the stable revision has the rest.
 */
export function sharesOf({ percent, canary, baseline, stable, status }: StageState): readonly Share[] {
  const own = clamped(percent);
  const twin = baseline !== null && own > 0 && status !== 'done' ? Math.min(own, 100 - own) : 0;
  const all: readonly (Omit<Share, 'revision'> & { readonly revision: string | null })[] = [
    { role: 'canary', revision: canary, percent: canary === null ? 0 : own },
    { role: 'baseline', revision: baseline, percent: twin },
    { role: 'stable', revision: stable, percent: canary === null ? 100 : 100 - own - twin },
  ];
  return all.flatMap((share) =>
    share.revision === null || share.percent <= 0 ? [] : [{ ...share, revision: share.revision }],
  );
}

function clamped(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}
