import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportedRollout } from '../../src/show/report/reported-rollout.ts';
import { foreignServer, noInstalledServer } from '../support/databases.ts';
import type { ForeignServer } from '../support/databases.ts';
import { killAllBelow } from '../support/kill-all.ts';
import { noLocalServices } from '../support/local-services.ts';
import { startCommand } from '../support/run-command.ts';
import type { CommandResult, RunningCommand } from '../support/run-command.ts';

/*
 * A service without requirements and without a Dockerfile, deployed by the built command with all of its real parts: the engine of this
 * machine, a worker, the supervisor, the proxy. Each test goes on where the one before has ended.
 */

const BENCH = mkdtempSync(join(tmpdir(), 'fettle-ship-'));
// The database's own account has to get there, so that what is started here is found and ended here.
chmodSync(BENCH, 0o755);
const SHOP = join(BENCH, 'shop');
const ENVIRONMENT = {
  FETTLE_DATA_DIR: join(BENCH, 'data'),
  FETTLE_CACHE_DIR: join(BENCH, 'cache'),
  LANG: 'C.UTF-8',
};
const why = noLocalServices ?? noInstalledServer;
const title = 'a service taken to production on this machine';

function serviceText(version: string, fails: string): string {
  return `import http.server
import itertools
import os
import random

asked = itertools.count()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(500 if ${fails} else 200)
        self.send_header("content-length", "2")
        self.send_header("x-version", "${version}")
        self.end_headers()
        self.wfile.write(b"ok")


http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`;
}

/** As short as a look may be: fifteen stretches of fifty requests. */
const SETTINGS = `[run]
command = ["python3", "main.py"]
health = "/healthz"

[deploy.analysis]
interval = "1s"
minimum-requests = 100
probes-per-second = 60

[deploy.deadlines]
soak = "1s"
step = "4m"
checks = "20s"
`;

/** Steps of both stages, and what else stands in `[deploy]`. */
function settings(staging: string, production: string, more = ''): void {
  const stages = `[[deploy.stages]]
name = "staging"
steps = ${staging}

[[deploy.stages]]
name = "production"
approval = true
steps = ${production}
`;
  writeFileSync(join(SHOP, 'fettle.toml'), `[deploy]\n${more}\n${SETTINGS}\n${stages}`);
}

function setVersion(name: string, fails = 'False'): void {
  writeFileSync(join(SHOP, 'main.py'), serviceText(name, fails));
}

/** For the Python that is here, so that none has to be fetched. */
function makeShop(): void {
  mkdirSync(SHOP, { recursive: true });
  writeFileSync(join(SHOP, 'requirements.txt'), '');
  const asked = ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])'];
  writeFileSync(join(SHOP, '.python-version'), execFileSync('python3', asked));
  setVersion('one');
}

function start(...words: readonly string[]): RunningCommand {
  return startCommand(words, SHOP, ENVIRONMENT);
}

async function fettle(code: number, ...words: readonly string[]): Promise<CommandResult> {
  const done = await start(...words).result;
  expect(done.code, `${words.join(' ')}\n${done.stdout}${done.stderr}`).toBe(code);
  return done;
}

const validRollouts = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(
  JSON.parse(readFileSync(new URL('../../schemas/rollout-1.json', import.meta.url), 'utf8')) as object,
);

/** What a command prints with `--json`, which is valid by its schema. */
function rolloutsOf({ stdout }: CommandResult): readonly ReportedRollout[] {
  const parsed = JSON.parse(stdout) as {
    readonly rollout?: ReportedRollout;
    readonly rollouts?: readonly ReportedRollout[];
  };
  expect(validRollouts(parsed), JSON.stringify(validRollouts.errors)).toBe(true);
  return parsed.rollouts ?? [parsed.rollout!];
}

async function newest(): Promise<ReportedRollout> {
  return rolloutsOf(await fettle(0, 'rollouts', 'list', '--json'))[0]!;
}

async function versionAt(url: string | null | undefined): Promise<string | null> {
  return (await fetch(url!)).headers.get('x-version');
}

function reportOf(id: string): string {
  return readFileSync(join(SHOP, '.fettle', 'runs', id, 'report.md'), 'utf8');
}

