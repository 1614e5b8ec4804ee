import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pageBench, remove } from './page-bench.ts';
import type { PageBench, PageUser } from './page-bench.ts';

let bench: PageBench;
let user: PageUser;
let open: AbortController[];

beforeEach(async () => {
  open = [];
  bench = await pageBench();
  user = await bench.user();
});
afterEach(async () => {
  for (const one of open) one.abort();
  await bench.close();
  expect(bench.bugs).toEqual([]);
  remove(bench.folder);
});

/** Begins to listen, as a page does; ended with the test, or before by `leave`. */
async function listen(of = user): Promise<{ readonly status: number; readonly leave: () => void }> {
  const controller = new AbortController();
  open.push(controller);
  const { status } = await fetch(`${bench.server.origin}/api/events`, {
    headers: { cookie: of.cookie },
    signal: controller.signal,
  });
  return { status, leave: () => controller.abort() };
}

it('lets a session listen eight times at once, and others all the same', async () => {
  for (let count = 0; count < 8; count++) expect((await listen()).status).toBe(200);
  expect((await listen()).status).toBe(429);
  expect((await listen(await bench.user())).status).toBe(200);
});

it('forgets pages that were left, so that the next ones may listen', async () => {
  for (let count = 0; count < 30; count++) {
    const { status, leave } = await listen();
    expect(status).toBe(200);
    leave();
    await setTimeout(20);
  }
});

it('answers whoever watches over it by any name, and tells nothing', async () => {
  const answer = await bench.ask('/healthz', { headers: { host: '10.0.0.7' } });
  expect([answer.status, answer.body]).toEqual([200, 'ok\n']);
  expect((await bench.ask('/api/session', { headers: { host: '10.0.0.7' } })).status).toBe(421);
});
