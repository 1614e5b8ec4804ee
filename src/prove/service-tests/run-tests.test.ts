import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { PackageName } from '../../domain/package-name.ts';
import { nodeFiles } from '../../io/node-files.ts';
import { systemClock } from '../../io/system-clock.ts';
import type { Environment } from '../environment/environment.ts';
import { openSandbox } from '../sandbox/open-sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { machineWorld } from '../sandbox/testing-requests.test-double.ts';
import { touchesOf } from './calls-by-distribution.ts';
import { findTests } from './find-tests.ts';
import { runTests, TEST_LIMITS } from './run-tests.ts';
import type { TestOptions } from './run-tests.ts';
import type { TestRun } from './test-run.ts';
import { environmentOf, folderOf, missingPytest, removeFolders } from './python-environment.test-double.ts';

const LIB = {
  lib: {
    'lib/__init__.py': 'from lib.early import early\nearly()\n',
    'lib/early.py': 'def early(): pass\n',
    'lib/late.py': 'def late(): return 1\n',
  },
  'made-by-exec': {
    'records.py':
      'from dataclasses import dataclass\n@dataclass\nclass Record:\n    value: int\nclass Empty: pass\n',
  },
  unused: { 'unused.py': 'def f(): pass\n' },
  asked: { 'asked.py': 'def f(): pass\n' },
  compiled: { 'compiled/__init__.py': '', 'compiled/fast.cpython-311.so': '' },
};

/** The tests that run in it are written here. */
const sandbox = (await openSandbox(machineWorld(), { unsandboxed: true })) as Sandbox;

let shared: Environment | null = null;
function environment(): Environment {
  return (shared ??= environmentOf(LIB));
}
afterAll(removeFolders);

async function ran(
  files: Readonly<Record<string, string>>,
  more: Partial<TestOptions> & { readonly environment?: Environment } = {},
): Promise<TestRun> {
  const folder = folderOf(files);
  const into = more.environment ?? environment();
  const found = await findTests({ files: nodeFiles }, folder, into);
  if (found.kind !== 'found') throw new Error(found.why);
  const before = readdirSync(folder, { recursive: true });
  const run = await runTests(found, into, sandbox, {
    ...{ limits: { ...TEST_LIMITS, timeMs: 50_000 }, clock: systemClock },
    ...more,
  });
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
  return run;
}

function outcomes(run: TestRun): Readonly<Record<string, string>> {
  return Object.fromEntries(run.tests.map(({ id, outcome }) => [id, outcome]));
}

const SUITE = missingPytest === null ? 'pytest, run' : `pytest, run (skipped: ${missingPytest})`;

