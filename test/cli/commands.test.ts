import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { describe, expect, it } from 'vitest';
import { commandBench } from './loopback-command.ts';
import type { CommandBench } from './loopback-command.ts';

const CLEAN = 'web==2.0\ncore==2.0\n';
const CONFLICT = 'web==1.0\ncore==2.0\n';

function requirements({ folder }: CommandBench): Promise<string> {
  return readFile(join(folder, 'service', 'requirements.txt'), 'utf8');
}

interface FindingJson {
  readonly services: readonly {
    readonly findings: readonly { readonly id: string; readonly kind: string }[];
  }[];
}

describe('fettle scan', () => {
  it('tells what is wrong, worst first, with the line, the target and the next command; exit 1', async () => {
    const bench = await commandBench();
    const { code, stdout, stderr } = await bench.run('scan');
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^requirements\.txt, Dockerfile · 3 requirements, 4 packages\n|^requirements\.txt · 3/,
    );
    expect(stdout).toContain('(from Dockerfile:1');
    expect(stdout).toMatch(/core 1\.0 +OSV-1 high · free of all: 1\.5\n +requirements\.txt:2/);
    expect(stdout).toMatch(/parse 1\.1 +OSV-2 high · free of all: 1\.2\n +via web \(requirements\.txt:1\)/);
    expect(stdout).toMatch(/gone 0\.9 +OSV-3 high · no fix/);
    expect(stdout).toMatch(/\nnext: fettle plan --index-url .*\n$/);
    expect(code).toBe(1);
  });

  it('ends with 0 where nothing is wrong, and with 3 where advisories are silent', async () => {
    const bench = await commandBench();
    await bench.write('service/requirements.txt', CLEAN);
    expect(await bench.run('scan')).toMatchObject({ code: 0 });
    const silent = await bench.start([
      'scan',
      ...['--index-url', bench.server.indexUrl, '--advisories', 'http://127.0.0.1:1/'],
    ]).result;
    expect(silent).toMatchObject({ code: 3, stdout: expect.stringContaining('not checked') as string });
  });

  it('ends with 3 beside a file that it does not read, but where a file or a revision sets that apart', async () => {
    const bench = await commandBench();
    await bench.write('service/requirements.txt', CLEAN);
    await bench.write('service/pdm.lock', '');
    for (const command of ['scan', 'plan'])
      expect(await bench.run(command)).toMatchObject({
        code: 3,
        stdout: expect.stringContaining('pdm.lock: lock of PDM, not read yet') as string,
      });
    expect(await bench.run('scan', 'requirements.txt')).toMatchObject({ code: 0 });
    const service = join(bench.folder, 'service');
    const git = (...args: readonly string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@example.org', ...args], { cwd: service });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'before');
    const known = await bench.run('scan', '--baseline', 'HEAD');
    expect(known).toMatchObject({ code: 0 });
    expect(known.stdout).toMatch(/known before, in HEAD[^]*not read: pdm\.lock/);
  });

  it('prints JSON that is the same twice, and one line with --quiet', async () => {
    const bench = await commandBench();
    const [one, other] = [await bench.run('scan', '--json'), await bench.run('scan', '--json')];
    expect(one.stdout).toBe(other.stdout);
    const { services } = JSON.parse(one.stdout) as FindingJson;
    expect(JSON.parse(one.stdout)).toMatchObject({
      tool: { name: 'fettle', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string },
    });
    expect(services[0]!.findings.filter(({ kind }) => kind === 'vulnerable')).toHaveLength(3);
    const quiet = await bench.run('scan', '--quiet');
    expect(quiet.stdout.split('\n').length).toBeLessThan(6);
  });

  it('fails on what a git revision does not have', async () => {
    const bench = await commandBench();
    const git = (...args: readonly string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@example.org', ...args], {
        cwd: join(bench.folder, 'service'),
        stdio: 'pipe',
      });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'before');
    const same = await bench.run('scan', '--baseline', 'HEAD');
    expect(same.code).toBe(0);
    expect(same.stdout).toMatch(/known before, in HEAD +\d+ findings/);
    await bench.write('service/requirements.txt', 'core==1.4\n');
    const more = await bench.run('scan', '--baseline', 'HEAD', '--json');
    expect(more.code).toBe(1);
    expect(JSON.parse(more.stdout)).toMatchObject({ baseline: { revision: 'HEAD' } });
    expect(await bench.run('scan', '--baseline', 'nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no revision "nowhere"') as string,
    });
  });
});

