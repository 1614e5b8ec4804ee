import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lock, lockText } from '../../src/lock.ts';
import type { Lock } from '../../src/lock.ts';
import { readPylock } from '../../src/read/manifests/locks/pylock.ts';
import { loopbackWorld } from '../contract/ecosystem-world.ts';
import { lockContext, sourceOf } from '../locks/lock-context.ts';
import type { Scenario } from './scenario.ts';
import { serveScenarios } from './simple-index.ts';
import type { ScenarioServer } from './simple-index.ts';

/* pylock.toml (PEP 751): what fettle writes is read by `packaging.pylock`, and both read the same of a table of files. */

const ROOT = join(import.meta.dirname, '..', '..');
const PYTHONPATH = [process.env['PYTHONPATH'], join(ROOT, '.cache', 'oracle')]
  .filter(Boolean)
  .join(delimiter);

interface Read {
  readonly valid: string | null;
  readonly selected: readonly unknown[];
}

const posix = {
  os_name: 'posix',
  sys_platform: 'linux',
  platform_system: 'Linux',
  platform_machine: 'x86_64',
};
const nt = { os_name: 'nt', sys_platform: 'win32', platform_system: 'Windows', platform_machine: 'AMD64' };
const TARGETS = (['3.11', '3.12'] as const).flatMap((series) =>
  (
    [
      [posix, ['manylinux_2_36_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64', 'linux_x86_64']],
      [nt, ['win_amd64']],
    ] as const
  ).map(([system, platforms]) => ({
    python: series.split('.').map(Number),
    platforms,
    environment: {
      ...system,
      ...{
        python_version: series,
        python_full_version: `${series}.4`,
        implementation_version: `${series}.4`,
      },
      ...{
        implementation_name: 'cpython',
        platform_python_implementation: 'CPython',
        platform_release: '',
        platform_version: '',
      },
    },
  })),
);

function oracle(files: readonly string[]): readonly Read[] | null {
  const { status, stdout } = spawnSync('python3', [join(import.meta.dirname, 'pylock-oracle.py')], {
    input: JSON.stringify({ files, targets: TARGETS }),
    env: { ...process.env, PYTHONPATH },
    encoding: 'utf8',
  });
  return status === 0 ? (JSON.parse(stdout) as readonly Read[] | null) : null;
}

const WHEELS = [
  'cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64',
  'cp311-cp311-win_amd64',
  'cp312-cp312-manylinux_2_17_x86_64',
  'cp312-cp312-win_amd64',
];
const any = { requires_python: '>=3.8' };
const SCENARIO: Scenario = {
  name: 'lock',
  root: { requires: ['app[x]', 'local==1.0+cpu', 'plain', 'win ; sys_platform == "win32"'] },
  expected: { satisfiable: true },
  packages: {
    app: {
      versions: {
        '2.0': {
          ...any,
          wheel_tags: WHEELS,
          requires: ['old<2 ; python_version < "3.12"', 'new'],
          extras: { x: ['more'] },
        },
      },
    },
    local: { versions: { '1.0+cpu': { ...any, sdist: false } } },
    plain: { versions: { '3.0': { ...any, wheel: false } } },
    win: { versions: { '1.0': any } },
    old: { versions: { '1.5': any, '2.0': any } },
    new: {
      versions: {
        '1.0': { requires_python: '>=3.8', requires: ['old'] },
        '2.0': { ...any, requires: ['old>=2 ; python_version >= "3.12"'] },
      },
    },
    more: { versions: { '1.0': any, '2.0': { ...any, yanked: 'no' } } },
  },
};

let server: ScenarioServer;
let folder: string;
let locked: Extract<Lock, { kind: 'locked' }>;
let text: string;

