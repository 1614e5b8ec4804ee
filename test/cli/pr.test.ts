import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { osvRecord } from '../support/loopback-service.ts';
import type { ForgeServer } from '../support/forges/forge-server.ts';
import { TOKEN } from '../support/forges/forge-server.ts';
import { serveGithub } from '../support/forges/github-server.ts';
import { serveGitlab } from '../support/forges/gitlab-server.ts';
import { Repository } from '../support/forges/repository.ts';
import type { CommandResult } from '../support/run-command.ts';
import { commandBench } from './loopback-command.ts';
import type { CommandBench } from './loopback-command.ts';

const BRANCH = 'fettle/service';
const REQUIREMENTS = 'web==1.0  # the framework\ncore==1.0\ngone==0.9\n';
const DOCKERFILE = 'FROM python:3.12-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n';

const servers: ForgeServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

interface Bench {
  readonly bench: CommandBench;
  readonly server: ForgeServer;
  readonly repository: Repository;
  pr(...more: readonly string[]): Promise<CommandResult>;
  /** The same file here and on the base branch. */
  readonly both: (path: string, content: string | Uint8Array) => Promise<void>;
}

async function benchOn(forge: 'github' | 'gitlab', token: string | null = TOKEN): Promise<Bench> {
  const bench = await commandBench();
  const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: bench.folder });
  git('init', '-q');
  git('remote', 'add', 'origin', `https://user:hidden-password@${forge}.example/acme/shop.git`);
  const repository = new Repository({
    'service/requirements.txt': REQUIREMENTS,
    'service/Dockerfile': DOCKERFILE,
    'README.md': 'shop\n',
  });
  const server = await (forge === 'github' ? serveGithub : serveGitlab)(repository);
  servers.push(server);
  const environment = {
    ...(forge === 'github' ? { GITHUB_API_URL: server.apiUrl } : { CI_API_V4_URL: server.apiUrl }),
    ...(token === null ? {} : forge === 'github' ? { GITHUB_TOKEN: token } : { GITLAB_TOKEN: token }),
  };
  const pr: Bench['pr'] = (...more) => bench.start(['pr', ...bench.flags, ...more], environment).result;
  const both: Bench['both'] = async (path, content) => {
    await bench.write(path, content);
    repository.push('main', { [path]: content });
  };
  return { bench, server, repository, pr, both };
}

function writes({ server }: Bench): readonly string[] {
  return server.log.filter((line) => !line.startsWith('GET'));
}

