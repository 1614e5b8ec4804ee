import { parentPort } from 'node:worker_threads';
import type { Question, Reply } from './node-workers.ts';

/** An answer as plain data, and the buffers of it that are given away. */
export interface Answered {
  readonly output: unknown;
  readonly transfer: readonly ArrayBuffer[];
}

/** Makes the script that calls it a worker: every question is answered in the order of arrival. */
export function answerWith(work: (input: unknown) => Answered): void {
  const port = parentPort;
  if (port === null) throw new Error('a worker script runs in a thread alone');
  port.on('message', ({ id, input }: Question) => {
    const send = (reply: Reply, transfer: readonly ArrayBuffer[]): void => port.postMessage(reply, transfer);
    try {
      const { output, transfer } = work(input);
      send({ id, output }, transfer);
    } catch (error) {
      send({ id, error }, []);
    }
  });
}
