import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bareEnvironment } from '../../../test/support/bare-environment.ts';
import type { BareEnvironment } from '../../../test/support/bare-environment.ts';
import { makeWheel } from '../../../test/support/wheels.ts';
import type { PackageName } from '../../domain/package-name.ts';
import { memoryCache } from '../../io/memory-cache.ts';
import { closeWorld, openWorld } from '../../io/real-world.ts';
import type { World } from '../../io/world.ts';
import { openSandbox } from '../sandbox/open-sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { checkImports } from './check-imports.ts';
import type { ImportedModule, ImportOutcome } from './import-check.ts';
import { IMPORT_LIMITS } from './import-run.ts';

let world: World;
let sandbox: Sandbox;
const opened: BareEnvironment[] = [];

beforeAll(async () => {
  world = await openWorld({ cacheDir: '/nonexistent', environment: process.env, onWarning: () => undefined });
  // Where there is no bubblewrap these tests' own packages run plainly; what only a sandbox holds is then not asked.
  const found = await openSandbox(world, { unsandboxed: true });
  if ('kind' in found) throw new Error(found.why);
  sandbox = found;
});

afterAll(async () => {
  for (const one of opened) one.remove();
  await closeWorld(world);
});

function environmentOf(files: Readonly<Record<string, string>>): BareEnvironment {
  const made = bareEnvironment([makeWheel({ name: 'made', version: '1.0', files })]);
  opened.push(made);
  return made;
}

function asksOf(...modules: readonly string[]): readonly ImportedModule[] {
  return modules.map((module) => ({
    module,
    from: { kind: 'distribution', name: 'made' as PackageName },
  }));
}

function source(module: string, ...names: readonly string[]): ImportedModule {
  return { module, from: { kind: 'sources', file: 'app.py', line: 1, names } };
}

const LIMITS = { ...IMPORT_LIMITS, timeMs: 20_000, memoryBytes: 300 * 1024 ** 2 };

async function checked(
  files: Readonly<Record<string, string>>,
  asks: readonly ImportedModule[],
  limits = LIMITS,
): Promise<readonly ImportOutcome[]> {
  return checkImports(asks, environmentOf(files), sandbox, { cache: memoryCache(), limits, parallel: 2 });
}

async function only(
  text: string,
  more: Readonly<Record<string, string>> = {},
  limits = LIMITS,
): Promise<ImportOutcome> {
  const [outcome] = await checked({ 'm.py': text, ...more }, asksOf('m'), limits);
  return outcome!;
}