describe.each(['github', 'gitlab'] as const)('fettle pr on %s', (forge) => {
  it('opens one proposal with the plan, and does nothing the second time', async () => {
    const one = await benchOn(forge);
    const first = await one.pr();
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/opened (?:pull|merge) request 1 from fettle\/service to main/);
    const { repository } = one;
    expect(repository.text(BRANCH, 'service/requirements.txt')).toBe(
      'web==1.1  # the framework\ncore==1.5\ngone==0.9\n',
    );
    expect(repository.text(BRANCH, 'README.md')).toBe('shop\n');
    expect(repository.text('main', 'service/requirements.txt')).toBe(REQUIREMENTS);
    const [proposal] = repository.proposals;
    expect(proposal).toMatchObject({ state: 'open', title: 'Update web and core', base: 'main' });
    expect(proposal!.body).toContain('OSV-1');
    expect(repository.messages(BRANCH, 'x')).toHaveLength(2);
    const before = writes(one).length;
    const second = await one.pr();
    expect(second.stdout).toMatch(/request 1 is up to date/);
    expect(writes(one)).toHaveLength(before);
    expect(repository.proposals).toHaveLength(1);
  });

  it('is rebuilt where the base moved, and brought up to date where the plan changed, under the same number', async () => {
    const one = await benchOn(forge);
    await one.pr();
    const { repository, both } = one;
    const moved = repository.push('main', { 'README.md': 'moved\n' });
    expect((await one.pr()).stdout).toMatch(/brought (?:pull|merge) request 1 up to date: main moved/);
    expect(repository.head(BRANCH).parents).toEqual([moved]);
    expect(repository.text(BRANCH, 'README.md')).toBe('moved\n');
    await both('service/requirements.txt', 'core==1.4\n');
    expect((await one.pr()).stdout).toMatch(/brought (?:pull|merge) request 1 up to date: the plan changed/);
    expect(repository.text(BRANCH, 'service/requirements.txt')).toBe('core==1.5\n');
    expect(repository.proposals).toMatchObject([{ state: 'open', title: 'Update core to 1.5' }]);
    expect(writes(one).filter((line) => /POST .*(?:\/pulls|\/merge_requests)$/.test(line))).toHaveLength(1);
  });

  it('is closed with a comment and its branch taken away where nothing is left, and opened anew later', async () => {
    const one = await benchOn(forge);
    await one.pr();
    await one.both('service/requirements.txt', 'web==2.0\ncore==2.0\n');
    const closed = await one.pr();
    expect(closed.stdout).toMatch(/closed (?:pull|merge) request 1: nothing is left to change/);
    expect(closed.code).toBe(0);
    expect(one.repository.proposals).toMatchObject([
      { state: 'closed', comments: [expect.stringContaining('Nothing is left') as string] },
    ]);
    expect(one.repository.branches.has(BRANCH)).toBe(false);
    expect((await one.pr()).stdout).toContain('nothing is to be changed');
    await one.both('service/requirements.txt', REQUIREMENTS);
    expect((await one.pr()).stdout).toMatch(/opened (?:pull|merge) request 2/);
  });

  it('leaves the commits of others alone, and says so', async () => {
    const one = await benchOn(forge);
    await one.pr();
    const theirs = one.repository.push(BRANCH, { 'README.md': 'theirs\n' });
    one.repository.push('main', { 'README.md': 'moved\n' });
    const before = writes(one).length;
    const left = await one.pr();
    expect(left.code).toBe(1);
    expect(left.stdout).toContain("fettle/service has commits that are not fettle's");
    expect(one.repository.branches.get(BRANCH)).toBe(theirs);
    expect(writes(one)).toHaveLength(before);
  });

  it('goes on where a run was killed between the branch and the proposal', async () => {
    const one = await benchOn(forge);
    one.server.fail(/POST .*(?:\/pulls|\/merge_requests)$/, 'unsent', 'unsent');
    const broken = await one.pr();
    expect(broken).toMatchObject({ code: 3, stderr: expect.stringContaining('gave no answer') as string });
    const head = one.repository.branches.get(BRANCH);
    expect(head).toBeDefined();
    expect((await one.pr()).stdout).toMatch(/opened (?:pull|merge) request 1/);
    expect(one.repository.branches.get(BRANCH)).toBe(head);
    expect((await one.pr()).stdout).toMatch(/request 1 is up to date/);
  });

  it('does not take a branch of somebody else, however it looks', async () => {
    const one = await benchOn(forge);
    one.repository.branches.set(BRANCH, one.repository.branches.get('main')!);
    const theirs = one.repository.push(BRANCH, { 'README.md': 'theirs\n' });
    const left = await one.pr();
    expect(left).toMatchObject({ code: 1, stdout: expect.stringContaining("not fettle's") as string });
    expect(one.repository.branches.get(BRANCH)).toBe(theirs);
    expect(one.repository.proposals).toEqual([]);
  });

  it('does not propose again what somebody closed, but a plan that changed', async () => {
    const one = await benchOn(forge);
    await one.pr();
    one.repository.proposals[0]!.state = 'closed';
    const declined = await one.pr();
    expect(declined).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('closed by somebody') as string,
    });
    await one.both('service/requirements.txt', 'core==1.4\n');
    expect((await one.pr()).stdout).toMatch(/opened (?:pull|merge) request 2/);
  });

  it('refuses a checkout that is not the base, and writes nothing', async () => {
    const one = await benchOn(forge);
    await one.bench.write('service/requirements.txt', 'core==1.4\n');
    const { code, stderr } = await one.pr();
    expect(code).toBe(2);
    expect(stderr).toMatch(/service\/requirements\.txt differs from main/);
    expect(writes(one)).toEqual([]);
  });

  it('moves the Python with the plan where it is asked to', async () => {
    const one = await benchOn(forge);
    expect(await one.pr('--raise-python', '3.13')).toMatchObject({ code: 0, stderr: '' });
    const { repository } = one;
    expect(repository.text(BRANCH, 'service/Dockerfile')).toBe(DOCKERFILE.replace('3.12', '3.13'));
    expect(repository.text(BRANCH, 'service/requirements.txt')).toContain('core==1.5');
    expect(repository.text('main', 'service/Dockerfile')).toBe(DOCKERFILE);
  });

  it('proposes a lock as it is with the plan', async () => {
    const one = await benchOn(forge);
    const lock = ['lock', '--format', 'pylock', '-o', 'pylock.toml'];
    expect((await one.bench.run(...lock)).stderr).toBe('');
    const before = await readFile(join(one.bench.folder, 'service/pylock.toml'), 'utf8');
    await one.both('service/pylock.toml', before);
    expect(await one.pr()).toMatchObject({ code: 0, stderr: '' });
    const after = one.repository.text(BRANCH, 'service/pylock.toml')!;
    expect([before, after].map((text) => /name = "core"\nversion = "([^"]*)"/.exec(text)?.[1])).toEqual([
      '1.0',
      '1.5',
    ]);
  });

  it('does as the policy says: title, labels, branch, draft, a commit for each group', async () => {
    const one = await benchOn(forge);
    await one.bench.write(
      'service/fettle.toml',
      '[groups]\nbase = ["core"]\n[pr]\ntitle = "Keep in order"\nlabels = ["deps", "bot"]\nbranch = "bot/"\ndraft = true\ncommits = "group"\n',
    );
    expect((await one.pr()).code).toBe(0);
    expect(one.repository.proposals).toMatchObject([
      { branch: 'bot/service', draft: true, labels: ['deps', 'bot'] },
    ]);
    expect(one.repository.proposals[0]!.title).toMatch(/^(?:Draft: )?Keep in order$/);
    const main = one.repository.branches.get('main')!;
    const [first, last] = one.repository.over(main, one.repository.branches.get('bot/service')!);
    expect(first!.message).toMatch(/^base: update core to 1\.5\n\ncore 1\.0 -> 1\.5\n\nFettle-Plan: \w{32}$/);
    expect(first!.files.get('service/requirements.txt')!.bytes.toString()).toBe(
      'web==1.0  # the framework\ncore==1.5\ngone==0.9\n',
    );
    expect(last!.message).toMatch(/^Update web to 1\.1\n/);
    expect(last!.files.get('service/requirements.txt')!.bytes.toString()).toBe(
      'web==1.1  # the framework\ncore==1.5\ngone==0.9\n',
    );
    expect((await one.pr('--commits', 'one')).stdout).toContain('the plan changed');
    expect(one.repository.over(main, one.repository.branches.get('bot/service')!)).toHaveLength(1);
  });

  it('commits a file as it is written, in UTF-16 for instance, with each group', async () => {
    const one = await benchOn(forge);
    const encoded = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
    await one.both('service/requirements.txt', encoded('web==1.0\r\ncore==1.0\r\n'));
    await one.bench.write('service/fettle.toml', '[groups]\nbase = ["core"]\n[pr]\ncommits = "group"\n');
    expect(await one.pr()).toMatchObject({ code: 0, stderr: '' });
    const commits = one.repository.over(
      one.repository.branches.get('main')!,
      one.repository.branches.get(BRANCH)!,
    );
    expect(commits.map(({ files }) => files.get('service/requirements.txt')!.bytes)).toEqual([
      encoded('web==1.0\r\ncore==1.5\r\n'),
      encoded('web==1.1\r\ncore==1.5\r\n'),
    ]);
  });

  it('only says what it would do with --dry-run', async () => {
    const one = await benchOn(forge);
    const { code, stdout } = await one.pr('--dry-run');
    expect(stdout).toMatch(/would open a (?:pull|merge) request from fettle\/service to main/);
    expect(code).toBe(0);
    const json = JSON.parse((await one.pr('--dry-run', '--json')).stdout) as object;
    expect(json).toMatchObject({ action: 'open', dryRun: true, branch: BRANCH, proposal: null });
    expect(writes(one)).toEqual([]);
  });

  it('keeps hostile texts of advisories inert', async () => {
    const one = await benchOn(forge);
    const hostile = JSON.parse(
      `{"id":"OSV-1","modified":"2025-03-01T00:00:00Z","published":"2025-02-01T00:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"core"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.5"}]}]}]}`,
    ) as object;
    const summary =
      '/close @acme/team fixes #12 and acme/shop#13 or GH-14, !15 <img src=x onerror=alert(1)> [x](javascript:alert(1)) -->\n/merge\n# heading | cell';
    await one.bench.write('advisories/OSV-1.json', JSON.stringify({ ...hostile, summary, details: summary }));
    await one.pr();
    const { body } = one.repository.proposals[0]!;
    expect(body).toContain('alert(1)');
    const text = body.replace(/```[^]*?```/g, '');
    expect(text).not.toMatch(/@(?:acme|team)/);
    expect(text).not.toMatch(/#1[23]|GH-14|(?<!\w)!15/);
    expect(text).not.toMatch(/^\s*\/\w/m);
    expect(text).not.toMatch(/(?<!\\)<img|(?<!\\)\[x\]/);
    // What is remembered stands at the end, and nothing foreign ends a comment before it.
    expect(body.match(/<!--/g)).toHaveLength(1);
    expect((await one.pr()).stdout).toContain('is up to date');
  });

  it('tells what the forge refuses, what is missing, and never the token', async () => {
    const stranger = await benchOn(forge, 'not-the-token-0123456789');
    const refused = await stranger.pr();
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('answered 401') as string });
    expect(refused.stderr + refused.stdout).not.toContain('not-the-token');
    expect(refused.stderr + refused.stdout).not.toContain('hidden-password');
    const nobody = await benchOn(forge, null);
    expect(await nobody.pr()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no token') as string,
    });
    await nobody.bench.write('token', `${TOKEN}\n`);
    expect(await nobody.pr('--token-file', join(nobody.bench.folder, 'token'))).toMatchObject({ code: 0 });
  });
});

