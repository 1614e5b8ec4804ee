import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../domain/errors.ts';
import type { ProcessRequest, ProcessResult } from '../../io/process.ts';
import { relock } from './relock.ts';
import { requestOf, SETTINGS, toolWorld, watchedWorkplace } from './testing/tool-world.ts';

const REGISTRY = 'https://index.example/simple';

function uvLock(packages: Readonly<Record<string, string>>, registry = REGISTRY): string {
  const tables = Object.entries(packages).map(
    ([name, version]) =>
      `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = { registry = "${registry}" }\n`,
  );
  return `version = 1\nrequires-python = ">=3.10"\n\n[[package]]\nname = "service"\nsource = { virtual = "." }\n\n${tables.join('\n')}`;
}

/** A uv that writes what `locks` gives for its arguments. */
function uvThat(lock: (request: ProcessRequest) => string | Partial<ProcessResult>, version = '0.9.1') {
  return (request: ProcessRequest): Partial<ProcessResult> => {
    if (request.command[1] === '--version') return { exitCode: 0, stdout: `uv ${version} (x)\n` };
    const made = lock(request);
    if (typeof made !== 'string') return made;
    writeFileSync(join(request.cwd!, 'uv.lock'), made);
    return { exitCode: 0 };
  };
}

const BEFORE = { flask: '1.0', jinja2: '3.0', markupsafe: '2.0' };
const FILES = { 'pyproject.toml': '[project]\nname = "service"\n', 'uv.lock': uvLock(BEFORE) };
const PLAN = ['flask 2.0', 'jinja2 3.0', 'markupsafe 2.0'];
const REQUEST = requestOf('uv.lock', 'uv', FILES, PLAN, ['flask 1.0 2.0']);

