import type { StartRequest } from '../../io/process.ts';
import type { SandboxRequest } from './sandbox.ts';

/** What is done with what a run prints: too much of it ends the run, or it goes on to whoever takes it. */
export function outputOf(
  { onOutput }: SandboxRequest,
  tooMuch: () => void,
): Pick<StartRequest, 'keepsEnd' | 'onOutput' | 'onTooMuchOutput'> {
  return onOutput === undefined ? { onTooMuchOutput: tooMuch } : { onOutput, keepsEnd: true };
}
