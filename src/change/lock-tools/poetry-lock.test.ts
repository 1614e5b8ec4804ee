import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProcessRequest, ProcessResult } from '../../io/process.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import { pypi } from '../../read/ecosystems/pypi/pypi.ts';
import { poetryDraft } from './poetry-draft.ts';
import { readPoetryLock } from './poetry-lock.ts';
import { relock } from './relock.ts';
import { moveOf, requestOf, SETTINGS, toolWorld } from './testing/tool-world.ts';

const SOURCE =
  '[package.source]\ntype = "legacy"\nurl = "https://index.example/simple"\nreference = "index"\n';

function entry(name: string, version: string, more = ''): string {
  return `[[package]]\nname = "${name}"\nversion = "${version}"\ndescription = "version = \\"9\\""\nfiles = []\n${more}\n${SOURCE}\n`;
}

function poetryLock(...entries: readonly string[]): string {
  return `# by Poetry\n\n${entries.join('')}[metadata]\nlock-version = "2.1"\ncontent-hash = "x"\n`;
}

/** A Poetry that writes what `lock` makes of the lock in the copy. */
function poetryThat(lock: (draft: string) => string | Partial<ProcessResult>, version = '2.1.3') {
  return (request: ProcessRequest): Partial<ProcessResult> => {
    if (request.command.includes('--version'))
      return { exitCode: 0, stdout: `Poetry (version ${version})\n` };
    const path = join(request.cwd!, 'poetry.lock');
    const made = lock(readFileSync(path, 'utf8'));
    if (typeof made !== 'string') return made;
    writeFileSync(path, made);
    return { exitCode: 0 };
  };
}

const OLD = poetryLock(entry('flask', '1.0'), entry('jinja2', '3.0'));
const FILES = { 'pyproject.toml': '[tool.poetry]\n', 'poetry.lock': OLD };
const REQUEST = requestOf('poetry.lock', 'poetry', FILES, ['flask 2.0', 'jinja2 3.0'], ['flask 1.0 2.0']);