describe.skipIf(missingPytest !== null)(SUITE, () => {
  it('tells each test by its outcome, with the last lines of a failure', async () => {
    const run = await ran({
      'test_all.py': [
        'import pytest',
        'def test_good(): pass',
        'def test_bad():\n    x = 1\n    assert x == 2',
        '@pytest.fixture\ndef broken(): raise ValueError("no fixture")',
        'def test_error(broken): pass',
        '@pytest.fixture\ndef late():\n    yield\n    raise ValueError("at its end")',
        'def test_late(late): pass',
        '@pytest.mark.skip(reason="not today")\ndef test_skipped(): pass',
        '@pytest.mark.xfail(reason="known")\ndef test_x(): assert False',
        '@pytest.mark.xfail\ndef test_xp(): pass',
        'def test_import():\n    from lib import gone',
      ].join('\n'),
    });
    expect(outcomes(run)).toEqual({
      'test_all.py::test_good': 'passed',
      'test_all.py::test_bad': 'failed',
      'test_all.py::test_error': 'error',
      'test_all.py::test_late': 'error',
      'test_all.py::test_skipped': 'skipped',
      'test_all.py::test_x': 'xfailed',
      'test_all.py::test_xp': 'xpassed',
      'test_all.py::test_import': 'failed',
    });
    const text = (name: string) => run.tests.find(({ id }) => id.endsWith(name))!;
    expect(text('test_bad').text).toContain('assert 1 == 2');
    expect(text('test_skipped').text).toBe('Skipped: not today');
    expect(text('test_import').error).toMatchObject({
      ...{ type: 'ImportError', module: 'lib', symbol: 'gone' },
      message: expect.stringContaining("cannot import name 'gone'") as string,
    });
    expect(run.ending).toEqual({ kind: 'finished' });
    expect(run.notRun).toEqual([]);
    expect(run.check).toMatchObject({ exitCode: 0, versions: { pytest: '7.4.3' } });
    expect(run.check.output).toContain('2 failed');
  });

  it('tells a module that cannot be imported, with what was raised first, and runs the rest', async () => {
    const run = await ran({
      'tests/test_web.py': 'import web\ndef test_web(): pass\n',
      'tests/test_rest.py': 'def test_rest(): pass\n',
      'web.py': 'from lib.late import soon\n',
    });
    expect(outcomes(run)).toEqual({ 'tests/test_rest.py::test_rest': 'passed' });
    expect(run.uncollected.map(({ id }) => id)).toEqual(['tests/test_web.py']);
    const { error, text } = run.uncollected[0]!;
    expect(error).toMatchObject({ type: 'ImportError', module: 'lib.late', symbol: 'soon' });
    expect(error!.frames.at(-1)).toMatchObject({ line: 1, text: 'from lib.late import soon' });
    expect(text).toContain('cannot import name');
  });

  it('tells a conftest.py that cannot be imported', async () => {
    const run = await ran({
      'conftest.py': 'import nowhere_to_be_found\n',
      'test_a.py': 'def test_a(): pass\n',
    });
    expect(run.ending).toMatchObject({
      kind: 'failed',
      error: { type: 'ModuleNotFoundError', module: 'nowhere_to_be_found' },
    });
    expect(run.tests).toEqual([]);
  });

  it('runs all tests in one process whatever addopts asks for', async () => {
    const run = await ran({
      'pytest.ini': '[pytest]\naddopts = -x -s --maxfail=1\n',
      'test_a.py': 'def test_1(): assert 0\ndef test_2(): assert 0\ndef test_3(): pass\n',
    });
    expect(Object.values(outcomes(run))).toEqual(['failed', 'failed', 'passed']);
  });

  it('knows what was seen before the process ended in the middle, and which test it was in', async () => {
    const run = await ran({
      'test_a.py':
        'import os\ndef test_1(): pass\ndef test_2(): os._exit(0)\ndef test_3(): pass\ndef test_4(): pass\n',
    });
    expect(outcomes(run)).toEqual({ 'test_a.py::test_1': 'passed', 'test_a.py::test_2': 'died' });
    expect(run.notRun).toEqual(['test_a.py::test_3', 'test_a.py::test_4']);
    expect(run.ending).toEqual({
      ...{ kind: 'cut-off', running: 'test_a.py::test_2' },
      why: 'the process of the tests ended with exit code 0',
    });
  });

  it('knows the test that hangs, and where', async () => {
    const run = await ran(
      {
        'test_a.py':
          'import time\ndef test_1(): pass\ndef test_2(): stuck_here()\ndef test_3(): pass\ndef stuck_here(): time.sleep(1000)\n',
      },
      { limits: { ...TEST_LIMITS, timeMs: 6_000 } },
    );
    expect(outcomes(run)).toEqual({ 'test_a.py::test_1': 'passed', 'test_a.py::test_2': 'died' });
    expect(run.ending).toMatchObject({ kind: 'cut-off', why: 'the limit of time was reached' });
    expect(run.notRun).toEqual(['test_a.py::test_3']);
    expect(run.check.output).toContain('in stuck_here');
  });

  it('is not disturbed by what tests print, close, or fork', async () => {
    const forged = '{"event":"test","id":"forged","outcome":"passed","seconds":0,"text":"","error":null}';
    const run = await ran({
      'pytest.ini': '[pytest]\naddopts = -s\n',
      'test_a.py': [
        'import os, sys',
        `FORGED = '${forged}'`,
        'def test_prints():\n    print(FORGED)\n    sys.__stderr__.write(FORGED + "\\n")\n    os.write(1, b"x" * 3000000)',
        'def test_writes():\n    for fd in range(3, 400):\n        try: os.write(fd, FORGED.encode() + b"\\n")\n        except OSError: pass',
        'def test_closes(): os.closerange(3, 100)',
        'def test_forks():\n    pid = os.fork()\n    if pid == 0: return\n    os.waitpid(pid, 0)',
        'def test_environment(): assert not any("mark" in name.lower() for name in os.environ)',
        'def test_input(): assert sys.stdin.read() == "" and os.read(0, 10) == b""',
      ].join('\n'),
    });
    expect(Object.keys(outcomes(run))).toHaveLength(6);
    expect(new Set(Object.values(outcomes(run)))).toEqual(new Set(['passed']));
    expect(run.ending).toEqual({ kind: 'finished' });
  });

  it('keeps ids with odd characters apart', async () => {
    const odd = ['a b', 'x::y', 'é\\n', '[', ' ', '\u2028'];
    const run = await ran({
      'test_a.py': `import pytest\n@pytest.mark.parametrize('value', ${JSON.stringify(odd)})\ndef test_odd(value): pass\n`,
    });
    expect(run.tests).toHaveLength(odd.length);
    const { id } = run.tests[2]!;
    const one = await ran(
      {
        'test_a.py': `import pytest\n@pytest.mark.parametrize('value', ${JSON.stringify(odd)})\ndef test_odd(value): pass\n`,
      },
      { only: [id] },
    );
    expect(one.tests.map((test) => test.id)).toEqual([id]);
  });

  it('tells thousands of tests', async () => {
    const run = await ran({
      'test_a.py': `import pytest\n@pytest.mark.parametrize('n', range(3000))\ndef test_n(n): assert n != 2999\n`,
    });
    expect(run.tests).toHaveLength(3000);
    expect(run.tests.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id)).toEqual([
      'test_a.py::test_n[2999]',
    ]);
  });

  it('imports the package of a src folder', async () => {
    const run = await ran({
      'pyproject.toml': '[project]\nname = "shop"\n',
      'src/shop/__init__.py': 'PRICE = 1\n',
      'tests/test_shop.py': 'import shop\ndef test_price(): assert shop.PRICE == 1\n',
    });
    expect(outcomes(run)).toEqual({ 'tests/test_shop.py::test_price': 'passed' });
  });

  it.each([
    'python3',
    ...['3.12.1', '3.13.0']
      .map(
        (version) =>
          `${process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv')}/versions/${version}/bin/python3`,
      )
      // Whichever of those the machine has, beside its own.
      .filter((path) => existsSync(path)),
  ])('tells what is called from what is only imported (%s)', async (python) => {
    const run = await ran(
      {
        'test_a.py': [
          'import lib, asked, compiled, threading, records',
          'def test_touches():\n    import lib.late\n    t = threading.Thread(target=lib.late.late)\n    t.start()\n    t.join()',
          'def test_made(): records.Record(1)',
          'def test_imports_again():\n    import importlib\n    importlib.reload(lib)',
        ].join('\n'),
      },
      { environment: python === 'python3' ? environment() : environmentOf(LIB, { python }) },
    );
    expect(run.tests.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'passed']);
    expect([...run.calls.called]).toContain('lib/late.py');
    // It was called twice, each time while `lib` was being imported.
    expect([...run.calls.called]).not.toContain('lib/early.py');
    const touches = touchesOf(run, environment(), Object.keys(LIB) as PackageName[]);
    expect(Object.fromEntries(touches)).toMatchObject({
      lib: { kind: 'touched' },
      'made-by-exec': { kind: 'touched' },
      unused: { kind: 'untouched' },
      asked: { kind: 'imported' },
      compiled: { kind: 'unknown' },
    });
  });

  it('does not call untouched what a started program may have called', async () => {
    const run = await ran({
      'test_a.py':
        'import subprocess, sys\ndef test_a(): subprocess.run([sys.executable, "-c", "import unused; unused.f()"], check=True)\n',
    });
    expect(touchesOf(run, environment()).get('unused' as PackageName)).toMatchObject({ kind: 'unknown' });
  });
});