async function until<T>(what: string, look: () => T | null | Promise<T | null>): Promise<T> {
  for (const end = Date.now() + 120_000; Date.now() < end; await setTimeout(200)) {
    const found = await look();
    if (found !== null) return found;
  }
  throw new Error(`never so: ${what}`);
}

function untilStep(kind: string, isSo = (_one: ReportedRollout): boolean => true): Promise<ReportedRollout> {
  return until(`step ${kind}`, async () => {
    const one = await newest();
    return one.steps.some((step) => step.kind === kind) && isSo(one) ? one : null;
  });
}

/** Workers of this test's own data folder. */
function workers(): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const isWorker = readFileSync(`/proc/${name}/cmdline`, 'latin1').includes('\0worker\0--while-busy');
      return isWorker && readFileSync(`/proc/${name}/environ`, 'latin1').includes(BENCH)
        ? [Number(name)]
        : [];
    } catch (error) {
      // It ended meanwhile.
      if (error instanceof Error && 'code' in error) return [];
      throw error;
    }
  });
}

describe.skipIf(why !== null)(
  why === null ? title : `${title} (skipped: ${why})`,
  { timeout: 240_000 },
  () => {
    let production: string;

    beforeAll(() => {
      makeShop();
      settings('[100]', '[50, 100]', 'require-verified = "import"');
    });
    afterAll(async () => {
      await killAllBelow(BENCH);
      rmSync(BENCH, { recursive: true, force: true });
    });

    it('says what there is where there is nothing yet', async () => {
      expect((await fettle(0, 'rollouts')).stdout).toBe('no rollouts yet\nnext: fettle deploy\n');
      expect(rolloutsOf(await fettle(0, 'rollouts', 'list', '--json'))).toEqual([]);
      expect((await fettle(2, 'rollouts', 'show', 'nothing')).stderr).toContain(
        'there is no rollout nothing',
      );
      expect((await fettle(2, 'promote')).stderr).toContain('no rollout waits for approval');
      expect((await fettle(2, 'rollback')).stderr).toContain('there is no rollout to take back');
    });

    it('refuses what is not verified, and after it was deploys it to staging and waits for approval', async () => {
      const refused = await fettle(2, 'deploy');
      expect(refused.stderr).toMatch(/no run has verified these files[^]*help: fettle verify --level import/);
      await fettle(0, 'verify', '--level', 'import');
      const { stdout } = await fettle(0, 'deploy');
      expect(stdout).toMatch(/^production: waits for approval · staging: 100 % on/);
      const one = await newest();
      expect(stdout).toContain(`\nnext: fettle promote ${one.id}\n`);
      expect(one.verified).toMatchObject({ level: 'import', verdict: 'proven' });
      expect(one.stages.map(({ name, status }) => [name, status])).toEqual([
        ['staging', 'done'],
        ['production', 'approval'],
      ]);
      expect(await versionAt(one.stages[0]!.url)).toBe('one');
      expect((await fettle(0, 'rollouts')).stdout).toMatch(/waiting .*\nnext: fettle promote shop-/);
    });

    it('goes to production once somebody approves', async () => {
      expect((await fettle(0, 'promote')).stdout).toMatch(/^production: 100 % on/);
      const one = await newest();
      expect(one.status).toBe('done');
      production = one.stages[1]!.url!;
      expect(await versionAt(production)).toBe('one');
      expect(rolloutsOf(await fettle(0, 'rollouts', 'show', one.id, '--json'))).toEqual([one]);
      expect(reportOf(one.id)).toContain('production');
    });

    it('compares the next version with a copy of this one, and goes on when its worker is killed', async () => {
      setVersion('two');
      settings('[100]', '[50, 100]');
      await fettle(0, 'deploy');
      const promoting = start('promote');
      await untilStep('analysis', ({ stages }) => stages[1]!.percent === 50);
      const before = workers();
      expect(before).not.toEqual([]);
      for (const pid of before) process.kill(pid, 'SIGKILL');
      const done = await promoting.result;
      expect(done.code, `${done.stdout}${done.stderr}`).toBe(0);
      expect(workers().filter((pid) => before.includes(pid))).toEqual([]);
      const { status, stages } = await newest();
      expect(status).toBe('done');
      expect(stages[1]!.looks.map(({ verdict }) => verdict)).toEqual(['pass']);
      expect(await versionAt(production)).toBe('two');
    });

    it('takes a version back by itself that answers errors, and tells why', async () => {
      // Well for as long as it is warmed up and checked, so that it is the comparison that finds it.
      setVersion('three', 'self.path == "/" and next(asked) > 30 and random.random() < 0.3');
      settings('[50, 100]', '[100]', 'checks = [{ path = "/" }]');
      const { stdout } = await fettle(1, 'deploy', '--to', 'staging');
      const { id, status, stages, problem } = await newest();
      expect(status).toBe('rolled-back');
      expect(stdout).toMatch(/^staging: rolled back to shop-staging-/);
      expect(problem!.what).toMatch(/requests failed/);
      expect(stdout.replace(/\s+/g, ' ')).toContain(problem!.what.replace(/\s+/g, ' '));
      expect(reportOf(id)).toContain(problem!.what);
      expect(await versionAt(stages[0]!.url)).toBe('two');
      expect((await fettle(1, 'rollouts', 'show', id)).stdout).toContain('rolled back to');
    });

    it('goes back to the version before when it is told to, though the rollout is over', async () => {
      const { stdout } = await fettle(0, 'rollback', '--to', 'production');
      expect(stdout).toMatch(/^production: 100 % on/);
      expect((await newest()).source).toEqual({ kind: 'previous' });
      expect(await versionAt(production)).toBe('one');
    });

    it('begins without watching, and takes back what is under way', async () => {
      setVersion('four');
      const { stdout } = await fettle(0, 'deploy', '--detach');
      const { id } = await newest();
      expect(stdout).toMatch(new RegExp(`^${id}: [^]*\nnext: fettle rollouts watch ${id}\n$`));
      const watching = start('rollouts', 'watch', id, '--json');
      await untilStep('traffic');
      await fettle(0, 'rollback', id);
      const watched = await watching.result;
      expect(watched.code, watched.stderr).toBe(1);
      expect(rolloutsOf(watched)[0]).toMatchObject({ status: 'rolled-back', id });
      expect(await versionAt((await newest()).stages[0]!.url)).toBe('two');
    });

    it('asks nobody where all is approved of in advance', async () => {
      settings('[100]', '[100]');
      const { stdout } = await fettle(0, 'deploy', '--yes', '--json');
      expect(rolloutsOf({ stdout } as CommandResult)[0]!.status).toBe('done');
      expect(await versionAt(production)).toBe('four');
      await fettle(0, 'evidence', 'verify');
    });
  },
);

