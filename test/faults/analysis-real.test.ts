import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Look, RevisionInterval } from '../../src/domain/analysis.ts';
import { systemClock } from '../../src/io/system-clock.ts';
import { analyse } from '../../src/ship/analysis/analyse.ts';
import { defaultAnalysis } from '../../src/ship/analysis/default-analysis.ts';
import { startProxy } from '../../src/ship/platforms/local/proxy/proxy.ts';
import { startLoad } from '../support/load.ts';

/** The sample: 750 requests to each side, and 15 stretches of time with 50 requests on each side, which are two intervals of a second. */
const settings = { ...defaultAnalysis, intervalSeconds: 1, minimumRequests: 750 };
const PER_SECOND = 56;
const LONGEST_S = 240;

/** A service that waits as for a database. What slows the machine slows both sides, so that it waits far longer than the machine disturbs. */
const SERVICE = `
const [factor, failsEvery] = process.argv.slice(1).map(Number);
let asked = 0;
const server = require('node:http').createServer((request, answer) => {
  const fails = failsEvery > 0 && ++asked % failsEvery === 0;
  const waitMs = factor * (80 - 50 * Math.log(1 - Math.random()));
  setTimeout(() => {
    answer.statusCode = fails ? 500 : 200;
    answer.end(fails ? 'failed' : 'done');
  }, waitMs);
});
server.keepAliveTimeout = 60000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

interface Behaviour {
  /** By what factor it is slower. */
  readonly slower: number;
  /** Every so-manyth request fails; 0: none. */
  readonly failsEvery: number;
}

const well: Behaviour = { slower: 1, failsEvery: 0 };
const KINDS = {
  'like its baseline': well,
  'with 5 % errors': { ...well, failsEvery: 20 },
  'twice as slow': { ...well, slower: 2 },
} as const satisfies Record<string, Behaviour>;
type Kind = keyof typeof KINDS;

const children: ChildProcess[] = [];
const told: Record<Kind, Look[]> = { 'like its baseline': [], 'with 5 % errors': [], 'twice as slow': [] };

/** Gives the port. */
function startService({ slower, failsEvery }: Behaviour): Promise<number> {
  const words = ['-e', SERVICE, String(slower), String(failsEvery)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(Number(line)));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  });
}

async function upstream(revision: string, behaviour: Behaviour) {
  const port = await startService(behaviour);
  return { revision, connect: { kind: 'tcp', host: '127.0.0.1', port } } as const;
}

/** A canary and its baseline behind a proxy under load, looked at each second until the look decides. */
async function firstLook(behaviour: Behaviour): Promise<Look> {
  const upstreams = await Promise.all([upstream('canary', behaviour), upstream('baseline', well)]);
  const { intervalSeconds } = settings;
  const proxy = await startProxy({ host: '127.0.0.1', port: 0, intervalSeconds, clock: systemClock });
  const shares = upstreams.map(({ revision }) => ({ revision, percent: 50 }));
  proxy.change(upstreams, { shares, sticky: false }, new Map());
  const since = new Date();
  const load = startLoad(`http://127.0.0.1:${proxy.port}/`, { perSecond: PER_SECOND });
  const seenOf = (revision: string): readonly RevisionInterval[] =>
    proxy
      .intervals(revision, since, new Date())
      .map((each) => ({ ...each, memoryBytes: null, cpuSeconds: null }));
  try {
    for (;;) {
      await delay(1000);
      const seen = { look: 1, looks: 3, canary: seenOf('canary'), baseline: seenOf('baseline') };
      const look = analyse(seen, settings);
      if (look.verdict !== 'hold') return look;
      if (Date.now() - since.getTime() > 1000 * LONGEST_S) throw new Error(`not decided: ${look.why}`);
    }
  } finally {
    await load.stop();
    await proxy.close(1000);
  }
}

beforeAll(async () => {
  // All at once: they wait most of the time.
  const kinds = Object.keys(KINDS) as Kind[];
  await Promise.all(
    [...kinds, ...kinds, ...kinds].map(async (kind) => told[kind].push(await firstLook(KINDS[kind]))),
  );
}, 1200 * LONGEST_S);

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Nine rollouts at once on a machine with other work are disturbed more than what they are to tell apart. */
const isQuiet = process.env['FETTLE_LONG'] === '1';
const title = `a real canary behind the real proxy, three of each kind${isQuiet ? '' : ' (skipped: it needs a machine with nothing else to do; FETTLE_LONG=1 runs it)'}`;

describe.skipIf(!isQuiet)(title, () => {
  it('one like its baseline passes', () => {
    for (const look of told['like its baseline']) expect(look).toMatchObject({ verdict: 'pass', look: 1 });
    expect(told['like its baseline']).toHaveLength(3);
  });

  it.each([
    ['with 5 % errors', 'errors'],
    ['twice as slow', 'slow-requests'],
  ] as const)('one %s fails by its %s', (kind, metric) => {
    expect(told[kind]).toHaveLength(3);
    for (const look of told[kind]) {
      expect(look.verdict).toBe('fail');
      const failed = look.metrics.filter(({ verdict }) => verdict === 'fail');
      expect(failed.map((each) => each.metric)).toEqual([metric]);
    }
  });
});
