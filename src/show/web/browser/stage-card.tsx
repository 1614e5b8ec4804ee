import type { JSX } from 'preact';
import type { StageState } from '../../../domain/rollout.ts';
import { webAddress } from './address.ts';
import { LookPlots } from './look-plots.tsx';
import { Looks } from './looks.tsx';
import { StateWord } from './mark.tsx';
import { SeriesPlots } from './series-plots.tsx';
import { STAGE_STATES, told } from './state-words.ts';
import { TrafficBar } from './traffic-bar.tsx';

/** One stage: who has which share of its traffic, and what the looks at the canary found. */
export function StageCard({ stage }: { readonly stage: StageState }): JSX.Element {
  const { name, status, looks, series } = stage;
  return (
    <section class="card">
      <div class="heading">
        <h2>
          <bdi>{name}</bdi>
        </h2>
        <StateWord {...told(STAGE_STATES, status)} />
        <StageAddress url={stage.url} />
      </div>
      <TrafficBar stage={stage} />
      {series !== undefined && <SeriesPlots stage={name} series={series} />}
      {looks.length > 0 && (
        <>
          <LookPlots stage={name} looks={looks} />
          <Looks stage={name} looks={looks} isOpen={status !== 'done'} />
        </>
      )}
    </section>
  );
}

function StageAddress({ url }: Pick<StageState, 'url'>): JSX.Element | null {
  if (url === null) return null;
  const href = webAddress(url);
  return href === null ? (
    <span class="quiet">{url}</span>
  ) : (
    <a class="quiet" href={href} target="_blank" rel="noopener noreferrer">
      {url}
    </a>
  );
}