describe('fettle pr', () => {
  it('shortens a report that is longer than the text may be, by whole sections', async () => {
    const one = await benchOn('github');
    for (let at = 0; at < 300; at++) {
      const record = JSON.parse(osvRecord(`OSV-${100 + at}`, 'core', '1.5')) as object;
      const summary = `number ${at} ${'of many words '.repeat(20)}`;
      await one.bench.write(`advisories/OSV-${100 + at}.json`, JSON.stringify({ ...record, summary }));
    }
    expect(await one.pr()).toMatchObject({ code: 0 });
    const { body } = one.repository.proposals[0]!;
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body).toMatch(
      /## Left Out\n\nThe report is longer[^\n]*Evidence\. `fettle report` prints all of it\.\n\n<!-- fettle/,
    );
    expect(body).not.toContain('## Evidence');
    expect(body).not.toMatch(/ \[e\d+\]/);
    for (const table of body.match(/(?:^\|.*\n)+/gm) ?? []) expect(table).toMatch(/\|\n$/);
  });

  it('names two jobs of one repository apart', async () => {
    const one = await benchOn('github');
    await one.pr('--service', '.');
    await one.pr('--branch', 'fix/own');
    expect(one.repository.proposals.map(({ branch }) => branch)).toEqual([BRANCH, 'fix/own']);
    expect(await one.pr('--branch', 'main')).toMatchObject({ code: 2 });
    expect(await one.pr('--branch', 'a..b')).toMatchObject({ code: 2 });
  });
});
