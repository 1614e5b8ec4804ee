import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, it } from 'vitest';
import { servePypi } from '../contract/ecosystem-pypi-server.ts';
import type { PypiServer, ServerOptions } from '../contract/ecosystem-pypi-server.ts';
import { PROJECTS } from '../support/loopback-service.ts';
import type { CommandResult } from '../support/run-command.ts';
import { commandBench } from './loopback-command.ts';
import type { CommandBench } from './loopback-command.ts';

const further: PypiServer[] = [];
afterEach(() => Promise.all(further.splice(0).map((server) => server.close())));

async function anotherIndex(options: ServerOptions = {}): Promise<PypiServer> {
  const server = await servePypi(PROJECTS, options);
  further.push(server);
  return server;
}

const DEAD = 'http://127.0.0.1:1/simple/';

interface Apart extends CommandBench {
  /** The command over all services, with the advisories and the cache of this bench, and whatever index the files name. */
  over(command: string, ...args: readonly string[]): Promise<CommandResult>;
  textOf(path: string): Promise<string>;
}

/** Services in folders of their own, by path; `INDEX` in a text is the bench's index. */
async function servicesOf(files: Readonly<Record<string, string>>): Promise<Apart> {
  const bench = await commandBench();
  await bench.write('service/requirements.txt', '');
  await bench.write('service/Dockerfile', '');
  const index = bench.server.indexUrl;
  for (const [path, text] of Object.entries(files))
    await bench.write(`tree/${path}`, text.replaceAll('INDEX', `--index-url ${index}`));
  const flags = ['--advisories', '../advisories', '--cache-dir', join(bench.folder, 'cache')];
  const tree = join(bench.folder, 'tree');
  return {
    ...bench,
    over: (command, ...args) => bench.start([command, tree, ...args, ...flags]).result,
    textOf: (path) => readFile(join(tree, path), 'utf8'),
  };
}

const REPORT = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync(new URL('../../schemas/report-1.json', import.meta.url), 'utf8')) as object,
);

/** What was printed, without the ends of its lines. */
function unwrapped({ stdout }: CommandResult): string {
  return stdout.replace(/\s+/g, ' ');
}

interface ToldReport {
  readonly services: readonly { readonly name: string; readonly findings: readonly unknown[] }[];
  readonly unjudged?: readonly { readonly name: string; readonly why: string }[];
  readonly refused: readonly { readonly package: string; readonly service: string; readonly with?: string }[];
  readonly verdict: { readonly kind: string };
}

function reportIn({ stdout }: CommandResult): ToldReport {
  const report: unknown = JSON.parse(stdout);
  expect(REPORT(report), JSON.stringify(REPORT.errors)).toBe(true);
  return report as ToldReport;
}

