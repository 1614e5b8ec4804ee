import type { IndexProgress } from './read/ecosystems/ecosystem.ts';

/** How a caller follows a job; the library itself draws nothing. */
export interface Watch {
  readonly onStage?: (stage: string) => void;
  readonly onProgress?: (progress: IndexProgress) => void;
  /** Something that the user must know and that stops nothing. */
  readonly onNotice?: (message: string) => void;
  /** Files are being written until this settles: whoever wants to end the process waits for it. */
  readonly onWriting?: (writing: Promise<unknown>) => void;
}
