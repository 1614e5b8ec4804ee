import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProcessRequest, ProcessResult } from '../../io/process.ts';
import { readTomlTable } from '../../io/toml-table.ts';
import { pipfileHash } from '../../read/manifests/locks/content-hash.ts';
import { pipenvJson } from './pipenv-json.ts';
import { relock } from './relock.ts';
import { requestOf, SETTINGS, toolWorld } from './testing/tool-world.ts';

const SOURCE =
  '[[source]]\nurl = "https://${USER_OF_INDEX}@index.example/simple"\nverify_ssl = true\nname = "index"\n';
const PIPFILE = `${SOURCE}\n[packages]\nflask = {version = "==2.0", extras = ["async"]}\nlocal = {path = "."}\n\n[dev-packages]\npytest = "*"\n\n[requires]\npython_version = "3.11"\n\n[scripts]\nx = "y"\n`;

interface Entry {
  readonly version: string;
  readonly index?: string;
  readonly markers?: string;
  readonly extras?: readonly string[];
  readonly hashes?: readonly string[];
}

function lockText(
  packages: Readonly<Record<string, Entry>>,
  develop: Readonly<Record<string, Entry>>,
): string {
  const meta = {
    hash: { sha256: 'old' },
    'pipfile-spec': 6,
    requires: { python_version: '3.11' },
    sources: [],
  };
  return `${JSON.stringify({ _meta: meta, default: packages, develop }, null, 4)}\n`;
}

const DEVELOP = { pytest: { hashes: ['sha256:cc'], index: 'index', version: '==7.0' } };
const OLD = {
  colorama: { hashes: ['sha256:aa'], markers: "sys_platform == 'win32'", version: '==0.4.5' },
  flask: { hashes: ['sha256:bb'], index: 'index', version: '==1.0' },
  gone: { version: '==1.0' },
  still: { markers: "python_version >= '3.5'", version: '==1.0' },
};

/** A pipenv that locks every pinned line of the Pipfile that it finds, and judges the lock in the end. */
function pipenv(
  verified: { pipfile?: string; lock?: string },
  judgement: Partial<ProcessResult> = { exitCode: 0 },
) {
  return ({ command, cwd }: ProcessRequest): Partial<ProcessResult> => {
    const [pipfile, lock] = [join(cwd!, 'Pipfile'), join(cwd!, 'Pipfile.lock')];
    if (command[1] === 'verify') {
      verified.pipfile = readFileSync(pipfile, 'utf8');
      verified.lock = readFileSync(lock, 'utf8');
      return judgement;
    }
    verified.pipfile = readFileSync(pipfile, 'utf8');
    const made = (section: string): Record<string, Entry> =>
      Object.fromEntries(
        [...(readTomlTable(verified.pipfile!)!.get(section) as ReadonlyMap<string, unknown>)].map(
          ([name, line]) => {
            const version =
              typeof line === 'string' ? line : String((line as ReadonlyMap<string, unknown>).get('version'));
            return [
              name,
              { version, index: 'index', markers: "python_version >= '3.8'", hashes: ['sha256:dd'] },
            ];
          },
        ),
      );
    writeFileSync(lock, lockText(made('packages'), made('dev-packages')));
    return { exitCode: 0 };
  };
}

const PLAN = [
  'flask 2.0',
  'colorama 0.4.6 <- flask',
  'new 3.0 <- flask',
  'plug 1.0 <- pytest',
  'still 1.0',
  'pytest 7.0',
];
const MOVES = ['flask 1.0 2.0', 'colorama 0.4.5 0.4.6', 'gone 1.0 -', 'new - 3.0', 'plug - 1.0'];
const FILES = { Pipfile: PIPFILE, 'Pipfile.lock': lockText(OLD, DEVELOP) };
const REQUEST = requestOf('Pipfile.lock', 'pipenv', FILES, PLAN, MOVES);