describe('an index that cannot be had', () => {
  const FILES = {
    'api/requirements.txt': 'INDEX\nweb==1.1\ncore==1.0\n',
    'private/requirements.txt': `--index-url ${DEAD}\ncore==1.0\n`,
    'jobs/requirements.txt': 'INDEX\ncore==1.4\n',
  };

  it('leaves the service open that needs it, and the others are judged', async () => {
    const bench = await servicesOf(FILES);
    const scan = await bench.over('scan');
    expect(scan.code).toBe(1);
    expect(scan.stdout).toMatch(/\nnot checked {2}1\n {2}private: the index page of core cannot be had: /);
    expect(scan.stdout).toMatch(/^2 problems \(2 high\), 1 not checked in/m);
    const report = reportIn(await bench.over('scan', '--json'));
    expect(report.services.map(({ name }) => name)).toEqual(['api', 'jobs']);
    expect(report.unjudged).toMatchObject([{ name: 'private', why: /127\.0\.0\.1:1/ }]);
  });

  it('is unknown in the exit code and in every form where the others are in order', async () => {
    const bench = await servicesOf({ ...FILES, ...CALM });
    const scan = await bench.over('scan');
    expect(scan.code).toBe(3);
    expect(scan.stdout).toMatch(/^0 problems, 1 not checked in/m);
    for (const format of ['markdown', 'html', 'sarif', 'github']) {
      const told = await bench.over('scan', '--format', format);
      expect(told.code).toBe(3);
      expect(told.stdout).toMatch(/private[^]{0,40}the index page of core cannot be had/);
    }
    for (const format of ['cyclonedx', 'spdx', 'openvex']) {
      const refused = await bench.over('scan', '--format', format);
      expect(refused).toMatchObject({ code: 3, stdout: '' });
      expect(refused.stderr.replace(/\s+/g, ' ')).toContain('private: the index page of core cannot be had');
    }
    expect(await bench.over('plan')).toMatchObject({ code: 3 });
  });
  const CALM = {
    'api/requirements.txt': 'INDEX\nweb==1.1\ncore==1.5\nparse==1.2\n',
    'jobs/requirements.txt': 'INDEX\ncore==1.5\n',
  };

  it('does not keep the others from being repaired', async () => {
    const bench = await servicesOf(FILES);
    const fix = await bench.over('fix');
    expect(fix.code).toBe(3);
    expect(unwrapped(fix)).toContain('wrote api/requirements.txt, jobs/requirements.txt');
    expect(fix.stdout).toContain('private: the index page of core cannot be had');
    expect(await bench.textOf('jobs/requirements.txt')).toContain('core==1.5\n');
    expect(await bench.textOf('private/requirements.txt')).toBe(FILES['private/requirements.txt']);
  });

  it('is the same where it asks for a login', async () => {
    const closed = await anotherIndex({ credentials: { username: 'me', password: 'secret' } });
    const private_ = `--index-url ${closed.indexUrl}\ncore==1.0\n`;
    const bench = await servicesOf({ ...FILES, 'private/requirements.txt': private_ });
    const scan = await bench.over('scan');
    expect(scan.code).toBe(1);
    expect(scan.stdout).toMatch(
      /private: the index refuses the page of core \(status 401\)\n +do: give cred/,
    );
  });

  it('ends the run where nothing else is left to tell of', async () => {
    const lines = `--index-url ${DEAD}\ncore==1.0\n`;
    const bench = await servicesOf({ 'a/requirements.txt': lines, 'b/requirements.txt': lines });
    for (const command of ['scan', 'plan', 'fix']) {
      const ended = await bench.over(command);
      expect(ended).toMatchObject({ code: 3, stdout: '' });
      expect(ended.stderr).toMatch(/^error: the index page of core cannot be had/);
    }
    const one = await bench.over('scan', '--service', 'a');
    expect(one).toMatchObject({ code: 3, stdout: '' });
  });

  it('is told with the service by commands whose answer has no place for it', async () => {
    const bench = await servicesOf(FILES);
    for (const args of [[], ['--no-plan']]) {
      const ended = await bench.over('matrix', ...args);
      expect(ended).toMatchObject({ code: 3, stdout: '' });
      expect(ended.stderr.replace(/\s+/g, ' ')).toMatch(
        /^error: private: the index page [^]*name another service with --service/,
      );
    }
  });

  it('is unknown also where the others are tried out, and told of a bundle that lacks it', async () => {
    const bench = await servicesOf({ ...FILES, ...CALM });
    const tried = await bench.over('verify', '--level', 'resolve');
    expect(tried.code).toBe(3);
    expect(tried.stdout).toMatch(/\nnot checked {2}1\n {2}private: the index page of core cannot be had/);
    const args = ['bundle', 'create', '../tree', '-o', join(bench.folder, 'bundle')];
    const bundle = await bench.start([...args, '--advisories', '../advisories']).result;
    expect(bundle.code).toBe(3);
    expect(bundle.stderr).toContain('the bundle lacks what private needs: the index page of core cannot');
  });

  it('leaves open what is new in a service of which the old revision cannot be judged', async () => {
    const bench = await servicesOf(FILES);
    const git = (...args: readonly string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@mail.example', ...args], {
        cwd: join(bench.folder, 'tree'),
        env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
      });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-q', '-m', 'before');
    const index = `--index-url ${bench.server.indexUrl}\n`;
    await bench.write('tree/private/requirements.txt', `${index}core==1.0\n`);
    await bench.write('tree/jobs/requirements.txt', `${index}core==1.0\n`);
    const scan = await bench.over('scan', '--baseline', 'HEAD', '--json');
    expect(scan.code).toBe(1);
    const { services, unjudged } = reportIn(scan);
    expect(unjudged).toMatchObject([{ name: 'private', why: expect.stringContaining('core') as string }]);
    expect(services.map(({ name, findings }) => [name, findings.length > 0])).toEqual([
      ['api', false],
      ['jobs', true],
    ]);
  });

  it('is not asked for service after service where it never answered', async () => {
    const mute = await anotherIndex({
      misbehave: new Map([['core', (request) => request.socket.destroy()]]),
    });
    const lines = `--index-url ${mute.indexUrl}\ncore==1.0\n`;
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const bench = await servicesOf({
      ...Object.fromEntries(names.map((name) => [`${name}/requirements.txt`, lines])),
      'z/requirements.txt': 'INDEX\ncore==1.5\n',
    });
    const scan = await bench.over('scan', '-v');
    expect(scan.code).toBe(3);
    expect(scan.stdout).toMatch(/not checked {2}6\n {2}a, b, c, d, e, f: the index page of core/);
    // Four times for each of three services.
    expect(mute.requests).toHaveLength(12);
  });

  it('leaves nobody out who does not need the one page that it refuses', async () => {
    const strict = await anotherIndex({
      misbehave: new Map([['gone', (_, response) => response.writeHead(401).end()]]),
    });
    const lines = `--index-url ${strict.indexUrl}\ncore==1.5\n`;
    const names = ['a', 'b', 'c', 'd', 'e'];
    const bench = await servicesOf({
      ...Object.fromEntries(names.map((name) => [`${name}/requirements.txt`, `${lines}gone==0.9\n`])),
      'z/requirements.txt': lines,
    });
    const { unjudged, services } = reportIn(await bench.over('scan', '--json'));
    expect(services.map(({ name }) => name)).toEqual(['z']);
    expect(unjudged?.map(({ name }) => name)).toEqual(names);
  });

  it('keeps files as they are that the open service has too', async () => {
    const shared = {
      'base.txt': 'core==1.0\n',
      'api/requirements.txt': 'INDEX\n-r ../base.txt\n',
      'private/requirements.txt': `--index-url ${DEAD}\n-r ../base.txt\n`,
      'jobs/requirements.txt': 'INDEX\ncore==1.4\n',
    };
    const bench = await servicesOf(shared);
    const fix = await bench.over('fix');
    expect(fix.code).toBe(1);
    expect(unwrapped(fix)).toContain(
      'cannot be written, so its service stays as it is: api: it shares base.txt with private, of which nothing is known',
    );
    expect(await bench.textOf('base.txt')).toBe(shared['base.txt']);
    expect(await bench.textOf('jobs/requirements.txt')).toContain('core==1.5\n');
  });
});

