import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bareEnvironment } from '../../../test/support/bare-environment.ts';
import type { BareEnvironment } from '../../../test/support/bare-environment.ts';
import { makeWheel } from '../../../test/support/wheels.ts';
import { childProcesses } from '../../io/child-processes.ts';
import { nodeFiles } from '../../io/node-files.ts';
import { machineWorld } from '../sandbox/testing-requests.test-double.ts';
import { openSandbox } from '../sandbox/open-sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { readSourceImports } from './read-sources.ts';
import type { SourceImports } from './read-sources.ts';
import { importsOfSources } from './source-imports.ts';

let environment: BareEnvironment;
let sandbox: Sandbox | null;
let root: string;

beforeAll(async () => {
  environment = bareEnvironment([
    makeWheel({
      name: 'web',
      version: '1',
      files: { 'web/__init__.py': '', 'fast.py': '', 'redis/__init__.py': '' },
    }),
  ]);
  const found = await openSandbox(machineWorld(), { unsandboxed: false });
  sandbox = 'kind' in found ? null : found;
});

afterAll(() => environment.remove());
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'fettle-sources-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function read(
  files: Readonly<Record<string, string | Uint8Array>>,
  inside = sandbox,
): Promise<SourceImports> {
  write(files);
  return readSourceImports({
    root,
    folders: [root],
    environment,
    files: nodeFiles,
    processes: childProcesses,
    sandbox: inside,
  });
}

/** The modules that are asked for, with the names taken from each. */
async function asked(files: Readonly<Record<string, string | Uint8Array>>): Promise<readonly string[]> {
  return importsOfSources(await read(files), environment).map(({ module, from }) => {
    if (from.kind !== 'sources') throw new Error('not of sources');
    return [module, ...from.names].join(' ') + (from.lazy === true ? ' (lazy)' : '');
  });
}

describe('imports of sources', () => {
  it('are told with their place and the names that they take', async () => {
    const { imports } = await read({
      'app.py': '"""Words."""\nimport os, web.deep as d\nfrom web import b, a as c\nfrom . import x\n',
    });
    const told = { file: 'app.py', role: 'service', guard: 'none', lazy: false };
    expect(imports).toEqual([
      { ...told, line: 2, module: 'web.deep', level: 0, names: [] },
      { ...told, line: 3, module: 'web', level: 0, names: ['b', 'a'] },
      { ...told, line: 4, module: '', level: 1, names: ['x'] },
    ]);
  });

  it('are read without a sandbox as well, since nothing of them is run', async () => {
    const { imports } = await read({ 'app.py': 'import web\nraise SystemExit\n' }, null);
    expect(imports).toHaveLength(1);
  });

  it.each([
    ['in a function', 'def f():\n    import web', ['web (lazy)']],
    ['in a class', 'class C:\n    import web', ['web']],
    ['under __main__', 'if __name__ == "__main__":\n    import web', ['web (lazy)']],
    ['in a try with a fallback', 'try:\n    import web\nexcept ImportError:\n    web = None', []],
    ['in the fallback', 'try:\n    import gone\nexcept (KeyError, ImportError):\n    import web', []],
    ['after the try', 'try:\n    import gone\nexcept ImportError:\n    pass\nelse:\n    import web', ['web']],
    ['in a try that catches all', 'try:\n    import web\nexcept:\n    pass', []],
    ['in a try that catches something else', 'try:\n    import web\nexcept OSError:\n    pass', ['web']],
    [
      'in a try that raises again',
      'try:\n    import web\nexcept ImportError as e:\n    raise SystemExit("install web") from e',
      ['web'],
    ],
    ['in a try that exits', 'try:\n    import web\nexcept ImportError:\n    sys.exit(1)', ['web']],
    ['under suppress', 'with contextlib.suppress(ImportError):\n    import web', []],
    ['under another with', 'with timed():\n    import web', ['web']],
    ['for a checker of types', 'if t.TYPE_CHECKING:\n    import web', []],
    ['not for a checker of types', 'if not TYPE_CHECKING:\n    import web', ['web']],
    [
      'for an older Python',
      'if sys.version_info < (3, 8):\n    import web\nelse:\n    import fast',
      ['fast'],
    ],
    ['for another system', 'if sys.platform == "win32":\n    import web', []],
    ['under a condition, installed', 'if flag():\n    import web', ['web']],
    ['under a condition, not installed', 'if flag():\n    import gone', []],
    ['with a star', 'from web import *', ['web']],
    ['of what is not installed', 'import gone', ['gone']],
    ['of the standard library', 'import os.path, tomllib, xml.etree\nfrom __future__ import annotations', []],
    ['twice', 'import web\nimport web\nfrom web import a\nfrom web import a', ['web', 'web a']],
    ['lazily and then at once', 'def f():\n    import web\nimport web', ['web']],
    ['in a loop', 'for _ in range(1):\n    import web', ['web']],
    ['in a match', 'match x:\n    case 1:\n        import web', ['web']],
  ])('%s', async (_, text, modules) => {
    expect(await asked({ 'app.py': text })).toEqual(modules);
  });

  it('of the own modules of the service are not asked for', async () => {
    expect(
      await asked({
        'app/__init__.py': '',
        'app/main.py':
          'import app.models, settings, core, redis, web\nfrom .models import x\nfrom deep import y',
        'app/redis.py': '',
        'settings.py': '',
        'src/core/__init__.py': '',
        'elsewhere/deep/x.py': '',
      }),
    ).toEqual(['redis', 'web']);
  });

  it('of tests and build scripts are not asked for', async () => {
    const texts = ['tests/a.py', 'app/test_a.py', 'conftest.py', 'setup.py'].map(
      (path) => [path, 'import web'] as const,
    );
    expect(await asked(Object.fromEntries(texts))).toEqual([]);
  });

  it('are not read in environments, in what is built, and behind links', async () => {
    const places = [
      '.venv/x.py',
      'my-env/x.py',
      'node_modules/p/x.py',
      '.git/x.py',
      'build/x.py',
      'p.egg-info/x.py',
    ];
    write({ 'my-env/pyvenv.cfg': '' });
    symlinkSync('/usr/lib', join(root, 'linked'));
    const { files } = await read({
      ...Object.fromEntries(places.map((path) => [path, 'import web'])),
      'app.py': '',
    });
    expect(files).toEqual(['app.py']);
  });
});