describe('poetry.lock', () => {
  it('is what Poetry makes of the lock with the versions of the plan', async () => {
    const world = toolWorld({ programs: { '/tools/poetry': poetryThat((draft) => draft) } });
    const expected = poetryLock(entry('flask', '2.0'), entry('jinja2', '3.0'));
    expect(await relock(REQUEST, SETTINGS, world)).toEqual({ kind: 'rewritten', text: expected });
    const run = world.processesRun.at(-1)!;
    expect(run.command).toEqual(['/tools/poetry', 'lock', '--no-interaction', '--no-ansi', '--no-plugins']);
    expect(run.environment).toMatchObject({
      POETRY_VIRTUALENVS_CREATE: 'false',
      VIRTUALENV_DISCOVERY: '/refused-by-fettle',
    });
  });

  it('has what only an extra brings in, for a plan has all extras', async () => {
    const programs = {
      '/tools/poetry': poetryThat((draft) =>
        draft.replace('version = "2.0"\n', `version = "2.0"\nmarkers = 'extra == "all"'\n`),
      ),
    };
    expect((await relock(REQUEST, SETTINGS, toolWorld({ programs }))).kind).toBe('rewritten');
  });

  describe('where the Python that Poetry looks at is none that the project admits', () => {
    /** Poetry on a Python that is too new, unless an environment names another one. */
    const picky = (request: ProcessRequest): Partial<ProcessResult> =>
      request.environment['VIRTUAL_ENV'] === undefined || request.command.includes('--version')
        ? poetryThat(() => ({ exitCode: 1, stderr: NOT_ALLOWED }))(request)
        : poetryThat((draft) => draft)(request);
    const NOT_ALLOWED = 'Current Python version (3.13.0) is not allowed by the project (>=3.11,<3.13).';

    it('is made with one of a target, in an environment of its own', async () => {
      const world = toolWorld({
        programs: { '/tools/poetry': picky, '/tools/python3.11': () => ({ exitCode: 0 }) },
      });
      expect((await relock(REQUEST, SETTINGS, world)).kind).toBe('rewritten');
      const [made, locked] = world.processesRun.slice(-2);
      expect(made!.command.slice(0, -1)).toEqual(['/tools/python3.11', '-I', '-m', 'venv', '--without-pip']);
      expect(locked!.environment['VIRTUAL_ENV']).toBe(made!.command.at(-1));
    });

    it('is made with it in the second round too, without asking again', async () => {
      const drafts: string[] = [];
      const keeps = poetryThat((draft) => (drafts.push(draft) === 1 ? OLD : draft));
      const poetry = (request: ProcessRequest): Partial<ProcessResult> =>
        request.environment['VIRTUAL_ENV'] === undefined ? picky(request) : keeps(request);
      const world = toolWorld({
        programs: { '/tools/poetry': poetry, '/tools/python3.11': () => ({ exitCode: 0 }) },
      });
      expect((await relock(REQUEST, SETTINGS, world)).kind).toBe('rewritten');
      expect(drafts).toHaveLength(2);
      expect(world.processesRun.filter(({ command }) => command.includes('venv'))).toHaveLength(1);
      expect(world.processesRun.filter(({ command }) => command[1] === 'lock')).toHaveLength(3);
    });

    it.each([
      ['no target has one on the PATH', {}],
      ['none can be made', { '/tools/python3.11': () => ({ exitCode: 1 }) }],
    ])('is refused with what to do where %s', async (_, programs) => {
      const world = toolWorld({ programs: { '/tools/poetry': picky, ...programs } });
      expect(await relock(REQUEST, SETTINGS, world)).toMatchObject({
        ...{ kind: 'refused', why: `Poetry does not lock this plan: ${NOT_ALLOWED}` },
        hint: 'install a Python that the project admits, or activate a virtual environment of one, and run it again',
      });
    });

    it('is looked at with the Python of the active environment first', async () => {
      const programs = { '/tools/poetry': picky };
      const world = toolWorld({ programs, environment: { VIRTUAL_ENV: '/venv' } });
      expect((await relock(REQUEST, SETTINGS, world)).kind).toBe('rewritten');
      expect(world.processesRun.at(-1)!.environment['VIRTUAL_ENV']).toBe('/venv');
    });
  });

  it('is made in a sandbox that shows the environment that Poetry looks at, where builds are let in', async () => {
    const active = mkdtempSync(join(tmpdir(), 'fettle-active-'));
    try {
      mkdirSync(join(active, 'bin'));
      for (const file of ['pyvenv.cfg', 'bin/python']) writeFileSync(join(active, file), '');
      const programs = {
        '/tools/poetry': poetryThat((draft) => draft),
        '/tools/bwrap': () => ({ exitCode: 1 }),
      };
      const world = toolWorld({ programs, environment: { VIRTUAL_ENV: active } });
      await relock(REQUEST, { ...SETTINGS, allowBuild: true }, world);
      expect(world.processesRun.at(-1)!.command).toEqual(expect.arrayContaining(['/tools/bwrap', active]));
    } finally {
      rmSync(active, { recursive: true });
    }
  });

  it('is asked of Poetry 1 in its own way, with credentials in the environment alone', async () => {
    const environment = { POETRY_HTTP_BASIC_INDEX_PASSWORD: 'hush', POETRY_VIRTUALENVS_PATH: '/elsewhere' };
    const programs = { '/tools/poetry': poetryThat((draft) => draft, '1.8.5') };
    const world = toolWorld({ programs, environment });
    await relock(REQUEST, SETTINGS, world);
    const run = world.processesRun.at(-1)!;
    expect(run.command).toContain('--no-update');
    expect(run.command.join(' ')).not.toContain('hush');
    expect(run.environment['POETRY_HTTP_BASIC_INDEX_PASSWORD']).toBe('hush');
    expect(run.environment['POETRY_VIRTUALENVS_PATH']).toBeUndefined();
  });

  it('is refused where Poetry takes another version, after it was asked once more', async () => {
    const world = toolWorld({
      programs: {
        '/tools/poetry': poetryThat(() => poetryLock(entry('flask', '2.1'), entry('jinja2', '3.0'))),
      },
    });
    expect(await relock(REQUEST, SETTINGS, world)).toMatchObject({
      ...{ kind: 'refused', why: 'Poetry would lock flask 2.1 where the plan has 2.0' },
    });
    expect(world.processesRun.filter(({ command }) => command[1] === 'lock')).toHaveLength(2);
  });

  it.each([
    ['>=3.9,<4.0', '>=3.10', '3.9'],
    ['>=3.8', '>=3.8,!=3.9.0', '3.9.0'],
    ['>=3.10', '>=3.9,<3.13', '3.13'],
  ])(
    'is refused where the project is for Python %s and a planned version for %s alone',
    async (range, bound, one) => {
      const kept = (draft: string) => draft.replace('version = "2.0"', 'version = "1.0"');
      const old = OLD.replace('lock-version', `python-versions = "${range}"\nlock-version`);
      const published = { position: () => 0, requiresRuntime: () => bound } as unknown as PublishedPackage;
      const request = { ...REQUEST, files: new Map([...REQUEST.files, ['poetry.lock', old]]) };
      const world = toolWorld({ programs: { '/tools/poetry': poetryThat(kept) } });
      expect(await relock({ ...request, publishedOf: () => published }, SETTINGS, world)).toEqual({
        kind: 'refused',
        why: `Poetry locks only what runs on every Python of the project (${range}), and flask 2.0 does not on ${one} (${bound})`,
        hint: 'plan for the oldest of them too (--python), or ask for a newer one in the project',
      });
    },
  );

  it.each([
    ['there is no Poetry', {}, SETTINGS, 'poetry.lock is written by Poetry, which is not installed here'],
    [
      'there is no network',
      {},
      { ...SETTINGS, offline: true },
      'Poetry has no way to lock without the network',
    ],
    [
      'a build would be run',
      {
        '/tools/poetry': poetryThat(() => ({
          exitCode: 1,
          stderr: "discovery '/refused-by-fettle' is not available.",
        })),
      },
      SETTINGS,
      'Poetry would have to build a package to learn what it needs, and builds are not allowed',
    ],
  ])('is refused where %s', async (_, programs, settings, why) => {
    expect(await relock(REQUEST, settings, toolWorld({ programs }))).toMatchObject({ kind: 'refused', why });
  });

  it('is read with markers of all kinds', () => {
    const text = poetryLock(
      entry('a', '1.0', 'markers = "python_version < \\"3.11\\""\n'),
      entry('b', '1.0', 'groups = ["main", "dev"]\nmarkers = {main = "os_name == \\"nt\\""}\n'),
      entry('c', '1.0', 'groups = ["main"]\nmarkers = {main = "os_name == \\"nt\\""}\n'),
    );
    expect(readPoetryLock(text, { rules: pypi })!.map(({ markers }) => markers)).toEqual([
      ['python_version < "3.11"'],
      [],
      ['os_name == "nt"'],
    ]);
  });
});

