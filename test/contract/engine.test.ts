import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Database } from '../../src/ship/engine/database.ts';
import { openDbosEngine } from '../../src/ship/engine/dbos/dbos-engine.ts';
import { startDbosWorker } from '../../src/ship/engine/dbos/dbos-worker.ts';
import { openEngine, startWorker } from '../../src/ship/engine/open-engine.ts';
import type { ServerKind } from '../../src/ship/engine/postgres/choose-server.ts';
import { embeddedDatabase } from '../../src/ship/engine/postgres/embedded-database.ts';
import { steppedClock } from '../../src/ship/engine/stepped-clock.test-double.ts';
import { steppedEngine } from '../../src/ship/engine/stepped-engine.test-double.ts';
import type { WorkerTiming } from '../../src/ship/engine/worker-timing.ts';
import { dataFolder, foreignServer, noInstalledServer, noNpmServer } from '../support/databases.ts';
import type { EngineUnderTest } from './engine.ts';
import { engineContract } from './engine.ts';

const QUICK: WorkerTiming = { beatMs: 200, silentMs: 5_000, recoverMs: 300, queueMs: 40, graceMs: 2_000 };

async function embedded(kind: ServerKind): Promise<EngineUnderTest> {
  const folder = dataFolder();
  const database: Database = await embeddedDatabase(folder.path, process.env, [kind]);
  const engine = await openDbosEngine(database);
  return {
    engine,
    work: (workflows, limits) => startDbosWorker(database, workflows, limits, QUICK),
    passes: (ms) => setTimeout(ms),
    close: async () => {
      await engine.close();
      await folder.remove();
    },
  };
}

async function byAddress(): Promise<EngineUnderTest> {
  const server = await foreignServer();
  const place = { kind: 'postgres', url: server.url } as const;
  const engine = await openEngine(place, { environment: {} });
  return {
    engine,
    work: (workflows, limits) => startWorker(place, workflows, limits, { environment: {} }, QUICK),
    passes: (ms) => setTimeout(ms),
    close: async () => {
      await engine.close();
      await server.stop();
    },
  };
}

/** The double that other tests rest on keeps what it stands for. */
function stepped(): Promise<EngineUnderTest> {
  const clock = steppedClock(new Date().toISOString());
  const steps = steppedEngine({ clock, workflows: null });
  return Promise.resolve({
    engine: steps.engine,
    work: (workflows, limits) => Promise.resolve(steps.work(workflows, limits)),
    passes: async (ms) => {
      const until = clock.passed() + ms;
      void clock.sleep(ms);
      for (; clock.passed() < until; clock.step()) await setImmediate();
      await setImmediate();
    },
    close: () => steps.engine.close(),
  });
}

engineContract('an engine in memory on a stepped clock', stepped);
engineContract('an engine on a PostgreSQL of the machine', () => embedded('installed'), {
  reason: noInstalledServer,
});
engineContract('an engine on npm’s PostgreSQL', () => embedded('npm'), {
  reason: noNpmServer,
  cases: 'server',
});
engineContract('an engine on a PostgreSQL by its address', byAddress, {
  reason: noInstalledServer,
  cases: 'server',
});
