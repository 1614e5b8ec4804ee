import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandBench } from './loopback-command.ts';
import type { CommandBench } from './loopback-command.ts';

async function twoServices(): Promise<CommandBench & { git(...args: readonly string[]): void }> {
  const bench = await commandBench();
  const git = (...args: readonly string[]): void => {
    const who = ['-c', 'user.name=n', '-c', 'user.email=n@example.org'];
    execFileSync('git', [...who, ...args], { cwd: join(bench.folder, 'service'), stdio: 'pipe' });
  };
  await bench.write('service/one/requirements.txt', 'core==1.0\n');
  await bench.write('service/two/requirements.txt', 'core==1.4\n');
  await bench.write('service/two/Dockerfile', 'FROM python:3.12\nRUN pip install -r requirements.txt\n');
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'before');
  return { ...bench, git };
}

function servicesIn(stdout: string): readonly string[] {
  const { services } = JSON.parse(stdout) as { readonly services: readonly { readonly name: string }[] };
  return services.map(({ name }) => name);
}

describe('--since', () => {
  it('looks at nothing where nothing changed, says so and ends with 0', async () => {
    const bench = await twoServices();
    await bench.write('service/one/app.py', 'x = 1\n');
    for (const command of ['scan', 'plan', 'fix']) {
      const { code, stdout } = await bench.run(command, '--since', 'HEAD');
      expect(stdout).toBe('no service has a file that changed since "HEAD": nothing was looked at\n');
      expect(code).toBe(0);
    }
    expect(servicesIn((await bench.run('scan', '--since', 'HEAD', '--json')).stdout)).toEqual([]);
  });

  it('takes what is staged, what is not, a Dockerfile, a new file, and what was committed since', async () => {
    const bench = await twoServices();
    const since = async (revision = 'HEAD'): Promise<readonly string[]> =>
      servicesIn((await bench.run('scan', '--since', revision, '--json')).stdout);
    await bench.write('service/one/requirements.txt', 'core==1.4\n');
    expect(await since()).toEqual(['one']);
    bench.git('add', '-A');
    expect(await since()).toEqual(['one']);
    bench.git('commit', '-qm', 'later');
    expect(await since()).toEqual([]);
    expect(await since('HEAD~1')).toEqual(['one']);
    await bench.write('service/two/Dockerfile', 'FROM python:3.11\nRUN pip install -r requirements.txt\n');
    expect(await since()).toEqual(['two']);
    await bench.write('service/three/requirements.txt', 'core==1.0\n');
    expect(await since()).toEqual(['three', 'two']);
  });

  it('writes those services alone, and refuses a revision that is not there', async () => {
    const bench = await twoServices();
    await bench.write('service/one/requirements.txt', 'core==1.0  # touched\n');
    await bench.run('fix', '--since', 'HEAD');
    const diff = execFileSync('git', ['diff', '--name-only'], { cwd: join(bench.folder, 'service') });
    expect(diff.toString()).toBe('one/requirements.txt\n');
    expect(await bench.run('scan', '--since', 'nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no revision "nowhere"') as string,
    });
  });
});

describe('--since in a repository that somebody else prepared', () => {
  it('runs no filter, file watcher or fetch that its settings name', async () => {
    const bench = await twoServices();
    const ran = join(bench.folder, 'ran');
    const settings = {
      'core.fsmonitor': `touch ${ran}`,
      'filter.e=vil.clean': `touch ${ran}; cat`,
      'filter.e=vil.process': `touch ${ran}`,
      'filter.e=vil.required': 'true',
      'core.repositoryFormatVersion': '1',
      'extensions.partialClone': 'origin',
      'remote.origin.url': join(bench.folder, 'service'),
      'remote.origin.promisor': 'true',
      'remote.origin.uploadpack': `touch ${ran}; git-upload-pack`,
    };
    // A file whose time is another than git knows is read anew, and goes through the filter.
    await setTimeout(1_100);
    await bench.write('service/one/requirements.txt', 'core==1.0\n');
    await bench.write('service/.git/info/attributes', '* filter=e=vil\n');
    for (const [name, value] of Object.entries(settings)) bench.git('config', name, value);
    expect(await bench.run('scan', '--since', 'HEAD')).toMatchObject({ code: 0, stderr: '' });
    expect(await bench.run('scan', '--since', '1'.repeat(40))).toMatchObject({ code: 2 });
    expect(existsSync(ran)).toBe(false);
  });

  it('takes no folder of the work tree for a bare repository with settings of its own', async () => {
    const bench = await twoServices();
    const ran = join(bench.folder, 'ran');
    const inner = join(bench.folder, 'service/one');
    execFileSync('git', ['init', '-q', '--bare', inner], { stdio: 'pipe' });
    execFileSync('git', ['-C', inner, 'config', 'core.bare', 'false']);
    execFileSync('git', ['-C', inner, 'config', 'core.worktree', inner]);
    execFileSync('git', ['-C', inner, 'config', 'filter.x.clean', `touch ${ran}; cat`]);
    const { code, stderr } = await bench.run('scan', inner, '--since', 'HEAD');
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('bare') as string });
    expect(existsSync(ran)).toBe(false);
  });
});