describe('unittest, run', () => {
  it('tells each test by its outcome', async () => {
    const bare = environmentOf({}, { pytest: false });
    const run = await ran(
      {
        'tests/__init__.py': '',
        'tests/test_a.py': [
          'import unittest',
          'class A(unittest.TestCase):',
          '    def test_good(self): print("x")',
          '    def test_bad(self): self.assertEqual(1, 2)',
          '    def test_error(self): raise ValueError("no")',
          '    @unittest.skip("later")',
          '    def test_skip(self): pass',
          '    @unittest.expectedFailure',
          '    def test_x(self): self.fail()',
          '    def test_sub(self):',
          '        for i in range(3):',
          '            with self.subTest(i=i): self.assertNotEqual(i, 1)',
          'class B(unittest.TestCase):',
          '    @classmethod',
          '    def setUpClass(cls): raise ValueError("no class")',
          '    def test_b(self): pass',
        ].join('\n'),
        'more/test_c.py': 'import nothing_of_the_kind\nfrom unittest import TestCase\n',
      },
      { environment: bare },
    );
    expect(outcomes(run)).toEqual({
      'tests.test_a.A.test_good': 'passed',
      'tests.test_a.A.test_bad': 'failed',
      'tests.test_a.A.test_error': 'error',
      'tests.test_a.A.test_skip': 'skipped',
      'tests.test_a.A.test_x': 'xfailed',
      'tests.test_a.A.test_sub': 'failed',
      'tests.test_a.B.test_b': 'error',
    });
    expect(run.uncollected).toMatchObject([
      { id: 'test_c', error: { type: 'ModuleNotFoundError', module: 'nothing_of_the_kind' } },
    ]);
    expect(run.ending).toEqual({ kind: 'finished' });
    expect(existsSync(join(bare.sitePackages, 'pytest'))).toBe(false);
  });
});