describe('without the network', () => {
  const FILES = {
    'api/requirements.txt': 'INDEX\ncore==1.5\n',
    'jobs/requirements.txt': 'INDEX\nweb==1.0\n',
  };

  it('a service is open of which a page was never read', async () => {
    const bench = await servicesOf(FILES);
    await bench.over('scan', '--service', 'api');
    const scan = await bench.over('scan', '--offline');
    expect(scan.code).toBe(3);
    expect(scan.stdout).toMatch(/not checked {2}1\n {2}jobs: the index page of web is not in the cache/);
    expect(await bench.over('scan', '--offline', '--service', 'api')).toMatchObject({ code: 0 });
  });

  it('a service is judged and not planned where planning asks for more than is there', async () => {
    const bench = await servicesOf({ ...FILES, 'api/requirements.txt': 'INDEX\ncore==1.0\n' });
    await bench.over('scan');
    await bench.over('plan', '--service', 'api');
    const plan = await bench.over('plan', '--offline');
    expect(plan.code).toBe(1);
    expect(plan.stdout).toMatch(/^api: 1 of 1 requirement changes\./m);
    expect(plan.stdout).toMatch(/^jobs: No plan could be made\.$/m);
    expect(plan.stdout).toMatch(/^ {2}parse 1\.1 is affected by OSV-2/m);
    expect(unwrapped(plan)).toMatch(/jobs: what would repair it: metadata of \w+ [\d.]+ is not in the cache/);
    const fix = await bench.over('fix', '--offline');
    expect(await bench.textOf('api/requirements.txt')).toContain('core==1.5\n');
    expect(await bench.textOf('jobs/requirements.txt')).toContain('web==1.0\n');
    expect(fix.code).toBe(1);
  });

  it('what the indexes of several services told is all there', async () => {
    const second = await anotherIndex();
    const bench = await servicesOf({
      ...FILES,
      'other/requirements.txt': `--index-url ${second.indexUrl}\ncore==1.5\n`,
    });
    await bench.over('scan');
    expect(await bench.over('scan', '--offline')).toMatchObject({ stderr: '', code: 1 });
  });
});

describe('the index of one service', () => {
  it('does not hear the names of packages of another', async () => {
    const second = await anotherIndex();
    const bench = await servicesOf({
      'api/requirements.txt': 'INDEX\nweb==1.1\n',
      'other/requirements.txt': `--index-url ${second.indexUrl}\ngone==0.9\n`,
    });
    await bench.over('scan');
    expect(second.requests.filter((request) => request.includes('/simple/'))).toEqual(['GET /simple/gone/']);
    expect(bench.server.requests).not.toContain('GET /simple/gone/');
  });
});

