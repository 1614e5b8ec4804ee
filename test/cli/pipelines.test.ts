import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { TOKEN } from '../support/forges/forge-server.ts';
import { serveGithub } from '../support/forges/github-server.ts';
import { Repository } from '../support/forges/repository.ts';
import { startProgram } from '../support/run-command.ts';
import { commandBench } from './loopback-command.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PRE_COMMIT = join(ROOT, '.cache', 'precommit', 'venv', 'bin', 'pre-commit');

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly files: string;
  readonly pass_filenames: boolean;
}

function hook(): Hook {
  const [first] = parse(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8')) as readonly Hook[];
  return first!;
}

describe('the pre-commit hook', () => {
  it.skipIf(!existsSync(PRE_COMMIT))(
    'runs where a manifest is staged, and fails on what it finds (pre-commit from PyPI in .cache)',
    async () => {
      const bench = await commandBench();
      const cwd = join(bench.folder, 'service');
      const { id, entry, files, pass_filenames } = hook();
      const bin = join(bench.folder, 'bin', 'fettle');
      await bench.write('bin/fettle', `#!/bin/sh\nexec ${process.execPath} ${inject('command')} "$@"\n`);
      chmodSync(bin, 0o755);
      const own = {
        id,
        name: id,
        entry: entry.replace('fettle', bin),
        language: 'system',
        files,
        pass_filenames,
      };
      const config = { repos: [{ repo: 'local', hooks: [{ ...own, args: bench.flags }] }] };
      writeFileSync(join(cwd, '.pre-commit-config.yaml'), JSON.stringify(config));
      const git = (...args: readonly string[]): unknown =>
        execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@example.org', ...args], { cwd });
      const run = () => {
        git('add', '-A');
        const env = { ...process.env, PRE_COMMIT_HOME: join(bench.folder, 'pre-commit') };
        return startProgram(PRE_COMMIT, ['run', '--verbose'], cwd, env).result;
      };
      git('init', '-q');
      git('add', '-A');
      git('commit', '-qm', 'before');
      await bench.write('service/app.py', 'x = 1\n');
      expect(await run()).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('no files to check') as string,
      });
      await bench.write('service/requirements.txt', 'core==1.4\n');
      expect(await run()).toMatchObject({ code: 1, stdout: expect.stringContaining('next:') as string });
      await bench.write('service/requirements.txt', 'core==2.0\n');
      expect(await run()).toMatchObject({ code: 0, stdout: expect.stringContaining('Passed') as string });
    },
  );

  it('is asked for the files that fettle reads', () => {
    const { files } = hook();
    const matches = (path: string): boolean =>
      spawnSync('python3', [
        '-c',
        'import re,sys; sys.exit(0 if re.search(sys.argv[1], sys.argv[2]) else 1)',
        files,
        path,
      ]).status === 0;
    for (const path of [
      'requirements.txt',
      'a/dev-requirements.in',
      'requirements/base.txt',
      'b/pyproject.toml',
      'uv.lock',
      'x/Dockerfile',
      'api.Dockerfile',
    ])
      expect(matches(path), path).toBe(true);
    for (const path of ['app.py', 'README.md', 'docs/requirements.md', 'my-uv.lock.bak'])
      expect(matches(path), path).toBe(false);
  });
});