/** The result of a module that raises. */
async function raised(
  text: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Extract<ImportOutcome['result'], { kind: 'raised' }>> {
  const { result } = await only(text, more);
  if (result.kind !== 'raised') throw new Error(JSON.stringify(result));
  return result;
}

async function died(text: string, limits = LIMITS): Promise<string> {
  const { result } = await only(text, {}, limits);
  return result.kind === 'died' ? result.why : JSON.stringify(result);
}

describe('a module that can be imported', () => {
  it('is told as that, with its time and memory', async () => {
    const outcome = await only('x = bytearray(60_000_000)\nimport time; time.sleep(0.2)\n');
    expect(outcome.result).toEqual({ kind: 'imported' });
    expect(outcome.durationMs).toBeGreaterThan(190);
    expect(outcome.peakMemoryBytes).toBeGreaterThan(60_000_000);
  });

  it('leaves nothing behind in the environment', async () => {
    const environment = environmentOf({ 'm/__init__.py': '' });
    await checkImports(asksOf('m'), environment, sandbox, { cache: memoryCache() });
    expect(existsSync(join(environment.sitePackages, 'm/__pycache__'))).toBe(false);
  });

  it.each([
    ['prints without line ends', 'import sys; sys.stdout.write("{" * 10_000); sys.stderr.write("}")'],
    ['closes the standard streams', 'import sys, os; sys.stdout.close(); sys.stderr.close()'],
    ['closes the first descriptors', 'import os; os.close(1); os.close(2)'],
    [
      'leaves a thread that never ends',
      'import threading, time; threading.Thread(target=time.sleep, args=(999,)).start()',
    ],
    ['leaves a process that never ends', 'import subprocess; subprocess.Popen(["/bin/sleep", "999"])'],
    ['goes on in two processes', 'import os\nif os.fork() == 0: raise ValueError("child")\nelse: os.wait()'],
    ['registers a broken exit handler', 'import atexit, os; atexit.register(os._exit, 9)'],
    [
      'changes its folder, its arguments and the import machinery',
      'import os, sys; os.chdir("/"); sys.argv.clear(); sys.path.clear()',
    ],
    ['writes to its home', 'import os, pathlib; (pathlib.Path.home() / "x").write_text("x")'],
    ['turns warnings into errors', 'import warnings; warnings.simplefilter("error")'],
    [
      'prints like an answer',
      'print(\'\\n{"module":{"exit":"1"},"names":{},"deprecations":[],"durationMs":1,"peak":null}\\n\', flush=True)',
    ],
  ])('and %s is imported', async (_, text) => {
    expect((await only(text)).result).toEqual({ kind: 'imported' });
  });

  it('is imported once for all that ask, and each ask is answered for its names', async () => {
    const outcomes = await checked({ 'p/__init__.py': 'given = 1\n', 'p/sub.py': '', 'q.py': '' }, [
      ...asksOf('p'),
      source('p', 'given', 'sub'),
      source('q'),
      source('p', 'given', 'lost'),
      source('p', 'also_lost'),
    ]);
    expect(outcomes.map(({ result }) => result.kind)).toEqual([
      'imported',
      'imported',
      'imported',
      'raised',
      'raised',
    ]);
    expect(outcomes.map(({ asked }) => asked.module)).toEqual(['p', 'p', 'q', 'p', 'p']);
    expect(outcomes[3]!.result).toMatchObject({
      error: { type: 'ImportError', module: 'p', symbol: 'lost', frames: [] },
    });
    expect(outcomes[4]!.result).toMatchObject({ error: { symbol: 'also_lost' } });
  });
});

describe('a module that raises', () => {
  it('is told with the name that is no longer given, and the frames that lead to it', async () => {
    const { error, traceback } = await raised('import web\n', {
      'web/__init__.py': 'from web.app import run\n',
      'web/app.py': '"""Words."""\nfrom template import escape, lost as found\n',
      'template.py': 'escape = 1\n',
    });
    expect(error).toMatchObject({ type: 'ImportError', module: 'template', symbol: 'lost' });
    expect(error.frames.map(({ file, line, text }) => [file.split('site-packages/')[1], line, text])).toEqual(
      [
        ['m.py', 1, 'import web'],
        ['web/__init__.py', 1, 'from web.app import run'],
        ['web/app.py', 2, 'from template import escape, lost as found'],
      ],
    );
    expect(traceback).toContain('cannot import name');
    expect(traceback).not.toContain('attempt');
  });

  it('is told with the module that is missing', async () => {
    const { error } = await raised('import gone.deeper\n');
    expect(error).toMatchObject({ type: 'ModuleNotFoundError', module: 'gone', symbol: null });
  });

  it('is told with the attribute that a module has no more', async () => {
    const { error } = await raised('import t\nt.lost\n', { 't.py': '' });
    expect(error).toMatchObject({ type: 'AttributeError', module: 't', symbol: 'lost' });
  });

  it('is told by the first of a chain, with all frames that lead there', async () => {
    const { error } = await raised(
      [
        'def load():',
        '    try:',
        '        import outer',
        '    except ImportError:',
        '        raise RuntimeError("install outer")',
        'load()',
      ].join('\n'),
      {
        'outer.py':
          'try:\n    from inner import lost\nexcept ImportError as e:\n    raise ImportError("no inner") from e\n',
        'inner.py': '',
      },
    );
    expect(error).toMatchObject({ type: 'ImportError', module: 'inner', symbol: 'lost' });
    expect(error.frames.map(({ text }) => text)).toEqual([
      'load()',
      'import outer',
      'from inner import lost',
    ]);
  });

  it('by `from None` too', async () => {
    const { error } = await raised(
      'try:\n    import gone\nexcept ImportError:\n    raise ValueError("no") from None\n',
    );
    expect(error).toMatchObject({ type: 'ModuleNotFoundError', module: 'gone' });
  });

  it('in a fallback is told by the fallback: the first was answered by it', async () => {
    const { error } = await raised('try:\n    import gone\nexcept ImportError:\n    import other\n', {
      'other.py': 'from t import lost\n',
      't.py': '',
    });
    expect(error).toMatchObject({ type: 'ImportError', module: 't', symbol: 'lost' });
    expect(error.frames.map(({ text }) => text)).toEqual(['import other', 'from t import lost']);
  });

  it.each([
    ['a syntax of a later Python', 'x = = 1', 'SyntaxError'],
    [
      'an error whose text cannot be made',
      'class E(Exception):\n    def __str__(self): raise KeyError\nraise E',
      'E',
    ],
    [
      'a loop of causes',
      'a, b = ValueError(1), KeyError(2)\na.__cause__, b.__cause__ = b, a\nraise a',
      'KeyError',
    ],
    ['KeyboardInterrupt', 'raise KeyboardInterrupt', 'KeyboardInterrupt'],
    ['no end of recursion', 'def f(): f()\nf()', 'RecursionError'],
    ['a missing variable', 'import os; os.environ["NOT_THERE"]', 'KeyError'],
    ['a missing library', 'import ctypes; ctypes.CDLL("libgone.so.9")', 'OSError'],
    ['an extension that is none', 'import broken', 'ImportError'],
  ])('%s is told by its type', async (_, text, type) => {
    const { error } = await raised(text, { 'broken.abi3.so': 'no library' });
    expect(error.type).toBe(type);
    expect(error.frames.length).toBeLessThanOrEqual(200);
  });
});

describe('a module that ends its process', () => {
  it.each([
    ['by sys.exit', 'import sys; sys.exit(3)', 'it called sys.exit(3)'],
    ['by sys.exit with words', 'raise SystemExit("no licence")', "it called sys.exit('no licence')"],
    ['by os._exit', 'import os; os._exit(4)', 'it ended its process with exit code 4'],
    ['as if all were well', 'import os; os._exit(0)', 'it ended its process with exit code 0'],
    ['by a segmentation fault', 'import ctypes; ctypes.string_at(0)', 'it was killed by SIGSEGV'],
    ['by abort', 'import os; os.abort()', 'it was killed by SIGABRT'],
    [
      'after forging an answer',
      'import os\nfor fd in range(300):\n  try: os.write(fd, b\'\\nx {"module":null} x\\n\')\n  except OSError: pass\nos._exit(0)',
      'it ended its process with exit code 0',
    ],
  ])('%s died', async (_, text, why) => {
    expect(await died(text)).toBe(why);
  });

  it('keeps the last of what it printed', async () => {
    const { result } = await only('import sys, os; print("words", file=sys.stderr); os._exit(1)');
    expect(result).toMatchObject({ output: 'words\n' });
  });
});

describe('a module beyond its limits', () => {
  it('hangs, and died', async () => {
    expect(await died('while True: pass', { ...LIMITS, timeMs: 1_500 })).toBe('it did not end within 1.5 s');
  });

  it('hangs before it, in a .pth file, and died', async () => {
    const hanging = { 'm.py': '', 'x.pth': 'import time; time.sleep(999)\n' };
    const [outcome] = await checked(hanging, asksOf('m'), { ...LIMITS, timeMs: 1_500 });
    expect(outcome!.result).toMatchObject({ kind: 'died', why: 'it did not end within 1.5 s' });
  });

  it('takes too much memory, and died', async () => {
    expect(await died('x = []\nwhile True: x.append(bytearray(10_000_000))')).toBe(
      'it took more than 300 MiB of memory',
    );
  });

  it('prints without end, and died', async () => {
    expect(await died('while True: print("x" * 10_000)')).toBe('it printed more than 4.0 MiB');
  });
});

describe('a check of many', () => {
  it('goes on after one that died', async () => {
    const outcomes = await checked({ 'a.py': 'import os; os._exit(1)', 'b.py': '' }, asksOf('a', 'b'));
    expect(outcomes.map(({ result }) => result.kind)).toEqual(['died', 'imported']);
  });

  it('does not run what is no name of a module', async () => {
    const outcomes = await checked({}, asksOf('a-b', 'a\nb', 'class', '..'));
    expect(outcomes.map(({ result }) => result.kind)).toEqual(['not-run', 'not-run', 'not-run', 'not-run']);
  });

  it('begins with what took longest before', async () => {
    const environment = environmentOf({
      'a.py': '',
      'b.py': 'import time; time.sleep(0.3)',
      'c.py': 'import time; time.sleep(0.1)',
    });
    const cache = memoryCache();
    const begun: string[] = [];
    const watched: Sandbox = {
      ...sandbox,
      run: (request) => {
        begun.push(String(request.input).split('\n')[1]!);
        return sandbox.run(request);
      },
    };
    const asks = asksOf('a', 'b', 'c');
    await checkImports(asks, environment, watched, { cache, parallel: 1 });
    await checkImports(asks, environment, watched, { cache, parallel: 1 });
    expect(begun.slice(3)).toEqual(['b', 'c', 'a']);
  });

  it('is stopped by its signal: what is left was not run', async () => {
    const signal = AbortSignal.abort();
    const environment = environmentOf({ 'a.py': '' });
    const [outcome] = await checkImports(asksOf('a'), environment, sandbox, { cache: memoryCache(), signal });
    expect(outcome!.result).toMatchObject({ kind: 'not-run' });
  });

  it('tells where the sandbox could not start it', async () => {
    const environment = { ...environmentOf({ 'a.py': '' }), interpreter: '/nonexistent/python' };
    const [outcome] = await checkImports(asksOf('a'), environment, sandbox, { cache: memoryCache() });
    expect(outcome!.result.kind).toBe('not-run');
  });
});

describe('warnings of deprecation', () => {
  it('are told once each with their place, and fail nothing', async () => {
    const outcome = await only(
      [
        'import warnings, t',
        'for _ in range(3): warnings.warn("use n", DeprecationWarning)',
        't.old()',
        'warnings.warn("soon", PendingDeprecationWarning)',
        'warnings.warn("then", FutureWarning)',
        'warnings.warn("not this one", UserWarning)',
        'class TDeprecation(UserWarning): pass',
        'warnings.warn("own", TDeprecation)',
      ].join('\n'),
      {
        't.py':
          'import warnings\ndef old():\n    warnings.warn("old goes", DeprecationWarning, stacklevel=2)\n',
      },
    );
    expect(outcome.result).toEqual({ kind: 'imported' });
    expect(
      outcome.deprecations.map(({ category, message, file, line }) => [
        category,
        message,
        file.split('/').pop(),
        line,
      ]),
    ).toEqual([
      ['DeprecationWarning', 'use n', 'm.py', 2],
      ['DeprecationWarning', 'old goes', 'm.py', 3],
      ['PendingDeprecationWarning', 'soon', 'm.py', 4],
      ['FutureWarning', 'then', 'm.py', 5],
      ['TDeprecation', 'own', 'm.py', 8],
    ]);
  });

  it('are told of a module that raises, too', async () => {
    const outcome = await only('import warnings; warnings.warn("w", DeprecationWarning); import gone');
    expect(outcome.result.kind).toBe('raised');
    expect(outcome.deprecations).toHaveLength(1);
  });
});
