import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LearnedBreak, LearnedVersions } from '../../src/domain/learned-break.ts';
import type { Target } from '../../src/domain/target.ts';
import { closeWorld, openWorld } from '../../src/io/real-world.ts';
import type { World } from '../../src/io/world.ts';
import { blame } from '../../src/prove/blame/blame-import.ts';
import type { Blame } from '../../src/prove/blame/blame.ts';
import type { BlameNeeds } from '../../src/prove/blame/blame-needs.ts';
import { learnFrom } from '../../src/prove/blame/learn-from.ts';
import { learn } from '../../src/prove/blame/learn.ts';
import { wantedText } from '../../src/prove/blame/importer.ts';
import { checkImports } from '../../src/prove/imports/check-imports.ts';
import type { ImportedModule, ImportOutcome } from '../../src/prove/imports/import-check.ts';
import { openSandbox } from '../../src/prove/sandbox/open-sandbox.ts';
import type { Sandbox } from '../../src/prove/sandbox/sandbox.ts';
import { pypi } from '../../src/read/ecosystems/pypi/pypi.ts';
import type { PypiServer } from '../contract/ecosystem-pypi-server.ts';
import { makeWheel, serveWheels } from '../support/wheels.ts';
import { distribution, type Family } from './broken-wheels/family.ts';
import { MODULES } from './broken-wheels/modules.ts';
import { NAMES } from './broken-wheels/names.ts';
import { OTHERS } from './broken-wheels/others.ts';
import { noUv, realEnvironment, type RealEnvironment } from './real-environment.ts';

/*
 * Every family of `broken-wheels/` is really installed by uv, really imported, blamed and learned: one index, and one environment
 * that holds them all, since they have no name in common.
 */

const FAMILIES = [...NAMES, ...MODULES, ...OTHERS];
/** Each is only seen once the one before it is mended. */
const TWO_BREAKS: Pick<Family, 'wheels'> = {
  wheels: [
    ...distribution('tw-lib', { '1.0': 'a = 1\n', '2.0': '' }),
    ...distribution('tw-other', { '1.0': 'b = 1\n', '2.0': '' }),
    ...distribution('tw-app', { '1.0': 'from tw_lib import a\nfrom tw_other import b\n' }),
  ],
};

let folder: string;
let world: World;
let sandbox: Sandbox;
let server: PypiServer;
const made: RealEnvironment[] = [];
let now: RealEnvironment;
let needs: BlameNeeds;
let outcomes: readonly ImportOutcome[];

function asked({ ask, names }: Pick<Family, 'ask' | 'names'>): ImportedModule {
  return names === undefined
    ? { module: ask, from: { kind: 'distribution', name: nameOf(ask) } }
    : { module: ask, from: { kind: 'sources', file: 'app.py', line: 1, names } };
}

function nameOf(module: string): Extract<ImportedModule['from'], { kind: 'distribution' }>['name'] {
  const name = pypi.name(module);
  if (typeof name !== 'string') throw new Error(name.message);
  return name;
}

async function environmentOf(pins: readonly string[]): Promise<RealEnvironment> {
  const environment = await realEnvironment(pins, server.indexUrl);
  made.push(environment);
  return environment;
}

function targetOf({ runtimeVersion }: RealEnvironment): Target {
  const runtime = { implementation: 'cpython', version: runtimeVersion };
  const libc = { name: 'glibc' as const, version: '2.36' };
  return { runtime, os: 'linux', architecture: 'x86_64', libc, readFrom: [] };
}

async function needsOf(environment: RealEnvironment, before: RealEnvironment | null): Promise<BlameNeeds> {
  const index = await pypi.openIndex(world, {
    ...{ root: folder, indexUrl: server.indexUrl, options: [], offline: false, asOf: null },
    ...{ allowBuild: false, bundle: null },
  });
  return { world, ecosystem: pypi, index, target: targetOf(environment), environment, before };
}

function importsOf(modules: readonly ImportedModule[], environment: RealEnvironment) {
  return checkImports(modules, environment, sandbox, { cache: world.cache });
}

beforeAll(async () => {
  if (noUv !== null) return;
  folder = mkdtempSync(join(tmpdir(), 'fettle-blame-'));
  world = await openWorld({
    ...{ cacheDir: join(folder, 'cache'), environment: process.env },
    onWarning: (message) => console.warn(message),
  });
  const found = await openSandbox(world, { unsandboxed: true });
  if ('kind' in found) throw new Error(found.why);
  sandbox = found;
  server = await serveWheels([...FAMILIES, TWO_BREAKS].flatMap(({ wheels }) => wheels.map(makeWheel)));
  now = await environmentOf([
    ...FAMILIES.flatMap(({ installed }) => installed),
    ...['tw-app==1.0', 'tw-lib==2.0', 'tw-other==2.0'],
  ]);
  const before = await environmentOf(FAMILIES.flatMap((family) => family.before ?? []));
  needs = await needsOf(now, before);
  outcomes = await importsOf(FAMILIES.map(asked), now);
}, 300_000);

