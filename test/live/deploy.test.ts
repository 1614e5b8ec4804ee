import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeWorld, openWorld } from '../../src/io/real-world.ts';
import { findBuilder, imageStoreFolder } from '../../src/prove/images/builder.ts';
import type { ReportedRollout } from '../../src/show/report/reported-rollout.ts';
import { imageTitle, noBaseImage, withBaseImage } from '../support/base-image.ts';
import { killAllBelow, removeWithAll } from '../support/kill-all.ts';
import { lightExample } from '../support/light-example.ts';
import { startLoad } from '../support/load.ts';
import { startCommand } from '../support/run-command.ts';
import type { CommandResult } from '../support/run-command.ts';
import { missing as noLive, OSV, PATIENCE_MS } from './live.ts';

/*
 * The example as its user would deploy it on one machine: repaired, built, to staging, and after approval to production under load; then
 * better and worse versions of it.
 */

const BENCH = mkdtempSync(join(tmpdir(), 'fettle-deploy-'));
// The database's own account has to get there, so that what is started here is found and ended here.
chmodSync(BENCH, 0o755);
const FOLDER = join(BENCH, 'omni');
const PATH = [process.env['PATH'], join(import.meta.dirname, '..', '..', '.cache', 'tools', 'bin')].join(
  delimiter,
);
const ENVIRONMENT = {
  ...Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined)),
  ...{ PATH, HOME: BENCH, PYTHONPATH: '' },
  FETTLE_CACHE_DIR: join(BENCH, 'cache'),
  FETTLE_DATA_DIR: join(BENCH, 'data'),
} as Readonly<Record<string, string>>;

/** Short times: what is shown is that it holds, not for how long it looks. */
const SETTINGS = `
[deploy]
platform = "local"
service = "omni"

[deploy.analysis]
interval = "1s"
minimum-requests = 400
probes-per-second = 40

[deploy.deadlines]
soak = "2s"
step = "150s"
ready = "120s"

[[deploy.checks]]
path = "/api/health"
contains = "ok"
`;

const why = noLive ?? noBaseImage;

async function fettle(...words: readonly string[]): Promise<CommandResult> {
  return startCommand(words, FOLDER, ENVIRONMENT).result;
}

async function newest(): Promise<ReportedRollout> {
  const { stdout, stderr } = await fettle('rollouts', 'list', '--json');
  const parsed = JSON.parse(stdout) as { readonly rollouts: readonly ReportedRollout[] };
  expect(parsed.rollouts.length, stderr).toBeGreaterThan(0);
  return parsed.rollouts[0]!;
}

/** Another version of the service: every answer says which. */
function setVersion(name: string, body = ''): void {
  const path = join(FOLDER, 'app', 'main.py');
  const text = readFileSync(join(BENCH, 'main.py'), 'utf8');
  writeFileSync(
    path,
    `${text}

import itertools
import random

ASKED = itertools.count()
VERSION = ${JSON.stringify(name)}


@app.middleware("http")
async def told(request, call_next):
${body === '' ? '' : `    ${body}\n`}    response = await call_next(request)
    response.headers["x-version"] = VERSION
    return response
`,
  );
}

/** Well for as long as it is warmed up and checked, so that it is the comparison that finds it. */
const BAD = 'if next(ASKED) > 30 and random.random() < 0.05: raise RuntimeError("one in twenty")';