describe.skipIf(why !== null)(
  why === null ? 'an engine elsewhere' : `an engine elsewhere (skipped: ${why})`,
  { timeout: 120_000 },
  () => {
    let server: ForeignServer;
    beforeAll(async () => {
      server = await foreignServer();
      makeShop();
      settings('[100]', '[100]');
    });
    afterAll(async () => {
      await killAllBelow(BENCH);
      rmSync(BENCH, { recursive: true, force: true });
      await server.stop();
    });

    it('is waited for while no worker is alive, and a worker that is started takes the rollout', async () => {
      const url = new URL(server.url);
      url.password = '';
      const environment = { ...ENVIRONMENT, PGPASSWORD: server.password };
      const words = ['--engine', url.href];
      const deploying = startCommand(['deploy', '--to', 'staging', ...words], SHOP, environment);
      let told = '';
      deploying.child.stderr!.on('data', (bytes: Buffer) => (told += bytes.toString()));
      await until('it says that no worker is alive', () =>
        told.includes('no worker is alive') ? told : null,
      );
      const working = startCommand(['worker', ...words], SHOP, environment);
      const done = await deploying.result;
      expect(done.code, `${done.stdout}${done.stderr}`).toBe(0);
      expect(done.stdout).toMatch(/^staging: 100 % on/);
      working.child.kill('SIGTERM');
      expect(await working.result).toMatchObject({ code: 0, signal: null });
    });
  },
);
