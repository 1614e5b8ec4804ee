import { afterAll, describe, expect, it } from 'vitest';
import type { PackageName } from '../../domain/package-name.ts';
import { nodeFiles } from '../../io/node-files.ts';
import { systemClock } from '../../io/system-clock.ts';
import { openSandbox } from '../sandbox/open-sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { machineWorld } from '../sandbox/testing-requests.test-double.ts';
import { testBeforeAndAfter } from './before-and-after.ts';
import type { TestSide } from './before-and-after.ts';
import { findTests } from './find-tests.ts';
import { environmentOf, folderOf, missingPytest, removeFolders } from './python-environment.test-double.ts';
import { failuresOfRun, tellTests, tellTouches } from './tell-tests.ts';

afterAll(removeFolders);

const TITLE = 'before and after, with real tests';

describe.skipIf(missingPytest !== null)(
  missingPytest === null ? TITLE : `${TITLE} (skipped: ${missingPytest})`,
  () => {
    it('what the plan broke is told from what failed anyway, and from what fails at times', async () => {
      const sandbox = (await openSandbox(machineWorld(), { unsandboxed: true })) as Sandbox;
      const folder = folderOf({
        'test_web.py': [
          'import lib, os, pytest',
          'def test_escape(): assert lib.escape("a") == "a"',
          'def test_mended(): assert lib.mended',
          'def test_never(): assert False',
          '# Fails only where it runs behind others, and only with the set after: the second run is of the suspects alone.',
          'def test_steady(): pass',
          'def test_unsteady(request): assert len(request.session.items) < 4 or not lib.mended',
        ].join('\n'),
        'test_names.py': 'from lib import escape\ndef test_name(): pass\n',
      });
      const side = async (source: string): Promise<TestSide> => {
        const unused = { 'unused.py': 'def f(): pass\n' };
        const environment = environmentOf({ lib: { 'lib.py': source }, unused });
        const found = await findTests({ files: nodeFiles }, folder, environment);
        if (found.kind !== 'found') throw new Error(found.why);
        return { found, environment };
      };
      const { before, after, comparison, touches } = await testBeforeAndAfter(
        {
          before: await side('mended = False\ndef escape(x): return x\n'),
          after: await side('mended = True\ndef called(): pass\n'),
        },
        ['lib', 'unused'] as PackageName[],
        sandbox,
        {
          limits: {
            ...{ timeMs: 50_000, memoryBytes: 1 << 30, outputBytes: 1 << 24 },
            ...{ scratchBytes: 1 << 27, processes: 64 },
          },
          clock: systemClock,
        },
      );
      expect(Object.fromEntries(comparison.changes.map(({ id, kind }) => [id, kind]))).toEqual({
        'test_web.py::test_escape': 'broken',
        'test_web.py::test_mended': 'repaired',
        'test_web.py::test_never': 'failing',
        'test_web.py::test_steady': 'fine',
        'test_web.py::test_unsteady': 'unsteady',
        'test_names.py': 'broken',
        'test_names.py::test_name': 'broken',
      });
      expect(tellTests(after, before)).toBe('tests 2 of 5, 1 module not collected (before: 4 of 6)');
      expect(failuresOfRun(after, comparison).map(({ key }) => key)).toEqual([
        'test_names.py',
        'test_web.py::test_escape',
        'test_web.py::test_never',
      ]);
      expect(after.uncollected[0]!.error).toMatchObject({ module: 'lib', symbol: 'escape' });
      expect(tellTouches(touches)).toEqual([
        'no test touches unused',
        'tests import lib, and call nothing of it',
      ]);
    });
  },
);