describe('the GitHub Action', () => {
  const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as {
    readonly inputs: Readonly<Record<string, { readonly description: string }>>;
    readonly runs: {
      readonly using: string;
      readonly steps: readonly { readonly run: string; readonly env: Readonly<Record<string, string>> }[];
    };
  };

  it('hands its inputs over by environment alone, each described, and uses no other action', () => {
    const [step, ...others] = action.runs.steps;
    expect([action.runs.using, others]).toEqual(['composite', []]);
    expect(step!.run).not.toContain('${{');
    const handed = Object.values(step!.env).join(' ');
    for (const [name, { description }] of Object.entries(action.inputs)) {
      expect(handed).toContain(`inputs.${name} `);
      expect(description.length).toBeGreaterThan(10);
    }
    expect(step).not.toHaveProperty('uses');
  });

  it('proposes with what a workflow gives it, and says how it ended', async () => {
    const bench = await commandBench();
    const requirements = 'core==1.0\n';
    await bench.write('service/requirements.txt', requirements);
    execFileSync('git', ['init', '-q'], { cwd: bench.folder });
    const dockerfile = readFileSync(join(bench.folder, 'service', 'Dockerfile'), 'utf8');
    const repository = new Repository({
      'service/requirements.txt': requirements,
      'service/Dockerfile': dockerfile,
    });
    const server = await serveGithub(repository);
    const output = join(bench.folder, 'output');
    const workflow = {
      ...{
        PATH: process.env['PATH'],
        HOME: bench.folder,
        GITHUB_WORKSPACE: bench.folder,
        GITHUB_OUTPUT: output,
      },
      ...{ GITHUB_ACTION_PATH: dirname(inject('command')), GITHUB_REPOSITORY: 'acme/shop' },
      ...{ GITHUB_API_URL: server.apiUrl, GITHUB_TOKEN: TOKEN, FETTLE_DIRECTORY: 'service' },
      FETTLE_ARGUMENTS: bench.flags
        .map((flag) => (flag === '../advisories' ? 'advisories' : flag))
        .join('\n'),
    };
    const run = (command: string) =>
      startProgram(process.execPath, [join(ROOT, 'scripts', 'action.mjs')], bench.folder, {
        ...workflow,
        FETTLE_COMMAND: command,
      }).result;
    const proposed = await run('pr');
    await server.close();
    expect(proposed).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('opened pull request 1') as string,
    });
    expect(repository.text('fettle/service', 'service/requirements.txt')).toBe('core==1.5\n');
    expect(await run('scan')).toMatchObject({ code: 1 });
    expect(await run('rm')).toMatchObject({ code: 2 });
    expect(readFileSync(output, 'utf8')).toBe('exit-code=0\nexit-code=1\n');
  });

  it('takes fettle from the registry of the workflow, not from what the repository brings', async () => {
    const bench = await commandBench();
    const [own, foreign] = [await emptyRegistry(), await emptyRegistry()];
    const ran = join(bench.folder, 'ran');
    await bench.write('home/.npmrc', `registry=${own.url}\n`);
    await bench.write('service/.npmrc', `registry=${foreign.url}\n`);
    const bin = JSON.stringify({ name: 'fettle', version: '1.0.0', bin: './evil.js' });
    await bench.write('service/node_modules/fettle/package.json', bin);
    await bench.write('service/node_modules/fettle/evil.js', `fs.writeFileSync(${JSON.stringify(ran)}, '')`);
    await bench.write('service/node_modules/.bin/fettle', `#!/bin/sh\ntouch ${ran}\n`);
    chmodSync(join(bench.folder, 'service/node_modules/.bin/fettle'), 0o755);
    const ended = await actionIn(bench.folder, { FETTLE_COMMAND: 'scan', FETTLE_VERSION: '1.0.0' });
    await Promise.all([own.close(), foreign.close()]);
    expect(ended.code).toBe(70);
    expect([own.asked(), foreign.asked(), existsSync(ran)]).toEqual([['/fettle'], [], false]);
  });

  it('lets nothing that fettle prints be a command to the runner, but for annotations that were asked for', async () => {
    const bench = await commandBench();
    await bench.write('service/requirements.txt', '##[add-mask]core ::\n::error::core\n');
    const between = async (...more: readonly string[]): Promise<readonly string[]> => {
      const lines = [...bench.flags, ...more].join('\n').replace('../advisories', 'advisories');
      const { stdout } = await actionIn(bench.folder, { FETTLE_ARGUMENTS: lines });
      const [first = '', ...rest] = stdout.trimEnd().split('\n');
      const stopped = /^::stop-commands::([\w-]{36})$/.exec(first)?.[1];
      return stopped !== undefined && rest.at(-1) === `::${stopped}::` ? ['stopped'] : rest;
    };
    expect(await between()).toEqual(['stopped']);
    expect(await between('--format', 'github')).not.toEqual(['stopped']);
  });
});

function actionIn(folder: string, inputs: Readonly<Record<string, string>>) {
  return startProgram(process.execPath, [join(ROOT, 'scripts', 'action.mjs')], folder, {
    ...{ PATH: process.env['PATH'], HOME: join(folder, 'home'), GITHUB_WORKSPACE: join(folder, 'service') },
    ...{ GITHUB_ACTION_PATH: dirname(inject('command')), RUNNER_TEMP: folder, ...inputs },
  }).result;
}

/** Has no package, and knows what it was asked for. */
async function emptyRegistry() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked: () => asked,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
