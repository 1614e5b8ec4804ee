import { describe, expect, it } from 'vitest';
import { defaultInHelp, noIndexError, pipFacts, uvDefaultIndex } from './default-index.ts';
import { worldOf } from './world-of.test-double.ts';

const pip = (url: string) => () => ({ exitCode: 0, stdout: `${url}\n/usr` });
const noPip = () => ({ exitCode: 1, stderr: 'No module named pip' });

describe('default index', () => {
  it('is what the first pip on the PATH was built with', async () => {
    const world = worldOf({
      environment: { PATH: 'relative/bin:/a:/b', PYTHONPATH: '/evil' },
      programs: { '/a/python3': noPip, '/b/python3': pip('https://index.example/simple') },
    });
    expect(await pipFacts(world)).toEqual({
      indexUrl: 'https://index.example/simple',
      sitePrefix: '/usr',
      interpreter: '/b/python3',
    });
    const asked = world.processesRun.at(-1)!;
    expect(asked.command).toContain('-I');
    expect(asked.cwd).toBe('/');
    expect(asked.environment).not.toHaveProperty('PYTHONPATH');
  });

  it('is remembered, so that the next run starts no process', async () => {
    const world = worldOf({
      environment: { PATH: '/b' },
      programs: { '/b/python3': pip('https://index.example/simple') },
    });
    await pipFacts(world);
    await pipFacts(world);
    expect(world.processesRun).toHaveLength(1);
  });

  it('is waited for while the client that will ask the index is made ready', async () => {
    const prepared: number[] = [];
    const world = worldOf({
      environment: { PATH: '/b' },
      programs: { '/b/python3': pip('https://index.example/simple') },
    });
    const http = { ...world.http, prepare: () => void prepared.push(world.processesRun.length) };
    await pipFacts({ ...world, http });
    await pipFacts({ ...world, http });
    expect(prepared).toEqual([0]);
  });

  it('is null where no interpreter has pip, or says no URL', async () => {
    const programs = { '/b/python3': noPip, '/b/python': () => ({ exitCode: 0, stdout: 'hello' }) };
    expect(await pipFacts(worldOf({ environment: { PATH: '/b' }, programs }))).toBeNull();
  });

  it('never runs a program of a relative PATH entry', async () => {
    const world = worldOf({
      environment: { PATH: '.:bin' },
      programs: { './python3': pip('https://index.example/') },
    });
    expect(await pipFacts(world)).toBeNull();
    expect(world.processesRun).toEqual([]);
  });

  it('is read from the help of uv, where a line may end within', async () => {
    const help =
      '  --default-index <DEFAULT_INDEX>\n   The default package index (by\n  default: <https://index.example/simple>) [env: ...]';
    expect(defaultInHelp(help)).toBe('https://index.example/simple');
    expect(defaultInHelp('--default-index <URL> The index')).toBeNull();
    const programs = { '/b/uv': () => ({ exitCode: 0, stdout: help }) };
    expect(await uvDefaultIndex(worldOf({ environment: { PATH: '/b' }, programs }))).toMatchObject({
      value: 'https://index.example/simple',
    });
  });

  it('names the way out where there is none', () => {
    expect(noIndexError()).toMatchObject({ code: 'no-index', outside: false });
    expect(noIndexError().hint).toContain('--index-url');
  });
});