describe('sources that cannot be read', () => {
  it('are told, and the others are read', async () => {
    const { imports, unreadable } = await read({
      'a.py': 'x = = 1',
      'b.py': 'import web\0',
      'c.py': '('.repeat(100_000),
      'd.py': `x = ${'-'.repeat(50_000)}1`,
      'e.py': '# coding: nonsense\n',
      'f.py': 'type X = int\n',
      'g.py': '#'.repeat(2 << 20),
      'h.py': Buffer.from('# coding: latin-1\nimport web # \xe4\n', 'latin1'),
      'i.py': Buffer.from('x = "\xe4"\n', 'latin1'),
      'j.py': `${nested(90)}import web\n`,
      'z.py': 'import web\n',
    });
    expect(unreadable.map(({ file }) => file).sort()).toEqual([
      'a.py',
      'b.py',
      'c.py',
      'd.py',
      'e.py',
      'f.py',
      'g.py',
      'i.py',
    ]);
    expect(imports.map(({ file }) => file)).toEqual(['h.py', 'j.py', 'z.py']);
  });

  it('by a parser that dies are told one by one, and the others are read', async () => {
    write({ 'a.py': 'import web', 'b.py': '', 'c.py': 'import fast' });
    let runs = 0;
    const dying: Sandbox = {
      ...sandbox!,
      run: () => {
        const stdout =
          runs++ === 0 ? '{"file":0,"imports":[]}\n{"file":1,"impo' : '{"file":0,"imports":[]}\n';
        const ending = { kind: 'signalled', signal: 'SIGSEGV' } as const;
        return Promise.resolve({ ending, stdout, stderr: '', durationMs: 1, peakMemoryBytes: null });
      },
    };
    const { unreadable } = await read({}, dying);
    expect(unreadable).toEqual([{ file: 'b.py', why: 'it was not read: SIGSEGV' }]);
    expect(runs).toBe(2);
  });

  it('where nothing can be started are all told, after a few attempts', async () => {
    write(Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`a${n}.py`, ''])));
    let runs = 0;
    const failing: Sandbox = {
      ...sandbox!,
      run: () => {
        runs++;
        const ending = { kind: 'not-started', why: 'no space' } as const;
        return Promise.resolve({ ending, stdout: '', stderr: '', durationMs: 1, peakMemoryBytes: null });
      },
    };
    const { unreadable } = await read({}, failing);
    expect(unreadable).toHaveLength(40);
    expect(runs).toBeLessThan(15);
  });
});

function nested(deep: number): string {
  const lines = Array.from({ length: deep }, (_, n) => `${' '.repeat(n)}if x:\n`);
  return lines.join('') + ' '.repeat(deep);
}