describe('a change that cannot be written', () => {
  const FILES = {
    'jobs/requirements.txt': 'INDEX\ncore==1.4\n',
  };

  /** Made by a tool from what nobody knows, so that it is not edited. */
  const GENERATED = '# This file is autogenerated by pip-compile with Python 3.12\n';
  const SOURCE = { 'api/any.in': '# what it was generated from does not stand in the file\n' };
  const why = 'api/requirements.txt is generated by pip-compile from a source that it does not name';

  it('leaves its service as it is, whole, and the others are repaired', async () => {
    const api = `${GENERATED}INDEX\ncore==1.0\nweb==1.0\n`;
    const bench = await servicesOf({ ...FILES, ...SOURCE, 'api/requirements.txt': api });
    const before = await bench.textOf('api/requirements.txt');
    const plan = await bench.over('plan');
    expect(unwrapped(plan)).toContain(
      `cannot be written, so its service stays as it is: core (api), web (api): ${why}`,
    );
    const fix = await bench.over('fix');
    expect(fix.code).toBe(1);
    expect(unwrapped(fix)).toContain('wrote jobs/requirements.txt · read again: 2 problems');
    expect(await bench.textOf('api/requirements.txt')).toBe(before);
    expect(await bench.textOf('jobs/requirements.txt')).toContain('core==1.5\n');
    const report = reportIn(await bench.over('plan', '--json'));
    expect(report.refused.map(({ service }) => service)).toEqual(['api', 'api']);
    expect((await bench.start(['undo', '../tree']).result).code).toBe(0);
    expect(await bench.textOf('jobs/requirements.txt')).toContain('core==1.4\n');
  });

  it('leaves those as they are too that would write a file with its service, and theirs', async () => {
    const bench = await servicesOf({
      ...{ ...FILES, ...SOURCE },
      'base.txt': 'core==1.0\n',
      'api/requirements.txt': `${GENERATED}INDEX\n-r ../base.txt\nweb==1.0\n`,
      'b/requirements.txt': 'INDEX\n-r ../base.txt\n-r ../more.txt\n',
      'c/requirements.txt': 'INDEX\n-r ../more.txt\n',
      'more.txt': 'parse==1.0\n',
    });
    const fix = await bench.over('fix', '--json');
    const report = reportIn(fix);
    expect(report.refused.map(({ package: name, service, with: other }) => [name, service, other])).toEqual([
      ['web', 'api', undefined],
      ['b', 'b', 'api'],
      ['c', 'c', 'b'],
    ]);
    expect(await bench.textOf('base.txt')).toBe('core==1.0\n');
    expect(await bench.textOf('more.txt')).toBe('parse==1.0\n');
    expect(await bench.textOf('jobs/requirements.txt')).toContain('core==1.5\n');
  });

  it('holds nobody who only has a file with it that stays as it is', async () => {
    const bench = await servicesOf({
      ...{ ...FILES, ...SOURCE },
      'base.txt': 'left==1.0\n',
      'api/requirements.txt': `${GENERATED}INDEX\n-r ../base.txt\nweb==1.0\n`,
      'b/requirements.txt': 'INDEX\n-r ../base.txt\ncore==1.0\n',
    });
    const fix = await bench.over('fix');
    expect(unwrapped(fix)).toContain('wrote b/requirements.txt, jobs/requirements.txt');
    expect(await bench.textOf('b/requirements.txt')).toContain('core==1.5\n');
  });

  it('is the same of a lock whose tool is not there', async () => {
    const bench = await servicesOf(FILES);
    const lock = readFileSync(
      new URL('../projects/fix/poetry-lock/tree/poetry.lock', import.meta.url),
      'utf8',
    );
    const project = readFileSync(
      new URL('../projects/fix/poetry-lock/tree/pyproject.toml', import.meta.url),
      'utf8',
    );
    const origin = bench.server.indexUrl.replace(/\/simple\/$/, '');
    const here = (text: string): string => text.replaceAll('https://index.example', origin);
    await bench.write('tree/api/pyproject.toml', here(project));
    await bench.write('tree/api/poetry.lock', here(lock));
    await bench.write('tree/api/requirements.txt', '');
    const args = ['fix', '../tree', '--advisories', '../advisories', '--python', '3.12'];
    const fix = await bench.start(args, { PATH: dirname(process.execPath) }).result;
    expect(unwrapped(fix)).toMatch(/cannot be written, so its service stays as it is: .*poetry\.lock/);
    expect(fix.code).toBe(1);
    expect(await bench.textOf('api/poetry.lock')).toBe(here(lock));
    expect(await bench.textOf('api/pyproject.toml')).toBe(here(project));
    expect(await bench.textOf('jobs/requirements.txt')).toContain('core==1.5\n');
  });
});