describe('Pipfile.lock', () => {
  it('has the entries of what moved, and all others as they were', async () => {
    const verified: { pipfile?: string; lock?: string } = {};
    const world = toolWorld({ programs: { '/tools/pipenv': pipenv(verified) } });
    const result = await relock(REQUEST, SETTINGS, world);
    const made = { hashes: ['sha256:dd'], markers: "python_version >= '3.8'" };
    const hash = pipfileHash(readTomlTable(PIPFILE)!, null);
    const meta = {
      ...{ hash: { sha256: hash }, 'pipfile-spec': 6, requires: { python_version: '3.11' }, sources: [] },
    };
    const expected = {
      _meta: meta,
      default: {
        colorama: { hashes: ['sha256:dd'], markers: "sys_platform == 'win32'", version: '==0.4.6' },
        flask: { hashes: ['sha256:dd'], index: 'index', markers: made.markers, version: '==2.0' },
        new: { ...made, version: '==3.0' },
        still: { markers: "python_version >= '3.5'", version: '==1.0' },
      },
      develop: { plug: { ...made, version: '==1.0' }, pytest: DEVELOP.pytest },
    };
    expect(result).toEqual({ kind: 'rewritten', text: `${JSON.stringify(expected, null, 4)}\n` });
    expect(verified).toEqual({ pipfile: PIPFILE, lock: `${JSON.stringify(expected, null, 4)}\n` });
  });

  it('is made from a Pipfile that pins the plan, without what would have to be built', async () => {
    const seen: { pipfile?: string } = {};
    const run = pipenv(seen);
    let pinned = '';
    const world = toolWorld({
      programs: {
        '/tools/pipenv': (request) => {
          const result = run(request);
          if (request.command[1] === 'lock') pinned = seen.pipfile!;
          return result;
        },
      },
      environment: { USER_OF_INDEX: 'hush', PIP_INDEX_URL: 'x', PIPENV_PYTHON: '/x', OTHER: 'no' },
    });
    await relock(REQUEST, SETTINGS, world);
    expect(pinned).toBe(
      `${SOURCE}\n[requires]\npython_version = "3.11"\n\n[packages]\nflask = {version = "==2.0", extras = ["async"]}\ncolorama = "==0.4.6"\nstill = "==1.0"\nnew = "==3.0"\n\n[dev-packages]\npytest = "==7.0"\nplug = "==1.0"\n`,
    );
    const { command, environment } = world.processesRun.find((one) => one.command[1] === 'lock')!;
    expect(command.join(' ')).not.toContain('hush');
    expect(environment).toMatchObject({
      USER_OF_INDEX: 'hush',
      PIP_ONLY_BINARY: ':all:',
      PIPENV_IGNORE_VIRTUALENVS: '1',
    });
    expect(['PIP_INDEX_URL', 'PIPENV_PYTHON', 'OTHER'].filter((name) => name in environment)).toEqual([]);
  });

  it('is refused where pipenv does not accept it', async () => {
    const world = toolWorld({
      programs: { '/tools/pipenv': pipenv({}, { exitCode: 1, stdout: 'Pipfile.lock is out-of-date.' }) },
    });
    expect(await relock(REQUEST, SETTINGS, world)).toMatchObject({
      ...{ kind: 'refused', why: 'pipenv does not lock this plan: Pipfile.lock is out-of-date.' },
    });
  });

  it('is refused where targets need several versions of one package', async () => {
    const other = { ...REQUEST.sets[0]!.target, runtime: { implementation: 'cpython', version: '3.12' } };
    const one = requestOf('Pipfile.lock', 'pipenv', FILES, ['flask 1.0'], []).sets[0]!;
    const sets = [...REQUEST.sets, { ...one, target: other }];
    const world = toolWorld({ programs: { '/tools/pipenv': pipenv({}) } });
    expect(await relock({ ...REQUEST, sets }, SETTINGS, world)).toMatchObject({
      ...{ kind: 'refused', why: expect.stringContaining('holds one version of flask') as string },
    });
  });
});

describe('a lock as pipenv writes it', () => {
  it('has keys by code point, empty tables on their line, and ASCII alone', () => {
    const value = new Map<string, unknown>([
      ['\u{10000}', []],
      ['\uffff', new Map()],
      ['b', ['é', true, 6]],
    ]);
    // json.dumps(value, indent=4, sort_keys=True) of CPython 3.11
    expect(pipenvJson(value)).toBe(
      '{\n    "b": [\n        "\\u00e9",\n        true,\n        6\n    ],\n    "\\uffff": {},\n    "\\ud800\\udc00": []\n}\n',
    );
  });
});
