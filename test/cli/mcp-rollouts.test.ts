import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { ReportedRollout } from '../../src/show/report/reported-rollout.ts';
import { noInstalledServer } from '../support/databases.ts';
import { killAllBelow } from '../support/kill-all.ts';
import { noLocalServices } from '../support/local-services.ts';
import { beginRollouts } from '../support/waiting-rollout.ts';
import { newFolder, remove } from '../web/page-bench.ts';

let folder: string;
let client: Client;

beforeEach(() => {
  folder = newFolder();
  // The database's own account has to get there.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'root'));
  client = new Client({ name: 'test', version: '1' }, { capabilities: {} });
});
afterEach(async () => {
  await client.close();
  await killAllBelow(folder);
  remove(folder);
});

const why = noLocalServices ?? noInstalledServer;

describe.skipIf(why !== null)(
  `rollouts by an agent, with the engine of this machine${why === null ? '' : ` (skipped: ${why})`}`,
  { timeout: 240_000 },
  () => {
    it('are held, resumed, approved of and rolled back, with a record of who told them', async () => {
      const [shop, ledger] = await began(['shop', 'ledger']);
      await toldTo('hold', shop);
      const held = await until(shop, ({ waiting }) => waiting?.what.startsWith('held by') === true);
      expect(held.stages[0]!.status).toBe('approval');
      await toldTo('resume', shop);
      await until(shop, ({ waiting }) => waiting?.what === 'approval of production');
      await toldTo('rollback', shop);
      const back = await until(shop, ({ status }) => status === 'rolled-back');
      const told = back.evidence.filter(({ id }) => id.startsWith('rollout:told:'));
      expect(told.map(({ claim }) => claim)).toEqual(
        ['hold', 'resume', 'rollback'].map((kind) => `somebody told it: ${kind}`),
      );
      await until(ledger, ({ waiting }) => waiting?.what === 'approval of production');
      await toldTo('promote', ledger);
      const done = await until(ledger, ({ status }) => status === 'done');
      const approval = done.evidence.find(({ id }) => id === 'rollout:production:approval');
      expect(approval).toMatchObject({ verdict: 'proven', seen: expect.stringContaining('(mcp)') as string });
      expect(await call('hold', { rollout: ledger })).toMatchObject({
        isError: true,
        _meta: { 'fettle/error': { code: 'no-rollout' } },
      });
    });
  },
);

async function began(services: readonly string[]): Promise<readonly [string, string]> {
  const [data, cache] = [join(folder, 'data'), join(folder, 'cache')];
  const ids = (await beginRollouts({ data, cache }, services)) as [string, string];
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [inject('command'), 'mcp', '--allow-write'],
      ...{ cwd: join(folder, 'root'), stderr: 'ignore' },
      env: { ...(process.env as Record<string, string>), FETTLE_DATA_DIR: data, FETTLE_CACHE_DIR: cache },
    }),
  );
  return ids;
}

async function call(name: string, input: Record<string, unknown>): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: input }, undefined, {
    timeout: 120_000,
  })) as CallToolResult;
}

async function toldTo(verb: string, rollout: string): Promise<void> {
  expect((await call(verb, { rollout })).isError ?? false).toBe(false);
}

async function until(rollout: string, isSo: (state: ReportedRollout) => boolean): Promise<ReportedRollout> {
  let last: ReportedRollout | null = null;
  for (const end = Date.now() + 60_000; Date.now() < end; await setTimeout(500)) {
    const { structuredContent } = await call('show_rollout', { rollout });
    last = (structuredContent as { readonly rollout: ReportedRollout }).rollout;
    if (isSo(last)) return last;
  }
  throw new Error(`never so: ${JSON.stringify(last)}`);
}