describe('fettle plan, fix and undo', () => {
  it('plans without writing, as words and as a patch', async () => {
    const bench = await commandBench();
    const before = await requirements(bench);
    const plan = await bench.run('plan');
    expect(plan.stdout).toContain('2 of 3 requirements change. Fewer is impossible.');
    expect(plan.stdout).toMatch(/web +1\.0 -> 1\.1/);
    expect(plan.stdout).toContain('next: fettle fix');
    expect(plan.code).toBe(1);
    const { stdout } = await bench.run('plan', '--diff');
    expect(stdout).toContain('-core==1.0\n+web==1.1  # the framework\n+core==1.5\n gone==0.9\n');
    expect(await requirements(bench)).toBe(before);
    expect(JSON.parse((await bench.run('plan', '--json')).stdout)).toMatchObject({ stage: 'plan' });
  });

  it('shows with --dry-run the patch that fix then writes; undo takes it back, once', async () => {
    const bench = await commandBench();
    const before = await requirements(bench);
    const dry = await bench.run('fix', '--dry-run');
    expect(await requirements(bench)).toBe(before);
    const fixed = await bench.run('fix');
    expect(fixed.stderr).toBe('');
    expect(fixed.code).toBe(1);
    const after = await requirements(bench);
    expect(after).toBe('web==1.1  # the framework\ncore==1.5\ngone==0.9\n');
    for (const line of after.split('\n').slice(0, 2)) expect(dry.stdout).toContain(`+${line}\n`);
    expect(fixed.stdout).toMatch(/undo: +fettle undo\n/);
    const undone = await bench.start(['undo']).result;
    expect(undone).toMatchObject({ code: 0, stdout: expect.stringContaining('requirements.txt') as string });
    expect(await requirements(bench)).toBe(before);
    expect(await bench.start(['undo']).result).toMatchObject({ code: 2 });
  });

  it('ends with 0 once nothing is left', async () => {
    const bench = await commandBench();
    await bench.write('service/requirements.txt', 'core==1.0\n');
    expect(await bench.run('fix')).toMatchObject({ code: 0 });
    expect(await requirements(bench)).toBe('core==1.5\n');
    expect(await bench.run('plan')).toMatchObject({ code: 0 });
  });

  it('keeps to the policy of the folder where one file of it is named', async () => {
    const bench = await commandBench();
    await bench.write('service/fettle.toml', 'hold = ["core==1.0"]\n');
    const { stdout } = await bench.run('plan', 'requirements.txt');
    expect(stdout).not.toMatch(/core +1\.0 ->/);
    expect(stdout).toContain('core is held at ==1.0');
  });

  it('repairs with --only nothing else', async () => {
    const bench = await commandBench();
    await bench.run('fix', '--only', 'OSV-1');
    expect(await requirements(bench)).toBe('web==1.0  # the framework\ncore==1.5\ngone==0.9\n');
  });

  it('refuses an --only that names nothing, with what is near to it, and writes nothing', async () => {
    const bench = await commandBench();
    const before = await requirements(bench);
    const { code, stderr } = await bench.run('fix', '--only', 'core', '--only', 'OSV-11');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--only "OSV-11"[^]*did you mean OSV-1\?/);
    expect(await requirements(bench)).toBe(before);
  });
});

