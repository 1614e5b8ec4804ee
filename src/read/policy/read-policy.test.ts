import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../domain/errors.ts';
import type { Job } from '../../domain/job.ts';
import type { Policy } from '../../domain/policy.ts';
import { memoryCache } from '../../io/memory-cache.ts';
import { noProcesses } from '../../io/no-processes.ts';
import { nodeFiles } from '../../io/node-files.ts';
import { systemClock } from '../../io/system-clock.ts';
import { noWorkers } from '../../io/workers.ts';
import type { World } from '../../io/world.ts';
import { pypi } from '../ecosystems/pypi/pypi.ts';
import { DEFAULT_POLICY, policyOf, readPolicy } from './read-policy.ts';

function worldOf(files: Readonly<Record<string, string | Uint8Array>>): World {
  const read = (path: string): Promise<Uint8Array | null> => {
    const content = files[path.replace('/project/', '')];
    if (content === undefined) return Promise.resolve(null);
    return Promise.resolve(typeof content === 'string' ? new TextEncoder().encode(content) : content);
  };
  return {
    http: { request: () => Promise.reject(new Error('no network')), close: () => Promise.resolve() },
    processes: { ...noProcesses, run: () => Promise.reject(new Error('no processes')) },
    files: { ...nodeFiles, read },
    cache: memoryCache(),
    clock: systemClock,
    workers: noWorkers,
    environment: {},
  };
}

function policy(toml: string): Promise<Policy> {
  return readPolicy('/project', worldOf({ 'fettle.toml': toml }), pypi);
}

async function refusal(toml: string | Uint8Array): Promise<UserFacingError> {
  const error: unknown = await readPolicy('/project', worldOf({ 'fettle.toml': toml }), pypi).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserFacingError)) throw new Error(`not refused: ${String(error)}`);
  expect(error.code).toBe('invalid-policy');
  return error;
}

/** What the caret stands under. */
function underlined({ at }: UserFacingError): string {
  const { sourceLine, span } = at!;
  return sourceLine.slice(span.column - 1, span.column - 1 + span.end - span.start);
}

describe('the policy', () => {
  it('is everything and no bound where nobody says otherwise', async () => {
    expect(await readPolicy('/project', worldOf({}), pypi)).toEqual(DEFAULT_POLICY);
    expect(await policy('')).toEqual(DEFAULT_POLICY);
    expect(DEFAULT_POLICY).toMatchObject({ severity: 'low', strategy: 'minimal', allowedSize: 'downgrade' });
  });

  it.each<[string, Partial<Policy>]>([
    ['severity = "high"', { severity: 'high' }],
    ['strategy = "latest"', { strategy: 'latest' }],
    ['hold = ["Flask==1.1.2"]', { holds: [{ name: 'flask', specifier: '==1.1.2' }] as never }],
    ['ceiling = ["pydantic<2"]', { ceilings: [{ name: 'pydantic', specifier: '<2' }] as never }],
    ['allow = "minor"', { allowedSize: 'minor' }],
    ['cooldown = 7', { cooldownDays: 7 }],
    ['prereleases = true', { prereleases: true }],
    [
      '[groups]\nml = ["torch", "Torch_Vision"]',
      { groups: [{ name: 'ml', members: ['torch', 'torch-vision'] }] as never },
    ],
    [
      '[[ignore]]\nid = "CVE-1"\nreason = "not reached"\nuntil = 2027-01-31',
      { ignored: [{ id: 'CVE-1', reason: 'not reached', until: '2027-01-31' }] },
    ],
    [
      'ignore = [{id = "CVE-1", reason = "r", until = "2027-01-31"}]',
      { ignored: [{ id: 'CVE-1', reason: 'r', until: '2027-01-31' }] },
    ],
    [
      '[[ignore]]\nid = "CVE-1"\nreason = "for ever"',
      { ignored: [{ id: 'CVE-1', reason: 'for ever', until: null }] },
    ],
  ])('reads %j', async (toml, expected) => {
    expect(await policy(toml)).toEqual({ ...DEFAULT_POLICY, ...expected });
  });

  it('is found in a pyproject.toml under a key that is written with escapes', async () => {
    const pyproject = '[project]\nname = "x"\n[tool."f\\u0065ttle"]\nseverity = "high"\n';
    expect(await readPolicy('/project', worldOf({ 'pyproject.toml': pyproject }), pypi)).toMatchObject({
      severity: 'high',
    });
  });

  it('may stand in pyproject.toml, which fettle.toml replaces as a whole', async () => {
    const pyproject = '[project]\nname = "x"\n[tool.fettle]\nseverity = "high"\ncooldown = 3\n';
    const there = { 'pyproject.toml': pyproject };
    expect(await readPolicy('/project', worldOf(there), pypi)).toMatchObject({
      severity: 'high',
      cooldownDays: 3,
    });
    const both = { ...there, 'fettle.toml': 'severity = "critical"' };
    expect(await readPolicy('/project', worldOf(both), pypi)).toMatchObject({
      severity: 'critical',
      cooldownDays: 0,
    });
    const without = { 'pyproject.toml': '[project]\nname = "x"\n' };
    expect(await readPolicy('/project', worldOf(without), pypi)).toEqual(DEFAULT_POLICY);
  });

  it('gives way to the flags of a job', async () => {
    const world = worldOf({ 'fettle.toml': 'severity = "high"\nstrategy = "latest"\nprereleases = true' });
    const job = { root: '/project', severity: 'critical', strategy: 'minimal', prereleases: false };
    expect(await policyOf(job as unknown as Job, world, pypi)).toMatchObject({
      severity: 'critical',
      strategy: 'minimal',
      prereleases: false,
    });
    const none = { root: '/project', severity: null, strategy: null, prereleases: null };
    expect(await policyOf(none as unknown as Job, world, pypi)).toMatchObject({
      severity: 'high',
      strategy: 'latest',
      prereleases: true,
    });
  });
});