describe.skipIf(why !== null)(
  why === null ? 'the example on this machine' : imageTitle(`the example on this machine (skipped: ${why})`),
  { timeout: PATIENCE_MS },
  () => {
    beforeAll(async () => {
      const world = await openWorld({
        ...{ cacheDir: join(BENCH, 'cache'), environment: ENVIRONMENT, onWarning: () => undefined },
      });
      const builder = await findBuilder(world, imageStoreFolder(world)!);
      await closeWorld(world);
      if (builder.kind === 'no-builder') throw new Error(builder.why);
      withBaseImage(builder);
      lightExample(FOLDER);
      writeFileSync(join(FOLDER, 'fettle.toml'), SETTINGS);
      const fixed = await fettle('fix', '--python', '3.11', '--advisories', OSV);
      expect(fixed.code, fixed.stderr).toBe(0);
      cpSync(join(FOLDER, 'app', 'main.py'), join(BENCH, 'main.py'));
      mkdirSync(join(BENCH, 'data'), { recursive: true });
    }, PATIENCE_MS);
    afterAll(() => removeWithAll(BENCH), 120_000);

    let production: string;

    it('builds it, rolls it out to staging, and waits for approval', async () => {
      setVersion('one');
      const done = await fettle('deploy', '--platform', 'local');
      expect(done.code, `${done.stdout}${done.stderr}`).toBe(0);
      const { stages, status } = await newest();
      expect(status).toBe('waiting');
      expect(stages.map((stage) => [stage.name, stage.status])).toEqual([
        ['staging', 'done'],
        ['production', 'approval'],
      ]);
      expect((await fetch(`${stages[0]!.url}/api/health`)).headers.get('x-version')).toBe('one');
    });

    it('goes on to production once somebody approves: the first there has no canary, and says so', async () => {
      const done = await fettle('promote');
      expect(done.code, `${done.stdout}${done.stderr}`).toBe(0);
      const { stages, status, steps } = await newest();
      expect(status).toBe('done');
      production = stages[1]!.url!;
      expect((await fetch(`${production}/api/health`)).headers.get('x-version')).toBe('one');
      expect(steps.some(({ said }) => /first deployment/.test(said))).toBe(true);
    });

    it('takes a good version to production by a canary under load, and loses no request', async () => {
      setVersion('two');
      const deployed = await fettle('deploy');
      expect(deployed.code, `${deployed.stdout}${deployed.stderr}`).toBe(0);
      const load = startLoad(`${production}/api/health`, { perSecond: 150 });
      const done = await fettle('promote');
      const seen = await load.stop();
      expect(done.code, `${done.stdout}${done.stderr}`).toBe(0);
      const { status, stages } = await newest();
      expect(status).toBe('done');
      expect(
        stages[1]!.looks.map(({ verdict }) => verdict).filter((verdict) => verdict === 'pass'),
      ).toHaveLength(3);
      expect(seen.failed, JSON.stringify(seen)).toBe(0);
      expect(seen.byVersion['one']).toBeGreaterThan(0);
      expect(seen.byVersion['two']).toBeGreaterThan(0);
      expect((await fetch(`${production}/api/health`)).headers.get('x-version')).toBe('two');
    });

    it('ends well when everything is killed in the middle', async () => {
      setVersion('three');
      const deploying = startCommand(['deploy'], FOLDER, ENVIRONMENT);
      await untilStep('traffic');
      await killAllBelow(BENCH);
      await deploying.result;
      const done = await fettle('rollouts', 'watch');
      expect(done.code, `${done.stdout}${done.stderr}`).toBe(0);
      const { stages } = await newest();
      expect(stages[0]!.status).toBe('done');
      expect((await fetch(`${stages[0]!.url}/api/health`)).headers.get('x-version')).toBe('three');
      // What nobody touched is back as well.
      expect((await fetch(`${production}/api/health`)).headers.get('x-version')).toBe('two');
      // The next one would wait for its turn: nobody approves of this one.
      const ended = await fettle('rollback', (await newest()).id);
      expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
    });

    it('catches a version of which every twentieth answer is an error, and rolls it back by itself', async () => {
      setVersion('four', BAD);
      const done = await fettle('deploy');
      expect(done.code, `${done.stdout}${done.stderr}`).toBe(1);
      const { status, stages } = await newest();
      expect(status).toBe('rolled-back');
      expect(stages[0]!.looks.at(-1)?.verdict).toBe('fail');
      expect((await fetch(`${stages[0]!.url}/api/health`)).headers.get('x-version')).toBe('three');
      expect((await fetch(`${production}/api/health`)).headers.get('x-version')).toBe('two');
    });

    it('goes back to the version before when told to', async () => {
      const done = await fettle('rollback', '--to', 'production');
      expect(done.code, `${done.stdout}${done.stderr}`).toBe(0);
      expect((await fetch(`${production}/api/health`)).headers.get('x-version')).toBe('one');
    });

    it('leaves evidence that holds', async () => {
      const done = await fettle('evidence', 'verify');
      expect(done.code, `${done.stdout}${done.stderr}`).toBe(0);
    });
  },
);

async function untilStep(kind: string): Promise<void> {
  for (const end = Date.now() + 300_000; Date.now() < end;) {
    const { steps, status } = await newest();
    if (status === 'running' && steps.some((step) => step.kind === kind)) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`no step ${kind} was seen`);
}