describe('uv.lock', () => {
  it('is what uv writes with the moved packages as exact constraints and no build', async () => {
    const world = toolWorld({
      programs: { '/tools/uv': uvThat(() => uvLock({ ...BEFORE, flask: '2.0' })) },
    });
    const workplace = watchedWorkplace();
    const result = await relock(REQUEST, SETTINGS, world, workplace);
    expect(result).toEqual({ kind: 'rewritten', text: uvLock({ ...BEFORE, flask: '2.0' }) });
    expect(world.processesRun.at(-1)!.command).toEqual([
      ...['/tools/uv', 'lock', '--no-build', '--upgrade-package', 'flask==2.0'],
    ]);
    expect(workplace.opened).toHaveLength(1);
    expect(workplace.left()).toEqual([]);
  });

  it('is made in a private copy of the files as they will be', async () => {
    let seen: unknown = null;
    const uv = uvThat(({ cwd }) => {
      const folder = join(cwd!, '..', '..');
      seen = [
        statSync(folder).mode & 0o777,
        readFileSync(join(cwd!, '..', 'pyproject.toml'), 'utf8'),
        readFileSync(join(cwd!, 'r.txt'), 'hex'),
      ];
      return uvLock({ ...BEFORE, flask: '2.0' });
    });
    const files = { 'pyproject.toml': 'root\n', 'api/uv.lock': FILES['uv.lock'], 'api/r.txt': '\uFEFFa==1' };
    const encodings = new Map([['api/r.txt', 'utf-16be']]);
    const request = { ...requestOf('api/uv.lock', 'uv', files, PLAN, ['flask 1.0 2.0']), encodings };
    await relock(request, SETTINGS, toolWorld({ programs: { '/tools/uv': uv } }));
    expect(seen).toEqual([0o700, 'root\n', 'feff0061003d003d0031']);
  });

  it('hands on what says where packages come from, and nothing that changes what is locked', async () => {
    const environment = {
      ...{
        HTTPS_PROXY: 'http://proxy.example',
        SSL_CERT_FILE: '/ca.pem',
        UV_INDEX_PRIVATE_PASSWORD: 'hush-hush',
      },
      ...{
        UV_FROZEN: '1',
        UV_PROJECT: '/elsewhere',
        UV_CONSTRAINT: 'c.txt',
        AWS_SECRET_ACCESS_KEY: 'no',
        PYTHONPATH: '/x',
      },
    };
    const uv = uvThat(() => uvLock({ ...BEFORE, flask: '2.0' }));
    const world = toolWorld({ programs: { '/tools/uv': uv }, environment });
    const settings = { ...SETTINGS, indexUrl: 'https://user:hush-hush@index.example/simple/', offline: true };
    await relock(REQUEST, settings, world);
    const run = world.processesRun.at(-1)!;
    expect(run.environment).toEqual({
      ...{ PATH: '/tools', HTTPS_PROXY: 'http://proxy.example', SSL_CERT_FILE: '/ca.pem' },
      ...{ UV_INDEX_PRIVATE_PASSWORD: 'hush-hush', NO_COLOR: '1', TERM: 'dumb' },
      // As the lock spells it, so that its sources stay.
      ...{ UV_DEFAULT_INDEX: 'https://user:hush-hush@index.example/simple' },
      ...{ UV_PYTHON_DOWNLOADS: 'never', UV_NO_PROGRESS: '1', PYTHONHOME: '/refused-by-fettle' },
    });
    expect(run.command).toContain('--offline');
    expect(run.command.join(' ')).not.toContain('hush');
  });

  it.each([
    ['that the lock names', REGISTRY, REGISTRY],
    ['that the lock does not name', 'https://other.example/simple', undefined],
  ])('has an index of pip alone told to uv only where it is one %s', async (_, indexUrl, told) => {
    const uv = uvThat(() => uvLock({ ...BEFORE, flask: '2.0' }));
    const world = toolWorld({ programs: { '/tools/uv': uv }, environment: { PIP_INDEX_URL: indexUrl } });
    await relock(REQUEST, SETTINGS, world);
    expect(world.processesRun.at(-1)!.environment['UV_DEFAULT_INDEX']).toBe(told);
  });

  it('is asked for once more with what else has to be named, before it is refused', async () => {
    const uv = uvThat(({ command }) =>
      uvLock({ ...BEFORE, flask: '2.0', jinja2: command.includes('jinja2==3.0') ? '3.0' : '3.1' }),
    );
    const world = toolWorld({ programs: { '/tools/uv': uv } });
    expect((await relock(REQUEST, SETTINGS, world)).kind).toBe('rewritten');
    const stubborn = toolWorld({
      programs: { '/tools/uv': uvThat(() => uvLock({ ...BEFORE, flask: '2.0', jinja2: '3.1' })) },
    });
    expect(await relock(REQUEST, SETTINGS, stubborn)).toMatchObject({
      ...{ kind: 'refused', why: 'uv would lock jinja2 3.1 where the plan has 3.0' },
    });
  });

  it('is refused where it would leave a package of the plan out', async () => {
    const uv = uvThat(() => uvLock({ flask: '2.0', jinja2: '3.0' }));
    expect(await relock(REQUEST, SETTINGS, toolWorld({ programs: { '/tools/uv': uv } }))).toMatchObject({
      ...{ kind: 'refused', why: 'uv would leave out markupsafe, of which the plan has 2.0' },
    });
  });

  it('is refused where packages would come from elsewhere', async () => {
    const uv = uvThat(() => uvLock({ ...BEFORE, flask: '2.0' }, 'https://other.example/simple'));
    expect(await relock(REQUEST, SETTINGS, toolWorld({ programs: { '/tools/uv': uv } }))).toMatchObject({
      why: `uv would take flask from https://other.example/simple instead of ${REGISTRY}`,
    });
  });

  it('compares on each target with the version whose marker holds there', async () => {
    const forked = (version: string, marker: string) =>
      `[[package]]\nname = "numpy"\nversion = "${version}"\nsource = { registry = "${REGISTRY}" }\nresolution-markers = ["${marker}"]\n`;
    const lock = `${forked('1.0', "python_full_version < '3.11'")}\n${forked('2.0', "python_full_version >= '3.11'")}`;
    const world = toolWorld({ programs: { '/tools/uv': uvThat(() => lock) } });
    const asks = (version: string) =>
      requestOf('uv.lock', 'uv', { 'uv.lock': lock }, [`numpy ${version}`], []);
    expect((await relock(asks('2.0'), SETTINGS, world)).kind).toBe('rewritten');
    expect((await relock(asks('1.0'), SETTINGS, world)).kind).toBe('refused');
  });

  it('is asked for each version under the condition of its targets', async () => {
    const [older] = requestOf('uv.lock', 'uv', FILES, ['flask 1.5', 'jinja2 3.0'], []).sets;
    const target = { ...older!.target, runtime: { implementation: 'cpython', version: '3.12' } };
    const newer = { target, packages: REQUEST.sets[0]!.packages };
    const uv = uvThat(() => ({ exitCode: 2, stderr: 'seen' }));
    const world = toolWorld({ programs: { '/tools/uv': uv } });
    await relock({ ...REQUEST, sets: [older!, newer] }, SETTINGS, world);
    const words = world.processesRun.at(-1)!.command.filter((word) => word.startsWith('flask'));
    expect(words).toEqual(['flask==1.5 ; python_version < "3.12"', 'flask==2.0 ; python_version >= "3.12"']);
  });

  it('leaves Pythons older than those of the plan to uv where the plan does not run on them', async () => {
    const uv = uvThat(({ command }) =>
      command.includes("flask==2.0 ; python_full_version >= '3.11'")
        ? uvLock({ ...BEFORE, flask: '2.0' })
        : { exitCode: 1, stderr: '  × No solution found when resolving dependencies for split (…)' },
    );
    const world = toolWorld({ programs: { '/tools/uv': uv } });
    expect((await relock(REQUEST, SETTINGS, world)).kind).toBe('rewritten');
    expect(world.processesRun.filter(({ command }) => command[1] === 'lock')).toHaveLength(2);
  });

  it('is refused in the words of uv, without credentials, and nothing is left behind', async () => {
    const stderr =
      'Using CPython 3.11.7\n  × No solution found: \u001b[31mflask\u001b[0m==2.0 of https://user:hush-hush@index.example/simple\n  hush-hush is wrong\n';
    const world = toolWorld({
      programs: { '/tools/uv': uvThat(() => ({ exitCode: 1, stderr })) },
      environment: { UV_INDEX_PRIVATE_PASSWORD: 'hush-hush' },
    });
    const workplace = watchedWorkplace();
    const result = await relock(REQUEST, SETTINGS, world, workplace);
    expect(result).toMatchObject({
      why: 'uv does not lock this plan: × No solution found: flask==2.0 of https://***@index.example/simple *** is wrong',
    });
    expect(workplace.left()).toEqual([]);
  });

  it('is refused with what to install where no Python fits', async () => {
    const stderr = 'error: No interpreter found for Python >=3.13 in search path\n';
    const world = toolWorld({ programs: { '/tools/uv': uvThat(() => ({ exitCode: 2, stderr })) } });
    expect(await relock(REQUEST, SETTINGS, world)).toMatchObject({
      hint: 'install a Python that the requires-python of the project admits',
    });
  });

  it('is refused on a full disk, and the copy is removed', async () => {
    const world = toolWorld({ programs: { '/tools/uv': uvThat(() => '') } });
    const full = () =>
      Promise.reject(
        new UserFacingError('cannot-write', 'x cannot be written: the disk is full', { hint: 'free some' }),
      );
    const workplace = watchedWorkplace();
    const files = { ...world.files, writeAtomic: full };
    expect(await relock(REQUEST, SETTINGS, { ...world, files }, workplace)).toEqual({
      ...{ kind: 'refused', why: 'x cannot be written: the disk is full', hint: 'free some' },
    });
    expect(workplace.left()).toEqual([]);
  });

  it('is never copied out of the copy', async () => {
    const request = requestOf('uv.lock', 'uv', { ...FILES, '../up.toml': '' }, PLAN, ['flask 1.0 2.0']);
    const world = toolWorld({ programs: { '/tools/uv': uvThat(() => '') } });
    expect(await relock(request, SETTINGS, world)).toMatchObject({
      why: '"../up.toml" leads out of the project',
    });
  });

  it('is made in a sandbox where builds are allowed, and not without one', async () => {
    const settings = { ...SETTINGS, allowBuild: true };
    const uv = uvThat(() => uvLock({ ...BEFORE, flask: '2.0' }));
    expect(await relock(REQUEST, settings, toolWorld({ programs: { '/tools/uv': uv } }))).toMatchObject({
      why: expect.stringContaining('bubblewrap (bwrap) is not installed') as string,
    });
    const boxed = (request: ProcessRequest) => {
      const words = request.command.slice(request.command.indexOf('--') + 1);
      const cwd = request.command[request.command.indexOf('--chdir') + 1]!;
      return uv({ ...request, command: words as [string, ...string[]], cwd });
    };
    const world = toolWorld({
      programs: { '/tools/uv': uv, '/tools/bwrap': boxed },
      environment: { HOME: '/home/somebody', NETRC: '/home/somebody/.netrc' },
    });
    expect((await relock(REQUEST, settings, world)).kind).toBe('rewritten');
    const run = world.processesRun.at(-1)!;
    expect(run.command).toEqual(
      expect.arrayContaining(['/tools/bwrap', '--unshare-all', '--share-net', '--cap-drop']),
    );
    expect(run.command).not.toContain('--no-build');
    expect([run.environment['HOME'], run.environment['NETRC']]).toEqual([
      expect.stringMatching(/fettle-\w+\/home$/),
      undefined,
    ]);
    expect(run.command.join(' ')).not.toContain('/home/somebody');
  });

  it('is made without the versions that projects tell only when they are built', async () => {
    const manifest = '[project]\nname = "My_App"\ndynamic = ["version", "readme"] # from git\n';
    const own = (version: string) =>
      `[[package]]\nname = "my-app"\n${version}source = { editable = "." }\n\n`;
    let seen = '';
    const uv = uvThat(({ cwd }) => {
      seen = readFileSync(join(cwd!, 'pyproject.toml'), 'utf8');
      return `${uvLock({ ...BEFORE, flask: '2.0' })}\n${own('version = "0"\n')}`;
    });
    const world = toolWorld({ programs: { '/tools/uv': uv } });
    for (const version of ['', 'version = "1.2.dev3"\n']) {
      const files = { 'pyproject.toml': manifest, 'uv.lock': `${FILES['uv.lock']}\n${own(version)}` };
      const request = requestOf('uv.lock', 'uv', files, PLAN, ['flask 1.0 2.0']);
      expect(await relock(request, SETTINGS, world)).toEqual({
        ...{ kind: 'rewritten', text: `${uvLock({ ...BEFORE, flask: '2.0' })}\n${own(version)}` },
      });
      expect(seen).toBe('[project]\nname = "My_App"\nversion = "0"\ndynamic = ["readme"] # from git\n');
    }
  });

  it('is refused where an editable project would be built all the same', async () => {
    const uv = uvThat(({ environment }) => ({
      exitCode: 1,
      stderr: `PYTHONHOME = '${environment['PYTHONHOME']}'`,
    }));
    expect(await relock(REQUEST, SETTINGS, toolWorld({ programs: { '/tools/uv': uv } }))).toMatchObject({
      why: 'uv would have to build a package to learn what it needs, and builds are not allowed',
    });
  });

  it('is refused for a tool that is not known', async () => {
    const request = requestOf('pdm.lock', 'pdm', {}, [], []);
    expect(await relock(request, SETTINGS, toolWorld({}))).toMatchObject({
      why: 'no way is known to rewrite the lock pdm.lock',
    });
  });
});