describe('a policy that cannot be kept is refused, with the place', () => {
  it.each([
    ['severity = "hihg"', '"hihg"', /severity: expected one of critical, high/],
    ['# a\nstrategy = 1', '1', /strategy: expected one of minimal, latest/],
    ['[pr]\ntitel = "x"', '"x"', /pr\.titel: there is no such key[^]*"title" is near/],
    ['[pr]\nbranch = "a..b"', '"a..b"', /pr\.branch: expected the beginning of a name/],
    ['[pr]\ncommits = "many"', '"many"', /pr\.commits: expected one of group, one/],
    ['allow = "huge"', '"huge"', /allow: expected one of same, post, patch/],
    ['cooldown = 1.5', '1.5', /cooldown: expected a whole number of days/],
    ['cooldown = -1', '-1', /cooldown: expected a whole number of days/],
    ['cooldown = "7"', '"7"', /cooldown: expected a whole number of days/],
    ['prereleases = "yes"', '"yes"', /prereleases: expected true or false/],
    ['hold = "flask==1.1.2"', '"flask==1.1.2"', /hold: expected a list of texts/],
    ['hold = ["a==1", 2]', '2', /hold\.1: expected a text/],
    ['hold = ["a==1", "flask =="]', '"flask =="', /^hold: /],
    ['hold = ["flask"]', '"flask"', /hold: expected a package and its versions alone, such as "flask<3"/],
    ['ceiling = ["a[b]<2"]', '"a[b]<2"', /ceiling: expected a package and its versions alone/],
    ['ceiling = [\'a<2; python_version<"3"\']', '\'a<2; python_version<"3"\'', /ceiling: expected/],
    ['[groups]\nml = "torch"', '"torch"', /groups\.ml: expected a list of texts/],
    ['groups = 1', '1', /groups: expected a table/],
    ['[groups]\nml = ["!"]', '"!"', /^groups\.ml: /],
    ['ignore = ["CVE-1"]', '"CVE-1"', /ignore\.0: expected a table/],
    ['[[ignore]]\nid = "CVE-1"\nreason = ""', '""', /ignore\.0\.reason: expected a reason/],
    ['[[ignore]]\nid = "CVE-1"\nreason = "r"\nuntil = "soon"', '"soon"', /until: expected a day/],
    ['[[ignore]]\nid = "CVE-1"\nreason = "r"\nuntil = "2027-13-01"', '"2027-13-01"', /until: expected a day/],
    ['severty = "high"', '"high"', /severty: there is no such key; the keys are severity, strategy, hold/],
    ['[[ignore]]\nid = "a"\nreasn = "r"', '"r"', /ignore\.0\.reasn: there is no such key; the keys are id/],
    ['__proto__ = 1', '1', /__proto__: there is no such key/],
    ['constructor = 1', '1', /constructor: there is no such key/],
  ])('%j', async (toml, under, message) => {
    const error = await refusal(toml);
    expect(error.message).toMatch(message);
    expect(underlined(error)).toBe(under);
    expect(error.hint).toContain('docs/policy.md');
  });

  it('says how the service is started', async () => {
    const { run } = await policy(
      '[run]\ncommand = "serve --port $PORT"\nport = 9000\nhealth = "/up"\nendpoints = ["/a"]\nenvironment = { MODE = "test" }\n',
    );
    expect(run).toEqual({
      command: ['/bin/sh', '-c', 'serve --port $PORT'],
      ...{ port: 9000, health: '/up', endpoints: ['/a'], environment: new Map([['MODE', 'test']]) },
    });
    expect((await policy('[run]\ncommand = ["a", "b"]\n')).run).toMatchObject({ command: ['a', 'b'] });
    expect((await refusal('[run]\nhealth = "up"\n')).message).toMatch(/run\.health: expected a path/);
    expect((await refusal('[run]\npath = "/up"\n')).message).toMatch(/run\.path: there is no such key/);
  });

  it('says what a waiver lacks', async () => {
    expect((await refusal('[[ignore]]\nid = "CVE-1"')).message).toMatch(
      /ignore\.0\.reason: expected a reason/,
    );
    expect((await refusal('[[ignore]]\nreason = "r"')).message).toMatch(/ignore\.0\.id: expected the id/);
  });

  it('names the line where the file is not TOML, or not text', async () => {
    const broken = await refusal('severity = "low"\nstrategy = = 1\n');
    expect(broken.message).toMatch(/^fettle\.toml is not TOML/);
    expect(broken.at).toMatchObject({ span: { file: 'fettle.toml', line: 2 }, sourceLine: 'strategy = = 1' });
    expect((await refusal(new Uint8Array([0x61, 0xff, 0xfe]))).message).toMatch(/not UTF-8/);
  });

  it('of pyproject.toml points into pyproject.toml', async () => {
    const world = worldOf({ 'pyproject.toml': '[project]\nname = "x"\n\n[tool.fettle]\nallow = "no"\n' });
    await expect(readPolicy('/project', world, pypi)).rejects.toMatchObject({
      at: { span: { file: 'pyproject.toml', line: 5, column: 9 }, sourceLine: 'allow = "no"' },
    });
    const notTable = worldOf({ 'pyproject.toml': '[tool]\nfettle = 1\n' });
    await expect(readPolicy('/project', notTable, pypi)).rejects.toMatchObject({
      message: 'tool.fettle: expected a table',
    });
  });

  it('and never changes what all objects share', async () => {
    await refusal('[__proto__]\npolluted = "yes"');
    await readPolicy('/project', worldOf({ 'pyproject.toml': '[__proto__]\npolluted = "yes"' }), pypi);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
