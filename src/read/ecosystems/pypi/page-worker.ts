import { answerWith } from '../../../io/worker-thread.ts';
import { ownBuffer, readPage } from './page-reading.ts';
import type { PageAnswer } from './page-reading.ts';

answerWith((input) => {
  const read = readPage(input as PageAnswer);
  if (read.kind !== 'page') return { output: read, transfer: [] };
  const [columns, details] = [ownBuffer(read.columns), ownBuffer(read.details)];
  return { output: { ...read, columns, details }, transfer: [columns.buffer, details.buffer] };
});
