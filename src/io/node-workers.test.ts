import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeWorkers } from './node-workers.ts';
import { noWorkers } from './workers.ts';
import type { Workers } from './workers.ts';

/** What `answerWith` makes of a script, in the JavaScript that a build would give. */
const SCRIPT = `
import { parentPort, threadId } from 'node:worker_threads';
parentPort.on('message', ({ id, input }) => {
  if (input === 'die') process.exit(1);
  if (input === 'throw') return parentPort.postMessage({ id, error: new TypeError('refused') });
  const bytes = input instanceof Uint8Array ? input.length : input;
  parentPort.postMessage({ id, output: { bytes, threadId } });
});
`;

let folder: string;
let workers: Workers;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-workers-'));
  writeFileSync(join(folder, 'echo.mjs'), SCRIPT);
  writeFileSync(join(folder, 'echo.js'), `import './echo.mjs';`);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  workers = nodeWorkers(pathToFileURL(`${folder}/`), 2);
});
afterEach(async () => {
  await workers.close();
  rmSync(folder, { recursive: true });
});

const ask = (input: unknown, transfer: readonly ArrayBuffer[] = []): Promise<unknown> =>
  workers.run('echo', input, transfer)!;

describe('threads', () => {
  it('answer every question, each in the thread that is least busy', async () => {
    const asked = [1, 2, 3, 4].map((n) => ask(n));
    const answers = (await Promise.all(asked)) as { readonly bytes: number; readonly threadId: number }[];
    expect(answers.map(({ bytes }) => bytes)).toEqual([1, 2, 3, 4]);
    expect(new Set(answers.map(({ threadId }) => threadId)).size).toBe(2);
  });

  it('are given the buffers that the caller gives away', async () => {
    const bytes = new Uint8Array(1000);
    expect(await ask(bytes, [bytes.buffer])).toMatchObject({ bytes: 1000 });
    expect(bytes.length).toBe(0);
  });

  it('hand on what their script throws', async () => {
    await expect(ask('throw')).rejects.toThrow('refused');
    expect(await ask(5)).toMatchObject({ bytes: 5 });
  });

  it('that end with work undone say so, and others take what comes next', async () => {
    await expect(ask('die')).rejects.toThrow('a thread ended before its work was done');
    expect(await ask(6)).toMatchObject({ bytes: 6 });
  });

  it('are none where there is one processor, or no script was built', () => {
    expect(nodeWorkers(pathToFileURL(`${folder}/`), 0)).toBe(noWorkers);
    expect(nodeWorkers(pathToFileURL(`${folder}/missing/`), 2)).toBe(noWorkers);
  });
});
