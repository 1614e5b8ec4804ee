import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAppendFile } from '../src/io/append-file.ts';
import { openLmdbCache } from '../src/io/lmdb-cache.ts';
import { nodeFiles } from '../src/io/node-files.ts';
import { systemClock } from '../src/io/system-clock.ts';
import { reportOf } from '../src/show/report/make-report.ts';
import { openAuditLog } from '../src/show/web/audit-log.ts';
import { openPageServer } from '../src/show/web/page-server.ts';
import { RunIndex } from '../src/show/web/run-index.ts';
import { fixOf, scanOf } from '../test/support/report-job.ts';
import { COUPLED, SOUND, UNFIXABLE } from '../test/support/report-projects.ts';
import { signedIn, tokenSignIn } from '../test/web/page-bench.ts';

/*
 * The page's server over 500 services and 10,000 runs, as it is asked by a browser: `node bench/serve.mjs`. The runs are written first; the
 * first look reads all of them, the second takes them from the cache, as after a restart.
 */

const [SERVICES, RUNS] = [500, 20];
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fettle-serve-bench-')));
const root = join(folder, 'root');

async function writeRuns(): Promise<number> {
  const reports = [
    reportOf({ scan: await scanOf(SOUND) }),
    reportOf({ scan: await scanOf(UNFIXABLE) }),
    reportOf(await fixOf(COUPLED)),
  ].map((report) => JSON.stringify(report, null, 2));
  const first = join(root, 'service-000', '.fettle', 'runs');
  let bytes = 0;
  for (let run = 0; run < RUNS; run++) {
    const name = new Date(Date.UTC(2026, 0, 1 + run * 10, 8)).toISOString().replaceAll(/[:.]/g, '-');
    const text = reports[run % reports.length]!;
    bytes += text.length * SERVICES;
    await mkdir(join(first, name), { recursive: true });
    await writeFile(join(first, name, 'report.json'), text);
  }
  for (let service = 1; service < SERVICES; service++)
    await cp(join(root, 'service-000'), join(root, `service-${String(service).padStart(3, '0')}`), {
      recursive: true,
    });
  return bytes;
}

async function look(): Promise<void> {
  const cache = await openLmdbCache(join(folder, 'cache'), console.error);
  const world = { cache, clock: systemClock, files: nodeFiles };
  const audit = await openAuditLog(await openAppendFile(join(folder, 'audit.jsonl')), world);
  const runs = new RunIndex([root], world);
  const began = performance.now();
  const server = await openPageServer(
    { host: '127.0.0.1', port: 0 },
    null,
    {
      ...{ version: null, roots: [root], signIn: tokenSignIn('approver'), renderers: {} },
      times: { idleMs: 3_600_000, longestMs: 36_000_000 },
      assets: { script: '', style: '' },
    },
    {
      ...{ clock: systemClock, audit, runs, onBug: console.error },
      reach: () => Promise.resolve({ problem: 'not measured' }),
    },
  );
  const user = await signedIn(server.origin);
  await user.get('/');
  told('first page while runs are still read', performance.now() - began);
  await server.indexed;
  told(`all ${runs.runs().length} runs read`, performance.now() - began);
  for (const path of ['/', '/runs', '/api/services', '/api/runs?q=service-4&verdict=problems&page=3'])
    await timed(path, () => user.get(path));
  await timed('a look at what is new', () => runs.look());
  await server.close();
  await audit.close();
  await cache.close();
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let at = 0; at < 21; at++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  told(what, times.toSorted((a, b) => a - b)[10]!);
}

function told(what: string, ms: number): void {
  console.log(`${what.padEnd(60)} ${ms.toFixed(1).padStart(9)} ms`);
}

try {
  const bytes = await writeRuns();
  console.log(`${SERVICES} services, ${SERVICES * RUNS} runs, ${(bytes / 1e6).toFixed(0)} MB of reports`);
  for (const which of ['from an empty cache', 'from a full cache']) {
    console.log(which);
    await look();
  }
  const { heapUsed, rss } = process.memoryUsage();
  console.log(`heap ${(heapUsed / 1e6).toFixed(0)} MB, resident ${(rss / 1e6).toFixed(0)} MB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