afterAll(async () => {
  if (noUv !== null) return;
  for (const environment of made) environment.remove();
  await server.close();
  await closeWorld(world);
  rmSync(folder, { recursive: true, force: true });
});

function blameText(found: Blame | null): string {
  if (found === null) return 'imported';
  if (found.kind === 'unknown') return 'unknown';
  if (found.kind === 'environment')
    return `environment: ${found.lacks}${found.subject === null ? '' : ` ${found.subject}`}`;
  const { importer, provider, wanted } = found;
  const who = importer === null ? 'sources' : `${importer.name} ${importer.version}`;
  return `${who} -> ${provider.name} ${provider.version}: ${wantedText(wanted)} (${found.break})`;
}

function versionsText({ read, between }: LearnedVersions): string {
  return [...read, ...between].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).join(' ');
}

function learnedText({ importer, provider }: LearnedBreak): Family['learned'] {
  return {
    importer: importer === null ? null : versionsText(importer.versions),
    provider: versionsText(provider.versions),
  };
}

describe.skipIf(noUv !== null)(`what breaks at import${noUv === null ? '' : ` (skipped: ${noUv})`}`, () => {
  it.each(FAMILIES.map((family, at) => [family.about, family, at] as const))(
    'is blamed rightly or left unknown: %s',
    async (_, family, at) => {
      const found = await blame(outcomes[at]!, needs);
      const why = JSON.stringify([found, outcomes[at]!.result], null, 1);
      expect(blameText(found), why).toBe(family.blamed);
      if (found?.kind !== 'pair') return expect(family.learned).toBeUndefined();
      const learned = await learn(found, needs);
      expect(learnedText(learned), JSON.stringify(learned, null, 1)).toEqual(family.learned);
      expect(learned.seen).not.toContain(now.path);
      expect(learned.seen).toMatch(/No module named|Error|Moved/);
    },
    60_000,
  );

  it('says in one sentence what it knows', async () => {
    const found = await blame(outcomes[0]!, needs);
    if (found?.kind !== 'pair') throw new Error('no pair');
    const { because, id } = await learn(found, needs);
    expect(because).toBe('mv-app 1.0 imports helper from mv_lib, which mv-lib 2.1 does not give');
    expect(id).toBe('mv-app:mv-lib:mv_lib.helper');
  });

  it('reads few versions of many, and says which it did not read', async () => {
    const found = await blame(outcomes[1]!, needs);
    if (found?.kind !== 'pair') throw new Error('no pair');
    const { versions } = (await learn(found, needs)).provider;
    expect(versions.between.length).toBeGreaterThan(0);
    expect(versions.read).toEqual(expect.arrayContaining(['1.9', '1.18', '1.19']));
  });

  it('is learned again without asking for a file, from the cache', async () => {
    const found = await blame(outcomes[1]!, needs);
    if (found?.kind !== 'pair') throw new Error('no pair');
    const first = await learn(found, needs);
    const anew = await needsOf(now, null);
    const asks = server.requests.length;
    expect(await learn(found, anew)).toEqual(first);
    expect(server.requests.slice(asks).filter((request) => request.includes('/files/'))).toEqual([]);
  });

  it('is learned of the run alone where the index gives no answer', async () => {
    const found = await blame(outcomes[0]!, needs);
    if (found?.kind !== 'pair') throw new Error('no pair');
    const index = await pypi.openIndex(world, {
      ...{ root: folder, indexUrl: 'http://127.0.0.1:9/simple/', options: [], offline: true, asOf: null },
      ...{ allowBuild: false, bundle: null },
    });
    const learned = await learn(found, { ...needs, index });
    expect(learnedText(learned)).toEqual({ importer: '1.0', provider: '2.1' });
  });

  it('is learned one after the other, where one break stands behind another', async () => {
    const app = [asked({ ask: 'tw_app' })];
    const ids = async (environment: RealEnvironment): Promise<readonly string[]> => {
      const came = await importsOf([...app, ...app], environment);
      const { learned } = await learnFrom(came, await needsOf(environment, null));
      return learned.map(({ id }) => id);
    };
    expect(await ids(now)).toEqual(['tw-app:tw-lib:tw_lib.a']);
    const second = await environmentOf(['tw-app==1.0', 'tw-lib==1.0', 'tw-other==2.0']);
    expect(await ids(second)).toEqual(['tw-app:tw-other:tw_other.b']);
  }, 60_000);
});
