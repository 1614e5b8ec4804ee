import type { JSX } from 'preact';
import type { Rollout } from '../../../domain/rollout.ts';
import { StateWord } from './mark.tsx';
import { ROLLOUT_STATES, told } from './state-words.ts';

export function RolloutState({ status }: { readonly status: Rollout['status'] }): JSX.Element {
  return <StateWord {...told(ROLLOUT_STATES, status)} />;
}

export function isAtWork(status: Rollout['status']): boolean {
  return status === 'running' || status === 'waiting';
}
