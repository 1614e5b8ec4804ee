import { afterAll, describe, expect, it } from 'vitest';
import type { LearnedBreak } from '../../src/domain/learned-break.ts';
import type { BlameNeeds } from '../../src/prove/blame/blame-needs.ts';
import { learnFrom } from '../../src/prove/blame/learn-from.ts';
import { checkImports } from '../../src/prove/imports/check-imports.ts';
import type { ImportedModule } from '../../src/prove/imports/import-check.ts';
import { openSandbox } from '../../src/prove/sandbox/open-sandbox.ts';
import { pypi } from '../../src/read/ecosystems/pypi/pypi.ts';
import { liveWorld, PATIENCE_MS } from '../live/live.ts';
import { noUv, realEnvironment, type RealEnvironment } from './real-environment.ts';

/* Breaks of the real index, which its files will show for ever. */

const skipped =
  process.env['FETTLE_LIVE'] === '1' ? noUv : 'it asks the real index, which FETTLE_LIVE=1 allows';
const made: RealEnvironment[] = [];

async function learnedFrom(pins: readonly string[], module: string): Promise<readonly LearnedBreak[]> {
  const world = await liveWorld();
  const environment = await realEnvironment(pins, null);
  made.push(environment);
  const sandbox = await openSandbox(world, { unsandboxed: false });
  if ('kind' in sandbox) throw new Error(sandbox.why);
  const index = await pypi.openIndex(world, {
    ...{ root: environment.path, indexUrl: null, options: [], offline: false, asOf: null },
    ...{ allowBuild: false, bundle: null },
  });
  const name = pypi.name(module);
  if (typeof name !== 'string') throw new Error(name.message);
  const asked: ImportedModule = { module, from: { kind: 'distribution', name } };
  const outcomes = await checkImports([asked], environment, sandbox, { cache: world.cache });
  const libc = { name: 'glibc' as const, version: '2.36' };
  const runtime = { implementation: 'cpython', version: environment.runtimeVersion };
  const needs: BlameNeeds = {
    ...{ world, ecosystem: pypi, index, environment, before: null },
    target: { runtime, os: 'linux', architecture: 'x86_64', libc, readFrom: [] },
  };
  const { learned, blames } = await learnFrom(outcomes, needs);
  if (learned.length === 0) throw new Error(JSON.stringify(blames.map(({ blame }) => blame)));
  return learned;
}

afterAll(() => made.forEach((one) => one.remove()));

describe.skipIf(skipped !== null)(
  `breaks of the real index${skipped === null ? '' : ` (skipped: ${skipped})`}`,
  () => {
    it(
      'are learned: a name that a template engine dropped',
      async () => {
        const pins = ['flask==1.1.2', 'jinja2==3.1.6', 'werkzeug==1.0.1', 'itsdangerous==1.1.0'];
        const [learned] = await learnedFrom([...pins, 'click==7.1.2', 'markupsafe==2.1.5'], 'flask');
        const { importer, provider, module, symbol, kind } = learned!;
        expect([importer?.name, provider.name, module, symbol, kind]).toEqual([
          ...['flask', 'jinja2', 'jinja2', 'escape', 'forbidden'],
        ]);
        const forbidden = [...provider.versions.read, ...provider.versions.between];
        expect(forbidden).toEqual(expect.arrayContaining(['3.1.0', '3.1.2', '3.1.6']));
        expect(forbidden.filter((version) => !version.startsWith('3.1.'))).toEqual([]);
        const asking = [...importer!.versions.read, ...importer!.versions.between];
        expect(asking).toEqual(expect.arrayContaining(['1.0', '1.1.1', '1.1.2', '1.1.4']));
        expect(asking.filter((version) => version.startsWith('3.'))).toEqual([]);
      },
      PATIENCE_MS,
    );

    it(
      'are learned: a name that a toolkit dropped',
      async () => {
        const pins = ['flask==2.2.2', 'werkzeug==3.0.6', 'jinja2==3.1.6', 'itsdangerous==2.2.0'];
        const [learned] = await learnedFrom([...pins, 'click==8.1.8', 'markupsafe==2.1.5'], 'flask');
        const { importer, provider, module, symbol } = learned!;
        expect([importer?.name, provider.name, module, symbol]).toEqual([
          ...['flask', 'werkzeug', 'werkzeug.urls', 'url_quote'],
        ]);
        const forbidden = [...provider.versions.read, ...provider.versions.between];
        expect(forbidden).toEqual(expect.arrayContaining(['3.0.0', '3.0.6']));
        expect(forbidden.filter((version) => Number(version.split('.')[0]) < 3)).toEqual([]);
      },
      PATIENCE_MS,
    );

    it(
      'are learned: a name that came late and went again, of modules that are compiled too',
      async () => {
        const pins = ['fastapi==0.88.0', 'starlette==0.22.0', 'pydantic==2.9.2', 'pydantic-core==2.23.4'];
        const more = ['typing-extensions==4.12.2', 'annotated-types==0.7.0', 'anyio==3.7.1', 'idna==3.10'];
        const [learned] = await learnedFrom([...pins, ...more, 'sniffio==1.3.1'], 'fastapi');
        const { importer, provider, module, symbol } = learned!;
        expect([importer?.name, provider.name, module, symbol]).toEqual([
          ...['fastapi', 'pydantic', 'pydantic.fields', 'Undefined'],
        ]);
        const forbidden = [...provider.versions.read, ...provider.versions.between];
        expect(forbidden).toEqual(expect.arrayContaining(['2.0', '2.9.2', '2.12.5']));
        // It came with 1.2.
        expect(forbidden.filter((version) => /^1\.(?:[2-9]|\d\d)/.test(version))).toEqual([]);
        const asking = [...importer!.versions.read, ...importer!.versions.between];
        expect(asking).toEqual(expect.arrayContaining(['0.88.0', '0.99.1']));
        expect(asking).not.toContain('0.100.0');
      },
      PATIENCE_MS,
    );
  },
);