describe('fettle lock', () => {
  it('prints the set to standard output, or writes it to a file', async () => {
    const bench = await commandBench();
    const { stdout, stderr, code } = await bench.run('lock', 'requirements.txt');
    expect({ stdout, stderr, code }).toEqual({
      stdout: 'core==1.0\ngone==0.9\nparse==1.1\nweb==1.0\n',
      stderr: '',
      code: 0,
    });
    const written = await bench.run('lock', '--hashes', '-o', '../lock.txt');
    expect(written).toMatchObject({ stdout: '', code: 0 });
    expect(await readFile(join(bench.folder, 'lock.txt'), 'utf8')).toMatch(
      /^core==1\.0 \\\n {4}--hash=sha256:[0-9a-f]{64}\n/,
    );
  });

  it('writes pylock.toml, and JSON', async () => {
    const bench = await commandBench();
    const { stdout } = await bench.run('lock', '--format', 'pylock');
    expect(getStaticTOMLValue(parseTOML(stdout))).toMatchObject({ 'lock-version': '1.0' });
    const json = await bench.run('lock', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: 'locked',
      packages: [{ name: 'core', version: '1.0' }, { name: 'gone' }, { name: 'parse' }, { name: 'web' }],
    });
  });

  it('says on standard error why there is none, and prints nothing else; exit 1', async () => {
    const bench = await commandBench();
    await bench.write('service/requirements.txt', CONFLICT);
    const { stdout, stderr, code } = await bench.run('lock', '-o', 'lock.txt');
    expect(stdout).toBe('');
    expect(stderr).toContain('web 1.0 needs core>=1,<2');
    expect(code).toBe(1);
    await expect(readFile(join(bench.folder, 'service', 'lock.txt'))).rejects.toThrow('ENOENT');
  });

  it('refuses a format that it does not know; exit 2', async () => {
    const bench = await commandBench();
    expect(await bench.run('lock', '--format', 'yarn')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('requirements, pylock') as string,
    });
  });
});

describe('fettle report, explain, bundle and completion', () => {
  it('writes the report as a document', async () => {
    const bench = await commandBench();
    const { stdout } = await bench.run('report');
    expect(stdout).toMatch(/^# /);
    expect(stdout).toContain('OSV-1');
    await bench.run('report', '-o', '../report.md');
    expect(await readFile(join(bench.folder, 'report.md'), 'utf8')).toBe(stdout);
    expect(JSON.parse((await bench.run('report', '--json')).stdout)).toMatchObject({ schemaVersion: '1' });
  });

  it('explains a package, and refuses one that is not there', async () => {
    const bench = await commandBench();
    const { stdout, code } = await bench.run('explain', 'parse');
    expect(stdout).toContain('web 1.0 (requirements.txt:1) needs parse<1.2');
    expect(stdout).toContain('change requirements.txt:1 from web==1.0 to web==1.1 (minor)');
    expect(code).toBe(0);
    expect(JSON.parse((await bench.run('explain', 'parse', '--json')).stdout)).toMatchObject({
      ...{ schemaVersion: '1', package: 'parse' },
      services: [{ move: { kind: 'possible', to: '1.3' }, advisories: [{ id: 'OSV-2' }] }],
    });
    expect(await bench.run('explain', 'pars')).toMatchObject({ code: 2 });
  });

  it('works from a bundle as it does from the index, without a network', async () => {
    const bench = await commandBench();
    const direct = await bench.run('plan', '--diff');
    const created = await bench.run('bundle', 'create', '-o', '../all.fettle');
    expect(created).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/4 packages, advisories of 2025-03-01/) as string,
    });
    await bench.server.close();
    const flags = ['--bundle', '../all.fettle', '--cache-dir', join(bench.folder, 'empty')];
    const offline = await bench.start(['plan', '--diff', ...flags]).result;
    expect(offline).toEqual(direct);
    expect(await bench.start(['scan', '--bundle', 'requirements.txt']).result).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('requirements.txt is no bundle') as string,
    });
  });

  it.each(['bash', 'zsh', 'fish'])('completes in %s every command', async (shell) => {
    const bench = await commandBench();
    const { stdout, code } = await bench.start(['completion', shell]).result;
    expect(code).toBe(0);
    for (const name of ['scan', 'plan', 'fix', 'lock', 'report', 'explain', 'undo', 'bundle'])
      expect(stdout).toContain(name);
    if (shell === 'bash') execFileSync('bash', ['-n'], { input: stdout });
  });
});