describe('a draft of poetry.lock', () => {
  it('has new versions in place of old ones and nothing else changed', () => {
    const text = poetryLock(entry('Flask', '1.0'), entry('num', '1.0'), entry('num', '2.0'));
    expect(poetryDraft(text, [moveOf('flask 1.0 2.0'), moveOf('num 2.0 2.1')], pypi)).toBe(
      poetryLock(entry('Flask', '2.0'), entry('num', '1.0'), entry('num', '2.1')),
    );
  });

  it('stays TOML where one version becomes two, each for other targets', () => {
    const moves = [moveOf('flask 1.0 2.0'), moveOf('flask 1.0 3.0')];
    const draft = poetryDraft(OLD, moves, pypi);
    const versions = readPoetryLock(draft, { rules: pypi })?.map(
      ({ name, version }) => `${name} ${version.text}`,
    );
    expect(versions?.sort()).toEqual(['flask 2.0', 'flask 3.0', 'jinja2 3.0']);
  });

  it('has a table for what is new, from where all others come, and leaves what goes to Poetry', () => {
    const draft = poetryDraft(OLD, [moveOf('new - 1.5'), moveOf('jinja2 3.0 -')], pypi);
    expect(
      readPoetryLock(draft, { rules: pypi })!.map(({ name, version, source }) => [
        name,
        version.text,
        source,
      ]),
    ).toEqual([
      ['flask', '1.0', 'https://index.example/simple'],
      ['jinja2', '3.0', 'https://index.example/simple'],
      ['new', '1.5', 'https://index.example/simple'],
    ]);
    expect(draft.endsWith('[metadata]\nlock-version = "2.1"\ncontent-hash = "x"\n')).toBe(true);
  });
});
