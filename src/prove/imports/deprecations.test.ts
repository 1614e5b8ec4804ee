import { afterAll, expect, it } from 'vitest';
import { bareEnvironment } from '../../../test/support/bare-environment.ts';
import { makeWheel } from '../../../test/support/wheels.ts';
import type { PackageName } from '../../domain/package-name.ts';
import { nodeFiles } from '../../io/node-files.ts';
import { seenDeprecations } from './deprecations.ts';
import { importsOfDistributions } from './distribution-imports.ts';
import type { Deprecation, ImportOutcome } from './import-check.ts';

const environment = bareEnvironment([
  makeWheel({
    name: 'web',
    version: '1.2',
    files: { 'web/__init__.py': '', 'web/app.py': '', '_web.py': '' },
  }),
  makeWheel({ name: 'types-web', version: '1', files: { 'web-stubs/__init__.pyi': '' } }),
]);
afterAll(() => environment.remove());

const [web, types] = ['web', 'types-web'] as PackageName[];

function outcome(module: string, ...deprecations: readonly Deprecation[]): ImportOutcome {
  const asked = { module, from: { kind: 'distribution', name: web! } } as const;
  return { asked, result: { kind: 'imported' }, deprecations, durationMs: 1, peakMemoryBytes: null };
}

function at(file: string, line: number, message: string): Deprecation {
  return { category: 'DeprecationWarning', message, file, line };
}

it('tells of a deprecation whose code it is, how often it stands there, and which imports gave it', () => {
  const app = `${environment.sitePackages}/web/app.py`;
  const seen = seenDeprecations(
    [
      outcome('one', at('/usr/lib/python3/re.py', 1, 'old')),
      outcome('two', at(app, 3, 'old'), at(app, 9, 'old')),
      outcome('three', at(app, 3, 'old')),
    ],
    environment,
  );
  const told = { category: 'DeprecationWarning', message: 'old' };
  const distribution = { name: 'web', version: '1.2' };
  expect(seen).toEqual([
    { ...told, distribution, file: 'web/app.py', line: 3, places: 2, modules: ['two', 'three'] },
    { ...told, distribution: null, file: '/usr/lib/python3/re.py', line: 1, places: 1, modules: ['one'] },
  ]);
});

it('asks for the modules of installed distributions, and tells what it leaves out', async () => {
  const found = await importsOfDistributions([web!, types!, 'gone' as PackageName], environment, nodeFiles);
  expect(found).toEqual({
    modules: [{ module: 'web', from: { kind: 'distribution', name: 'web' } }],
    skipped: [
      { distribution: 'web', name: '_web', why: 'private' },
      { distribution: 'types-web', name: 'web-stubs', why: 'type stubs' },
    ],
    without: ['types-web'],
  });
});
