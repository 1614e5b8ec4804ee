import type { JSX } from 'preact';
import { Mark } from './mark.tsx';
import { usePage } from './page-state.ts';

/** Where no engine is reached, that no rollouts are seen is not to pass for there being none. */
export function EngineNotice(): JSX.Element | null {
  const { engine } = usePage().session;
  if (!('problem' in engine)) return null;
  return (
    <div class="notice notice-unsure">
      <Mark kind="unsure" />
      <div>
        <p>
          <strong>Rollouts cannot be seen now.</strong> {engine.problem}
        </p>
      </div>
    </div>
  );
}