beforeAll(async () => {
  server = await serveScenarios([SCENARIO]);
  folder = mkdtempSync(join(tmpdir(), 'fettle-pylock-'));
  writeFileSync(join(folder, 'requirements.txt'), SCENARIO.root.requires.join('\n'));
  const job = {
    ...{ root: folder, paths: ['requirements.txt'], service: null, pythons: ['3.11.4', '3.12.4'] },
    ...{
      platforms: ['manylinux_2_36_x86_64', 'windows/amd64'],
      indexUrl: server.indexUrl(SCENARIO),
      offline: false,
      asOf: null,
    },
    ...{
      allowBuild: false,
      advisories: [],
      severity: null,
      strategy: null,
      prereleases: null,
      only: [],
      bundle: null,
    },
  };
  const found = await lock(job, loopbackWorld());
  if (found.kind !== 'locked') throw new Error('it can be locked');
  locked = found;
  text = lockText(locked, { format: 'pylock', hashes: true });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('what fettle lock writes', () => {
  it('is valid, and an installer selects on every target what was locked for it', (context) => {
    const read = oracle([text]);
    if (read === null) return context.skip('python3 with packaging.pylock is not there');
    expect(read[0]!.valid).toBeNull();
    const wanted = TARGETS.map(({ python, platforms }) => {
      const os = platforms.some((platform) => platform === 'win_amd64') ? 'windows' : 'linux';
      const set = locked.sets.find(
        ({ target }) => target.os === os && target.runtime.version.startsWith(python.join('.')),
      )!;
      return set.packages
        .map(({ name, version }) => `${name}-${version.text}-`.replace('plain-3.0-', 'plain-3.0.tar.gz'))
        .sort();
    });
    const selected = read[0]!.selected as readonly (readonly string[])[];
    expect(selected.map((names) => names.map((name) => /^[^-]+-[^-]+(?:-|$)/.exec(name)![0]))).toEqual(
      wanted,
    );
    expect(selected[0]).toContain(`app-2.0-${WHEELS[0]}.whl`);
    expect(selected[3]).toContain(`app-2.0-${WHEELS[3]}.whl`);
    expect(new Set(selected.map((names) => names.join()))).toHaveLength(4);
  });

  it('is read again as it was', () => {
    const read = readPylock(sourceOf('pylock.toml', text), lockContext());
    expect(read.unreadable).toEqual([]);
    const rows = locked.rows.map(({ name, version, condition }) => [
      name,
      version.text,
      condition?.text ?? null,
    ]);
    expect(
      read.entries.map(({ name, version, condition }) => [name, version?.text, condition?.text ?? null]),
    ).toEqual(rows);
  });
});

const top = 'lock-version = "1.0"\ncreated-by = "somebody"\n';
const hash = `hashes = { sha256 = "${'a'.repeat(64)}" }`;
const wheel = `[[packages.wheels]]\nurl = "https://files.example/a-1.0-py3-none-any.whl"\n${hash}\n`;
/** What both read of a file: names and versions; null: it is no lock. */
const FILES: readonly (readonly [section: string, text: string, read: readonly string[] | null])[] = [
  ['packages.version with wheels', `${top}[[packages]]\nname = "a"\nversion = "1.0"\n${wheel}`, ['a 1.0']],
  [
    'packages.sdist',
    `${top}[[packages]]\nname = "a"\nversion = "1.0"\n[packages.sdist]\nname = "a-1.0.tar.gz"\nurl = "https://files.example/x"\n${hash}\n`,
    ['a 1.0'],
  ],
  [
    'packages.archive',
    `${top}[[packages]]\nname = "a"\nversion = "1.0"\n[packages.archive]\nurl = "https://files.example/a.zip"\n${hash}\n`,
    ['a 1.0'],
  ],
  [
    'packages.vcs without a version',
    `${top}[[packages]]\nname = "a"\n[packages.vcs]\ntype = "git"\nurl = "https://code.example/a"\ncommit-id = "${'0'.repeat(40)}"\n`,
    ['a -'],
  ],
  ['packages.directory', `${top}[[packages]]\nname = "a"\n[packages.directory]\npath = "../a"\n`, ['a -']],
  [
    'packages.marker',
    `${top}[[packages]]\nname = "a"\nversion = "1.0"\nmarker = "sys_platform == 'linux'"\n${wheel}`,
    ['a 1.0'],
  ],
  [
    'packages: several entries of one name',
    `${top}[[packages]]\nname = "a"\nversion = "1.0"\nmarker = "os_name == 'nt'"\n${wheel}[[packages]]\nname = "a"\nversion = "1.0"\nmarker = "os_name != 'nt'"\n${wheel}`,
    ['a 1.0', 'a 1.0'],
  ],
  ['packages: none', `${top}packages = []\n`, []],
  ['tool: whatever stands there', `${top}packages = []\n[tool.somebody]\nanything = true\n`, []],
  ['lock-version: a later minor version', `${top.replace('1.0', '1.1')}packages = []\n`, []],
  ['lock-version: a later major version', `${top.replace('1.0', '2.0')}packages = []\n`, null],
  ['lock-version: is required', 'created-by = "x"\npackages = []\n', null],
  ['packages.name: is required', `${top}[[packages]]\nversion = "1.0"\n${wheel}`, null],
  ['packages.version: is no version', `${top}[[packages]]\nname = "a"\nversion = "one"\n${wheel}`, null],
  [
    'packages.marker: is no marker',
    `${top}[[packages]]\nname = "a"\nversion = "1.0"\nmarker = "when it rains"\n${wheel}`,
    null,
  ],
];

describe('a file of the table (PEP 751, "File Format")', () => {
  it.each(FILES)('%s', (_, file, expected) => {
    const { entries, unreadable } = readPylock(sourceOf('pylock.toml', file), lockContext());
    const read = entries.map(({ name, version }) => `${name} ${version?.text ?? '-'}`);
    if (expected === null) expect(unreadable.length).toBeGreaterThan(0);
    else expect({ read: read.sort(), unreadable }).toEqual({ read: [...expected].sort(), unreadable: [] });
  });

  it('is valid for packaging where fettle reads it without a problem, and invalid where not', (context) => {
    const read = oracle(FILES.map(([, file]) => file));
    if (read === null) return context.skip('python3 with packaging.pylock is not there');
    expect(read.map(({ valid }, i) => [FILES[i]![0], valid === null])).toEqual(
      FILES.map(([section, , expected]) => [section, expected !== null]),
    );
  });
});
